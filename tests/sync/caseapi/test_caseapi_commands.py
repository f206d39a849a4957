"""The `caseapi` command, alone and beside a running server."""

import asyncio
import json
import os
import sqlite3
import stat
from base64 import b64encode
from contextlib import closing
from pathlib import Path

import pytest

from sync.caseapi.cli import build_parser, main
from sync.caseapi.control import listening
from sync.caseapi.errors import CaseApiError, CommandRefused
from sync.enrolment import parse_offer
from tests.sync.caseapi.harness import GRID, ORIGIN, Desk


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = f"sqlite:///{tmp_path / 'made' / 'case.db'}"
    assert main(["init", "--db", path]) == 0
    return path


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_init_makes_a_database_and_keys_for_this_user_alone(db: str, tmp_path: Path) -> None:
    made = tmp_path / "made"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
    assert modes == dict.fromkeys(["case.db", "case.db.lock", "case.receipt-key.json", "case.seal-key.json"], 0o600)


def test_init_twice_changes_nothing(db: str, tmp_path: Path) -> None:
    key = tmp_path / "made" / "case.receipt-key.json"
    before = key.read_bytes()
    assert main(["init", "--db", db]) == 0
    assert key.read_bytes() == before


def test_the_synthetic_district_is_imported_once(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo-data", "--db", db, "--json"]) == 0
    first = json.loads(printed(capsys))
    assert first["rows"]["grid"] == 278
    assert first["rows"]["person"] == 1112
    assert main(["demo-data", "--db", db, "--json"]) == 0
    assert json.loads(printed(capsys))["changed"] == 0
    with closing(sqlite3.connect(db.removeprefix("sqlite:///"))) as kept:
        ((notices, grids),) = kept.execute("select count(*), min(grids) from grid_notice").fetchall()
        told = kept.execute("select count(*) from feed_entry where type = 'notice'").fetchone()[0]
    assert (notices, told) == (2, 2 * grids)
    assert grids > 0


def test_a_pack_with_faults_changes_nothing_and_names_them(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "pack", str(tmp_path), "--db", db]) == 1
    said = capsys.readouterr()
    assert "org.csv" in said.err
    assert said.out == ""
    assert main(["enrol", "--grid", GRID, "--db", db]) == 1


def test_a_pack_of_another_district_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = f"sqlite:///{tmp_path / 'other.db'}"
    assert main(["init", "--db", db, "--district", "110101"]) == 0
    assert main(["demo-data", "--db", db]) == 1
    assert "district 230108" in capsys.readouterr().err


def test_commands_without_a_database_say_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["verify"], ["devices"], ["serve", "--port", "0"], ["backup", str(tmp_path / "b.db")]):
        assert main([*words, "--db", f"sqlite:///{tmp_path / 'none.db'}"]) == 1
        assert "caseapi init" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["fly"], ["enrol"], ["enrol", "--grid", "1", "--confirm", "2"]])
def test_wrong_usage_exits_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2


def test_every_command_has_help() -> None:
    text = build_parser().format_help()
    for command in ("serve", "init", "import", "demo-data", "enrol", "devices", "revoke", "verify", "backup", "doctor"):
        assert command in text


def test_a_key_that_others_can_read_is_refused(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "made" / "case.receipt-key.json").chmod(0o644)
    assert main(["devices", "--db", db]) == 1
    assert "chmod 600" in capsys.readouterr().err


def test_doctor_says_what_is_wrong(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--db", db, "--json"]) == 0
    assert all(json.loads(line)["ok"] for line in printed(capsys).splitlines())
    (tmp_path / "made" / "case.seal-key.json").write_text("{}")
    assert main(["doctor", "--db", db]) == 1


@pytest.mark.parametrize(
    "name",
    ["case.db", "./case.db", "case.db-wal", "case.db.lock", "case.receipt-key.json", "case.receipts.log", "..", ""],
)
def test_a_backup_never_takes_the_place_of_a_file_in_use(
    db: str, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "made" / "case.db"
    before = (database.read_bytes(), database.stat().st_ino)
    target = str(tmp_path / "made" / name) if name else "/"
    assert main(["backup", target, "--db", db]) == 1
    assert "[E-STORE]" in capsys.readouterr().err
    assert (database.read_bytes(), database.stat().st_ino) == before


def test_a_backup_is_a_database_of_its_own(db: str, tmp_path: Path) -> None:
    from sync.caseapi.storage.sqlite.inspecting import SqliteInspection

    for copy in ("one.db", "two.db", "two.db"):
        assert main(["backup", str(tmp_path / copy), "--db", db]) == 0
    files = [tmp_path / "made" / "case.db", tmp_path / "one.db", tmp_path / "two.db"]
    assert len({SqliteInspection(path).incarnation for path in files}) == 3
    assert stat.S_IMODE((tmp_path / "one.db").stat().st_mode) == 0o600


def test_what_a_command_says_is_safe_to_show(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = {"code": "\x1b]0;x\x07", "stream": "\x9b31m", "watermark": 1, "time_s": 1}
    line |= {"incarnation": "", "device": "", "signed": ""}
    (tmp_path / "made" / "case.receipts.log").write_text(json.dumps(line) + "\n")
    assert main(["verify", "--db", db]) == 1
    assert main(["verify", "--db", db, "--json"]) == 1
    assert main(["enrol", "--confirm", "\x1b[2J\x9b", "--db", db]) == 1
    said = capsys.readouterr()
    assert not {"\x1b", "\x9b", "\x07"} & set(said.out + said.err)


def test_a_socket_that_refuses_is_told_in_words(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "made" / "case.db.sock").symlink_to("case.db.sock")
    assert main(["devices", "--db", db]) == 1
    assert "[E-COMMAND]" in capsys.readouterr().err


def test_an_offer_names_the_pins_of_the_settings(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pins = [b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    settings = tmp_path / "caseapi.toml"
    settings.write_text(f'db = "{db}"\norigin = "https://case.example"\npins = {json.dumps(pins)}\n')
    assert main(["demo-data", "--config", str(settings)]) == 0
    capsys.readouterr()
    assert main(["enrol", "--grid", "230108001002001", "--json", "--config", str(settings)]) == 0
    assert parse_offer(json.loads(printed(capsys))["offer"]).pins == tuple(pins)


# Beside a running server ---------------------------------------------------------------------------------------------


async def beside(desk: Desk, database: Path, *words: str) -> int:
    """Run a command in another thread while the server of the fixture listens for commands."""
    async with listening(desk.case_api, database.with_name("case.db.sock")):
        return await asyncio.to_thread(main, [*words, "--db", f"sqlite:///{database}"])


async def test_a_code_is_made_by_the_server_that_runs(
    desk: Desk, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await beside(desk, database, "enrol", "--grid", GRID, "--json") == 0
    made = json.loads(printed(capsys))
    offer = parse_offer(made["offer"])
    assert (offer.origin, offer.code, made["grid"]) == (ORIGIN, made["code"], GRID)


async def test_a_code_is_shown_as_qr_and_text(desk: Desk, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await beside(desk, database, "enrol", "--grid", GRID) == 0
    lines = printed(capsys).splitlines()
    assert "▄" in lines[2]
    parse_offer(lines[-1])


async def test_digits_nobody_shows_are_refused_with_their_code(
    desk: Desk, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await beside(desk, database, "enrol", "--confirm", "000000") == 1
    assert "E-DIGITS" in capsys.readouterr().err


async def test_faults_of_an_import_come_back_from_the_server(
    desk: Desk, database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await beside(desk, database, "import", "pack", str(tmp_path)) == 1
    assert capsys.readouterr().err.count("cannot be read") >= 7


async def test_a_revoked_tablet_is_drained(desk: Desk, database: Path) -> None:
    tablet = await desk.tablet()
    tablet.fill(1)
    assert await beside(desk, database, "revoke", tablet.device) == 0
    assert (await tablet.sync()).state == "drain"


async def test_tablets_are_listed(desk: Desk, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tablet = await desk.tablet()
    assert await beside(desk, database, "devices", "--json") == 0
    assert json.loads(printed(capsys))["device"] == tablet.device


async def test_without_a_socket_an_owned_database_is_left_alone(
    desk: Desk, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(main, ["devices", "--db", f"sqlite:///{database}"]) == 1
    assert "E-INUSE" in capsys.readouterr().err


async def test_a_socket_left_behind_by_a_crash_is_no_server(database: Path) -> None:
    import socket

    left = socket.socket(socket.AF_UNIX)
    folder = os.open(database.parent, os.O_RDONLY)
    left.bind(f"/proc/self/fd/{folder}/case.db.sock")
    os.close(folder)
    left.close()
    assert await asyncio.to_thread(main, ["devices", "--db", f"sqlite:///{database}"]) == 0


@pytest.mark.parametrize(
    "line", [b"\n", b"nonsense\n", b'{"command":"fly","arguments":{}}\n', b'{"command":"import"}\n']
)
async def test_a_strange_line_on_the_socket_is_answered(desk: Desk, database: Path, line: bytes) -> None:
    path = database.with_name("case.db.sock")
    folder = os.open(path.parent, os.O_RDONLY)
    async with listening(desk.case_api, path):
        reader, writer = await asyncio.open_unix_connection(f"/proc/self/fd/{folder}/{path.name}")
        writer.write(line)
        answer = json.loads(await reader.readline())
        writer.close()
        await writer.wait_closed()
    os.close(folder)
    assert answer["code"] == "E-COMMAND"


async def test_arguments_of_bad_shape_are_refused(desk: Desk) -> None:
    from sync.caseapi.service.administration.commands import run_command

    with pytest.raises(CommandRefused):
        await run_command(desk.case_api, "enrol-offer", {"grid": 5})
    with pytest.raises(CaseApiError):
        await run_command(desk.case_api, "import", {"kind": "moon", "path": "/", "pin_cost": "demo"})
