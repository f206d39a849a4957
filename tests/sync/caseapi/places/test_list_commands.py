"""`caseapi import` and `template`: a dry run first, then the same for real, with PINs printed once."""

import json
import stat
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from tests.sync.caseapi.harness import DISTRICT, GRID
from tests.sync.caseapi.lists.making import as_csv, as_workbook

UNITS = [("编码", "名称"), (DISTRICT, "平房区"), (GRID[:9], "街道"), (GRID[:12], "社区"), (GRID, "第1网格")]
PEOPLE = [("网格编码", "席位", "姓名"), (GRID, "组长", "甲"), (GRID, 2, "乙")]


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = f"sqlite:///{tmp_path / 'case.db'}"
    assert main(["init", "--db", path]) == 0
    return path


def given(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_lists_are_checked_then_taken_in_and_pins_are_printed_once(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "caseapi.toml"
    config.write_text('pin_cost = "demo"\nseat_names = ["组长", "网格员", "民警", "志愿者"]\n', encoding="utf-8")
    units = given(tmp_path, "units.csv", as_csv(UNITS, "gb18030"))
    people = given(tmp_path, "people.xlsx", as_workbook(PEOPLE))
    to = ["--db", db, "--config", str(config)]
    assert main(["import", "units", units, *to]) == 0
    capsys.readouterr()
    assert main(["import", "people", people, "--dry-run", *to]) == 0
    dry = capsys.readouterr()
    assert "would be added: " + f"{GRID} 组长 甲" in dry.out
    assert "nothing was changed" in dry.err
    assert main(["import", "people", people, "--json", "--by", "Wang", *to]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["counts"] == {"add": 2, "change": 0, "end": 0, "keep": 0}
    assert [(code["seat"], len(code["pin"])) for code in done["codes"]] == [("组长", 6), ("网格员", 6)]
    pins = [code["pin"].encode() for code in done["codes"]]
    assert not [path for path in tmp_path.glob("case.db*") if path.is_file() and pins[0] in path.read_bytes()]
    assert main(["import", "people", people, *to]) == 0
    assert "0 added, 0 changed, 0 ended, 2 left alone" in capsys.readouterr().err


def test_a_list_with_faults_names_file_line_and_column(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = given(tmp_path, "人员.csv", as_csv(PEOPLE))
    assert main(["import", "people", path, "--db", db]) == 1
    said = capsys.readouterr()
    assert "人员.csv:2 席位: must be one of" in said.err
    assert "人员.csv:3 网格编码: there is no grid" in said.err
    assert said.out == ""


def test_a_template_is_written_and_a_dry_run_is_for_lists(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "people.xlsx"
    assert main(["template", "people", "--out", str(path)]) == 0
    assert stat.S_ISREG(path.stat().st_mode)
    assert main(["import", "catalogue", str(path), "--dry-run", "--db", db]) == 1
    assert "only lists" in capsys.readouterr().err
