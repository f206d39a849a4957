"""A slip is put into functions that are loaded already, wherever they are kept, or not at all."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.mutants import mutants_of
from tests.mutation.targets import ROOT, Target
from tests.mutation.warm import WarmChild, put_in

SOURCE = '''"""Counts."""
from contextlib import contextmanager

LEAST = 1


def plain():
    return 1


@contextmanager
def lent():
    yield 1


class Counter:
    @property
    def count(self):
        return 1

    def later(self):
        def inner():
            return 1
        return inner
'''


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[ModuleType]:
    path = tmp_path / "counting.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("counting", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules["counting"] = module
    yield module
    del sys.modules["counting"]


def slipped(module: ModuleType, right: str, wrong: str) -> bool:
    path = str(module.__file__)
    return put_in(compile(SOURCE.replace(right, wrong), path, "exec"), path)


def test_whoever_has_a_function_already_has_the_slip_too(loaded: ModuleType) -> None:
    plain, counter = loaded.plain, loaded.Counter()
    assert slipped(loaded, "return 1", "return 2")
    with loaded.lent() as lent:
        assert lent == 1
    assert (plain(), counter.count, counter.later()()) == (2, 2, 2)
    assert slipped(loaded, "yield 1", "yield 2")
    with loaded.lent() as lent:
        assert (lent, plain()) == (2, 1)


def test_a_function_that_sees_other_names_around_it_is_loaded_anew(loaded: ModuleType) -> None:
    inner = loaded.Counter().later()
    assert not slipped(loaded, "            return 1", "            return self")
    assert not slipped(loaded, "def inner", "def other")
    assert inner() == 1


def test_a_module_that_is_not_loaded_has_nothing_put_in(tmp_path: Path) -> None:
    path = str(tmp_path / "never_loaded.py")
    assert not put_in(compile(SOURCE, path, "exec"), path)


def test_two_functions_that_cannot_be_told_apart_are_loaded_anew(loaded: ModuleType) -> None:
    assert not slipped(loaded, "def plain():\n    return 1", "def plain():\n    return (lambda: 1)() + (lambda: 2)()")


def test_a_warm_child_tells_a_slip_that_its_tests_notice_from_one_that_they_do_not() -> None:
    target = Target("ends", ("sync/caseapi/storage/feed_chain.py",), ("tests/sync/caseapi/shared/test_feed_chain.py",))
    (module,), (tests,) = target.sources(), target.test_files()
    source = (ROOT / module).read_text(encoding="utf-8")
    slips = {mutant.function: mutant for mutant in mutants_of(module, source) if mutant.kind == "return"}
    noticing = [f"{tests}::test_a_scope_without_entries_has_a_hash_of_its_own"]
    child = WarmChild(target)
    try:
        told = [child.survives(slips[name], noticing, limit_s=60) for name in ("first_running", "check_of") * 2]
    finally:
        child.close()
    assert told == [False, True] * 2
    assert child.survives(slips["check_of"], noticing, limit_s=60) is None
