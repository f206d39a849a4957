"""What a start loads comes from one file, and the usual way whenever that file is not the truth."""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from fieldapp.code_pack.making import LOADED_AT_START, write_pack
from fieldapp.code_pack.patterns import compiler_of_patterns
from fieldapp.code_pack.reading import PackFinder, PackLoader, use_pack

NAMES = ("packed_first", "packed_group", "packed_group.inner")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with some modules that anybody may load; afterwards nobody has them."""
    folder = tmp_path / "sources"
    (folder / "packed_group").mkdir(parents=True)
    (folder / "packed_first.py").write_text("VALUE = 'first'\n")
    (folder / "packed_group" / "__init__.py").write_text("VALUE = 'group'\n")
    (folder / "packed_group" / "inner.py").write_text("def fails():\n    raise LookupError('inner')\n")
    monkeypatch.syspath_prepend(folder)
    # The first folder is the command's own, and may be another at each start.
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    if (compiler := compiler_of_patterns()) is not None:
        monkeypatch.setattr(compiler, "compile", compiler.compile)
    yield folder
    forget()


@pytest.fixture
def pack(sources: Path, tmp_path: Path) -> Path:
    path = tmp_path / "pycache" / "start.pack"
    assert write_pack(path, NAMES) > len(NAMES)
    forget()
    return path


def forget() -> None:
    for name in NAMES:
        sys.modules.pop(name, None)


def loaders() -> list[bool]:
    """Load all modules and tell of each whether it came from the pack."""
    return [isinstance(getattr(import_module(name).__spec__, "loader", None), PackLoader) for name in NAMES]


def test_modules_come_from_the_pack_and_are_what_they_are_else(pack: Path, sources: Path) -> None:
    assert use_pack(str(pack))
    assert loaders() == [True, True, True]
    first, group, inner = (sys.modules[name] for name in NAMES)
    assert (first.VALUE, group.VALUE) == ("first", "group")
    assert first.__file__ == str(sources / "packed_first.py")
    assert list(group.__path__) == [str(sources / "packed_group")]
    with pytest.raises(LookupError) as caught:
        inner.fails()
    assert str(caught.traceback[-1].path) == str(sources / "packed_group" / "inner.py")
    assert "raise LookupError('inner')" in str(caught.traceback[-1].statement)


def test_a_source_that_has_changed_is_loaded_as_it_is_now(pack: Path, sources: Path) -> None:
    changed = sources / "packed_first.py"
    changed.write_text("VALUE = 'again'\n")
    os.utime(changed, ns=(0, 0))
    (sources / "packed_group" / "inner.py").write_text("def fails():\n    return 'longer than it was before'\n")
    assert use_pack(str(pack))
    assert loaders() == [False, True, False]
    assert sys.modules["packed_first"].VALUE == "again"


def test_a_module_that_is_gone_is_gone(pack: Path, sources: Path) -> None:
    (sources / "packed_first.py").unlink()
    assert use_pack(str(pack))
    with pytest.raises(ModuleNotFoundError):
        import_module("packed_first")


def test_no_pack_is_no_fault(tmp_path: Path) -> None:
    assert not use_pack(str(tmp_path / "none"))
    assert not use_pack(str(tmp_path))


def test_a_pack_that_was_made_for_another_place_is_left_alone(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, "/elsewhere"])
    assert not use_pack(str(pack))
    assert loaders() == [False, False, False]


@pytest.mark.parametrize("kept", [0, 5, 20, 21, 1000])
def test_a_pack_that_was_cut_short_at_its_head_is_left_alone(pack: Path, kept: int) -> None:
    pack.write_bytes(pack.read_bytes()[:kept])
    assert not use_pack(str(pack))
    assert loaders() == [False, False, False]


def test_code_that_a_power_cut_left_as_zeros_is_taken_from_the_source(pack: Path) -> None:
    whole = pack.read_bytes()
    assert use_pack(str(pack))
    finder = sys.meta_path[0]
    assert isinstance(finder, PackFinder)
    begin = min(entry[4] for entry in finder._entries.values())
    pack.write_bytes(whole[:begin] + bytes(len(whole) - begin))
    assert loaders() == [True, True, True]
    assert sys.modules["packed_first"].VALUE == "first"


def test_all_that_is_asked_for_at_a_start_is_there() -> None:
    for name in LOADED_AT_START:
        import_module(name)
