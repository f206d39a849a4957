"""The server that all mutants of a run share is as good as new for each of them."""

import os
from pathlib import Path

import pytest

from tests import postgres_server
from tests.mutation.server import KEPT, kept_postgres
from tests.postgres_server import SHARED, PostgresServer


def test_whoever_keeps_a_server_and_whoever_looks_for_it_mean_the_same_name() -> None:
    assert KEPT == postgres_server.KEPT


@pytest.mark.needs("postgres")
def test_what_one_user_leaves_behind_the_next_one_does_not_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEPT, raising=False)
    with kept_postgres():
        folder = Path(os.environ[KEPT])
        first = PostgresServer(folder).take_over()
        other = first.new_database()
        first.run("alter table stream rename to spoilt", SHARED)

        second = PostgresServer(folder).take_over()
        second.emptied()
        second.run("select watermark from stream", SHARED)
        assert second.new_database() == other
    assert KEPT not in os.environ
    assert not folder.exists()
