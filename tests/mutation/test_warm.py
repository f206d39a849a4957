"""A slip is put into functions that are loaded already, wherever they are kept, or not at all."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.warm import put_in

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


def test_two_functions_that_cannot_be_told_apart_are_loaded_anew(loaded: ModuleType) -> None:
    assert not slipped(loaded, "def plain():\n    return 1", "def plain():\n    return (lambda: 1)() + (lambda: 2)()")
