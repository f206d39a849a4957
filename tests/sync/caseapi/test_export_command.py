"""`caseapi export`: a file that is whole or not there, as an account may see it."""

import json
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from sync.caseapi.errors import StorageFailed
from sync.caseapi.sheets.files import whole_file
from tests.sync.caseapi.harness import GRID, Clock, prepare


@pytest.fixture
def db(tmp_path: Path, clock: Clock) -> str:
    return f"sqlite:///{prepare(tmp_path / 'case.db', clock)}"


def test_a_table_is_written_with_its_definitions_beside_it(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "add", "heat", "--role", "handler", "--org", "org-heat", "--db", db]) == 0
    capsys.readouterr()
    out = tmp_path / "out" / "cases.csv"
    assert main(["export", "cases", "--out", str(out), "--as", "heat", "--json", "--db", db]) == 1
    assert "could not be written" in capsys.readouterr().err
    out.parent.mkdir()
    assert main(["export", "cases", "--out", str(out), "--as", "heat", "--json", "--db", db]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["definitions"]) == (0, str(out.with_name("cases.definitions.csv")))
    assert sorted(path.name for path in out.parent.iterdir()) == ["cases.csv", "cases.definitions.csv"]
    assert out.read_text("utf-8-sig").startswith('"案件号"')


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rounds", "--as", "heat"], "no seat of 'heat' takes rounds along"),
        (["cases", "--as", "nobody"], "there is no account 'nobody'"),
        (["cases", "--from", "tomorrow"], "--from: a day is YYYY-MM-DD"),
    ],
)
def test_what_cannot_leave_is_said_and_no_file_is_made(
    db: str, tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accounts", "add", "heat", "--role", "handler", "--org", f"org-{GRID}", "--db", db]) == 0
    out = tmp_path / "x.csv"
    assert main(["export", *arguments, "--out", str(out), "--db", db]) == 1
    assert says in capsys.readouterr().err
    assert not out.exists()


def test_a_file_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("before")

    def broken_off() -> None:
        with whole_file(target) as draft:
            draft.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageFailed, match="No space left"):
        broken_off()
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
