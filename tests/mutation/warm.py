"""A child that has loaded the program and the tests: a slip inside a function is put into it in a fork of it.

To load the program and to collect tests takes many times as long as those that notice most slips. What runs while
modules load is no slip of this kind: whether it does is learnt beforehand.
"""

import contextlib
import gc
import importlib
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutation.children import forked, run_pytest, silence, working_folder
from tests.mutation.mutants import Mutant, compiled
from tests.mutation.targets import ROOT, Target

NOT_PUT_IN = 71
"""What a child returns where the slip cannot be put into what is loaded."""


@dataclass(frozen=True, slots=True)
class _Asked:
    mutant: Mutant
    tests: tuple[str, ...]
    limit_s: float


class WarmChild:
    """Judges mutants of one target, one after the other, until it is closed."""

    def __init__(self, target: Target) -> None:
        self._line, theirs = Pipe()
        self._process = os.fork()
        if self._process == 0:
            try:
                self._line.close()
                os.setsid()
                silence()
                _serve(theirs, target)
            finally:
                os._exit(0)
        theirs.close()

    def survives(self, mutant: Mutant, tests: Sequence[str], *, limit_s: float) -> bool | None:
        """Tell whether all these tests pass over a mutant; None when that is to be found out the long way."""
        try:
            self._line.send(_Asked(mutant, tuple(tests), limit_s))
            code = self._line.recv()
        except (EOFError, OSError):
            return None
        return None if code == NOT_PUT_IN else code == 0

    def close(self) -> None:
        """End the child."""
        self._line.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def put_in(code: CodeType, path: str) -> bool:
    """Give the functions of a loaded module the code of another version of it; return whether one is another now."""
    new: dict[tuple[str, int], CodeType] = {}
    for each in _codes_of(code):
        key = each.co_qualname, each.co_firstlineno
        if new.setdefault(key, each) != each:
            return False
    is_another = False
    for function in [each for each in gc.get_objects() if isinstance(each, FunctionType)]:
        old = function.__code__
        if old.co_filename != path:
            continue
        found = new.get((old.co_qualname, old.co_firstlineno))
        if found is None or found.co_freevars != old.co_freevars:
            return False
        is_another = is_another or found != old
        function.__code__ = found
    return is_another


def _codes_of(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes_of(each)


def _serve(line: Connection, target: Target) -> None:
    with working_folder() as folder:
        run_pytest(target.test_files(), _Serving(line), folder / "tests")


class _Serving:
    """Collects all tests once, and runs the chosen ones over each mutant in a fork, instead of running them all."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until nobody asks any more."""
        items = {item.nodeid: item for item in session.items}
        gc.collect()
        gc.freeze()
        with contextlib.suppress(EOFError):
            while True:
                self._line.send(_judged(self._line.recv(), items))
        return True


def _judged(asked: _Asked, items: Mapping[str, pytest.Item]) -> int:
    path = str(ROOT / asked.mutant.module)
    code = compiled(asked.mutant, Path(path).read_text(encoding="utf-8"), path)

    def work() -> int:
        gc.unfreeze()
        # Some modules are loaded when they are first used.
        importlib.import_module(asked.mutant.module.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        if not put_in(code, path):
            return NOT_PUT_IN
        chosen = [items[test] for test in asked.tests]
        for item, following in zip_longest(chosen, chosen[1:]):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if item.session.testsfailed:
                return 1
        return 0

    return forked(work, limit_s=asked.limit_s)
