"""`caseapi plates`, `badges`, `acts`: codes stand on the sheets alone, and none counts without its sheet."""

import json
import stat
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from tests.sync.caseapi.harness import DISTRICT, GRID
from tests.sync.caseapi.lists.making import as_csv

LISTS = {
    "units": [("编码", "名称"), (DISTRICT, "平房区"), (GRID[:9], "街道"), (GRID[:12], "社区"), (GRID, "第1网格")],
    "buildings": [("网格编码", "楼栋名称", "单元"), (GRID, "1号楼", "2"), (GRID, "2号楼", "0")],
    "people": [("网格编码", "席位", "姓名", "六位密码"), (GRID, "2", "甲", "204816")],
}


@pytest.fixture
def to(tmp_path: Path) -> list[str]:
    config = tmp_path / "caseapi.toml"
    config.write_text('pin_cost = "demo"\n', encoding="utf-8")
    to = ["--db", f"sqlite:///{tmp_path / 'case.db'}", "--config", str(config)]
    assert main(["init", *to]) == 0
    for kind, cells in LISTS.items():
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(as_csv(cells))
        assert main(["import", kind, str(path), *to]) == 0
    return to


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.needs("droid")
def test_plates_are_issued_for_what_has_none_and_replaced_on_demand(
    to: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plates.pdf"
    assert main(["plates", "--missing", "--out", str(out), *to]) == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    first = listed(capsys, "plates", "--list", *to)
    assert [(tag["name"], tag["part"]) for tag in first] == [("1号楼", "1单元"), ("1号楼", "2单元"), ("2号楼", "")]
    assert main(["plates", "--missing", "--out", str(tmp_path / "none.pdf"), *to]) == 0
    assert not (tmp_path / "none.pdf").exists()
    assert main(["plates", "--grid", GRID, "--replace", "--size", "small", "--out", str(out), *to]) == 0
    assert {tag["status"] for tag in listed(capsys, "plates", "--list", *to)} == {"active", "replaced"}
    acts = listed(capsys, "acts", *to, "--limit", "9")
    assert {act["act"] for act in acts} == {"plate_issued", "plate_replaced"}


@pytest.mark.needs("droid")
def test_sheets_that_cannot_be_written_let_no_plate_count_and_leave_nothing(
    to: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(tmp_path.iterdir())
    assert main(["plates", "--missing", "--out", str(tmp_path / "nowhere" / "plates.pdf"), *to]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["plates", "--grid", GRID, *to]) == 1
    assert main(["plates", "--missing", "--replace", "--out", str(tmp_path / "p.pdf"), *to]) == 1
    assert listed(capsys, "plates", "--list", *to) == []
    assert {path.name for path in tmp_path.iterdir()} - {path.name for path in before} <= {"case.db-wal", "case.db-shm"}


def test_a_badge_is_given_replaced_and_revoked_and_a_part_of_a_number_is_refused(
    to: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    seat = f"{GRID}-2"
    assert main(["badges", "issue", seat, "010063E9AE", *to, "--by", "wang"]) == 0
    assert main(["badges", "replace", seat, "0100AABBCC", *to]) == 0
    assert main(["badges", "revoke", "0100AABBCC", *to]) == 0
    assert {tag["status"] for tag in listed(capsys, "badges", "list", *to)} == {"replaced", "revoked"}
    for card, medium, why in (("63E9AE", "em", "hex digits"), ("08A1B2C3", "a", "drawn anew"), ("x", "epc", "hex")):
        assert main(["badges", "issue", seat, card, "--medium", medium, *to]) == 1
        assert why in capsys.readouterr().err
