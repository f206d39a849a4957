"""A regular expression from the pack is the one that Python would have compiled, and that is compiled when in doubt."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.code_pack import patterns
from fieldapp.code_pack.making import noted_patterns
from fieldapp.code_pack.patterns import Asked, Ready, compiler_of_patterns, use_ready
from tests.house.tree import ROOT

PIECES = ("a", "[^b-d]", r"\d{2,4}", "(?P<name>x|y)", "(z)?", r"\b", "é", "[Ａ-Ｚ]", "(?i:q)", "^", "$", "(?=w)", "\n")

A_START = """
import sys
from importlib import import_module
from fieldapp.code_pack.making import LOADED_AT_START, write_pack
from fieldapp.code_pack.reading import use_pack
if sys.argv[2] == "make":
    write_pack(__import__("pathlib").Path(sys.argv[1]))
else:
    import re._compiler as compiler
    usual = compiler.compile
    def noticed(pattern, flags=0):
        print("compiled", repr(pattern))
        return usual(pattern, flags)
    compiler.compile = noticed
    assert use_pack(sys.argv[1])
    from fieldapp.left_out import leave_out_unused
    leave_out_unused()
    for name in LOADED_AT_START:
        import_module(name)
    print("loaded", len(sys.modules))
"""


@contextmanager
def untouched() -> Iterator[ModuleType]:
    """Give Python's compiler back as it was, with nothing remembered."""
    compiler = compiler_of_patterns()
    assert compiler is not None, "this Python keeps its compiler of patterns elsewhere"
    usual = compiler.compile
    re.purge()
    try:
        yield compiler
    finally:
        vars(compiler)["compile"] = usual
        re.purge()


def noted(pattern: str | bytes, flags: int = 0) -> dict[Asked, Ready]:
    re.purge()
    with noted_patterns() as kept:
        re.compile(pattern, flags)
    re.purge()
    return kept


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6, unique=True).map("".join),
    st.sampled_from((0, re.IGNORECASE, re.VERBOSE | re.MULTILINE, re.ASCII, re.DOTALL)),
    st.text(alphabet="abxyz12é\nＡqQw", max_size=12),
)
def test_a_pattern_from_the_pack_is_the_compiled_one(pattern: str, flags: int, text: str) -> None:
    with untouched() as compiler:
        usual = re.compile(pattern, flags)
        ready = noted(pattern, flags)
        vars(compiler)["compile"] = None  # nobody may compile
        use_ready(ready)
        packed = re.compile(pattern, flags)
        assert not ready, "it was used"
    assert packed == usual
    assert (packed.flags, packed.groups, dict(packed.groupindex)) == (usual.flags, usual.groups, usual.groupindex)
    found, expected = packed.search(text), usual.search(text)
    assert (found and (found.span(), found.groups())) == (expected and (expected.span(), expected.groups()))


@pytest.mark.parametrize("numbers", [b"", bytes(40), b"\xff" * 40, b"\x01\x02\x03"])
def test_numbers_that_are_not_what_was_written_are_compiled_anew(numbers: bytes) -> None:
    with untouched():
        ((asked, (flags, _numbers, *groups)),) = noted("(a)b+").items()
        use_ready({asked: (flags, numbers, *groups)})  # type: ignore[arg-type]  # as they were
        assert re.fullmatch("(a)b+", "abb")


def test_another_pattern_and_other_flags_are_compiled_as_ever() -> None:
    with untouched():
        use_ready(noted("(a)b+"))
        assert re.fullmatch("(a)b+", "ABB", re.IGNORECASE)
        assert not re.fullmatch("(a)b+", "ABB")
        assert re.fullmatch(rb"(a)b+", b"abb")


def test_what_depends_on_the_place_is_not_kept() -> None:
    with untouched():
        assert not noted(rb"\w+", re.LOCALE)


def test_a_python_with_another_compiler_compiles_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with untouched() as compiler:
        usual = compiler.compile
        monkeypatch.setattr(patterns, "COMPILER", "re._moved")
        assert not noted("(a)b+")
        use_ready({("(a)b+", 0): (0, b"", 0, {}, ())})
        assert compiler.compile is usual


def test_loading_what_a_start_loads_compiles_nothing(tmp_path: Path) -> None:
    pack = str(tmp_path / "start.pack")
    for turn in ("make", "start"):
        run = subprocess.run(
            [sys.executable, "-c", A_START, pack, turn], cwd=ROOT, capture_output=True, text=True, check=True
        )
    lines = run.stdout.splitlines()
    assert lines[-1].startswith("loaded")
    assert lines[:-1] == []
