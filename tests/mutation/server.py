"""One PostgreSQL server for all mutants of a run: to start one for each would take most of the time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mutation.targets import ROOT

KEPT = "XUNGE_TEST_POSTGRES"
"""What `tests.postgres_server` calls `KEPT`; to load it would load the program, which each child does by itself."""


@contextmanager
def kept_postgres() -> Iterator[None]:
    """Keep a server in a process of its own that no mutant reaches; where there is none, tests say what they lack."""
    words = [sys.executable, "-m", "tests.postgres_server"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as keeper:
        assert keeper.stdout is not None
        if folder := keeper.stdout.readline().strip():
            os.environ[KEPT] = folder
        try:
            yield
        finally:
            os.environ.pop(KEPT, None)
            # Its input ends, and with it the server.
            keeper.communicate()
