"""A backup in the database's place: another incarnation, what it lacks is named, and tablets bring it again."""

import json
import shutil
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.cli import main
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.receipts import receipt_code, receipt_text
from tests.sync.caseapi.harness import Clock, Desk, Tablet, open_case_api, prepare


class Yesterday:
    """A database and a tablet that went on after the backup was taken."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.database = prepare(folder / "case.db", clock)
        self.backup = folder / "backup.db"
        self.tablet: Tablet

    def run(self, *words: str | Path) -> int:
        return main([*map(str, words), "--db", f"sqlite:///{self.database}"])

    async def live(self) -> None:
        case_api = open_case_api(self.database, self.clock)
        desk = Desk(case_api, self.clock)
        await desk.import_small_district()
        async with desk.serving():
            self.tablet = await desk.tablet()
            self.tablet.fill(3)
            await self.tablet.sync()
            assert self.run("backup", self.backup) == 0
            self.tablet.fill(2)
            await self.tablet.sync(start=4)
        await case_api.storage.close()

    async def synced_again(self) -> list[tuple[str, int]]:
        case_api = open_case_api(self.database, self.clock)
        desk = Desk(case_api, self.clock)
        async with desk.serving():
            self.tablet.client = desk.client
            first = await self.tablet.sync(start=6)
            second = await self.tablet.sync(start=first.watermark + 1)
        await case_api.storage.close()
        return [(reply.state, reply.watermark) for reply in (first, second)]


@pytest.fixture
async def yesterday(tmp_path: Path, clock: Clock) -> Yesterday:
    made = Yesterday(tmp_path, clock)
    await made.live()
    return made


def incarnation(path: Path) -> UUID:
    with SqliteInspection(path) as inspection:
        return inspection.incarnation


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    read: dict[str, object] = json.loads(capsys.readouterr().out)
    return read


async def test_a_restore_names_what_it_lost(yesterday: Yesterday, capsys: pytest.CaptureFixture[str]) -> None:
    before = incarnation(yesterday.database)
    assert yesterday.run("restore", yesterday.backup, "--json") == 0
    told = said(capsys)
    assert told["lost"] == [{"stream": str(yesterday.tablet.stream), "first": 4, "last": 5}]
    assert told["incarnation"] == str(incarnation(yesterday.database)) != str(before)


async def test_verify_names_what_a_restore_lost_until_the_tablet_brought_it(
    yesterday: Yesterday, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday.run("restore", yesterday.backup)
    capsys.readouterr()
    assert yesterday.run("verify", "--json") == 1
    report = said(capsys)
    assert report["lost"] == [{"stream": str(yesterday.tablet.stream), "first": 4, "last": 5}]
    assert await yesterday.synced_again() == [("rewind", 3), ("ok", 5)]
    assert yesterday.run("verify", "--json") == 0
    assert said(capsys)["lost"] == []


async def test_the_database_that_was_there_is_set_aside_whole(
    yesterday: Yesterday, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday.run("restore", yesterday.backup, "--json")
    aside = Path(str(said(capsys)["set_aside"]))
    count = sqlite3.connect(aside).execute("select count(*) from inbox").fetchone()[0]
    assert count == 5
    yesterday.run("restore", yesterday.backup, "--json")
    assert said(capsys)["set_aside"] != str(aside)


async def test_the_same_backup_restored_twice_is_another_database_each_time(yesterday: Yesterday) -> None:
    yesterday.run("restore", yesterday.backup)
    first = incarnation(yesterday.database)
    yesterday.run("restore", yesterday.backup)
    assert incarnation(yesterday.database) != first


async def test_a_running_server_is_left_alone(yesterday: Yesterday, capsys: pytest.CaptureFixture[str]) -> None:
    case_api = open_case_api(yesterday.database, yesterday.clock)
    assert yesterday.run("restore", yesterday.backup) == 1
    assert "E-INUSE" in capsys.readouterr().err
    await case_api.storage.close()


@pytest.mark.parametrize("fault", ["damaged", "text", "missing", "itself", "another district"])
async def test_what_is_no_backup_of_this_district_takes_no_place(
    yesterday: Yesterday, tmp_path: Path, fault: str
) -> None:
    source = tmp_path / "source.db"
    match fault:
        case "damaged":
            data = yesterday.backup.read_bytes()
            source.write_bytes(data[: len(data) // 2])
        case "text":
            source.write_text("not a database")
        case "itself":
            source = yesterday.database
        case "another district":
            shutil.copy(yesterday.backup, source)
            with sqlite3.connect(source) as connection:
                connection.execute("update database_identity set district_id = '110101'")
    before = incarnation(yesterday.database)
    assert yesterday.run("restore", source) == 1
    assert incarnation(yesterday.database) == before
    assert yesterday.run("verify") == 0


async def test_receipts_are_checked_with_the_public_key_alone(
    yesterday: Yesterday, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert yesterday.run("verify", "--show-key") == 0
    key = capsys.readouterr().out.strip()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    log = shutil.copy(yesterday.database.with_suffix(".receipts.log"), elsewhere / "receipts.log")
    words = ["verify", "--receipts", str(log), "--key", key, "--json", "--db", f"sqlite:///{elsewhere}/none.db"]
    assert main(words) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    logged = [json.loads(line) for line in Path(log).read_text().splitlines()]
    assert [line["code"] for line in lines] == [line["code"] for line in logged]
    assert [line["records"] for line in lines] == [3, 5]


@pytest.mark.parametrize("writing", ["raw", "text", "forged"])
async def test_one_receipt_in_any_writing_says_the_code_of_tablet_and_desk(
    yesterday: Yesterday, tmp_path: Path, capsys: pytest.CaptureFixture[str], writing: str
) -> None:
    with SqliteInspection(yesterday.database) as inspection:
        signed = list(inspection.receipts())[-1].signed
    path = tmp_path / "receipt"
    forged = bytes([signed[0], signed[1] ^ 1]) + signed[2:]
    path.write_bytes({"raw": signed, "text": receipt_text(signed).encode(), "forged": forged}[writing])
    capsys.readouterr()
    code = yesterday.run("verify", "--receipts", path, "--json")
    facts = said(capsys)
    assert (code, facts["valid"]) == ((1, False) if writing == "forged" else (0, True))
    assert writing == "forged" or facts["code"] == receipt_code(signed)


@pytest.mark.parametrize("key", ["", "abc", "0" * 63])
async def test_what_is_no_public_key_is_refused(
    yesterday: Yesterday, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    log = yesterday.database.with_suffix(".receipts.log")
    assert yesterday.run("verify", "--receipts", log, "--key", key) == 1
    assert "E-KEY" in capsys.readouterr().err
