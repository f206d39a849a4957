"""`fieldapp export`: every record of the tablet in two files, whole or as they were before."""

import csv
import json
import resource
from pathlib import Path
from uuid import UUID

import pytest

from fieldapp.bootstrap import open_tablet
from fieldapp.cli.export_command import _replacing
from sync.tablet.store.connections import connect_writer
from tests.fieldapp.cli.command_line import Home
from tests.sync.tablet.makers import record


def ids_in(folder: Path) -> list[str]:
    return [json.loads(line)["id"] for line in (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()]


def test_thousands_of_records_leave_in_the_order_they_were_saved(home: Home, tmp_path: Path) -> None:
    with open_tablet(home.database) as tablet:
        saved = [tablet.store.journal.append(record(f"第 {number} 户")).record.id for number in range(1_203)]
    out = tmp_path / "a" / "b"
    ended = home.call("export", "--to", str(out))
    assert (ended.status, ended.out) == (0, "")
    assert "1203 records" in ended.err
    assert ids_in(out) == saved
    with (out / "records.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == saved
    assert rows[-1]["body.note"] == "第 1202 户"
    assert (out / "records.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_records_of_a_stream_before_a_fork_leave_too(home: Home, tmp_path: Path) -> None:
    saved = home.save("one", "two", "three")
    with open_tablet(home.database) as tablet:
        tablet.store.outbox.fork(stream=UUID(int=9), agreed=2)
    saved += home.save("four")
    assert home.call("export", "--to", str(tmp_path)).status == 0
    assert ids_in(tmp_path) == saved
    streams = [json.loads(line)["stream"] for line in (tmp_path / "records.jsonl").read_text().splitlines()]
    assert streams[0] == streams[1] != streams[2] == str(UUID(int=9))


def test_a_running_app_does_not_keep_records_from_leaving(home: Home, tmp_path: Path) -> None:
    with open_tablet(home.database) as tablet:
        saved = tablet.store.journal.append(record()).record.id
        ended = home.call("export", "--to", str(tmp_path))
        assert ended.status == 0
        assert ids_in(tmp_path) == [saved]
        tablet.store.journal.append(record())
    assert len(home.save("the app went on")) == 1


def test_a_record_whose_bytes_are_damaged_leaves_with_what_is_known_of_it(home: Home, tmp_path: Path) -> None:
    first, second = home.save("one", "two")
    connection = connect_writer(home.database)
    connection.execute("update records set record = x'ff00' where id = ?", (first,))
    connection.close()
    assert home.call("export", "--to", str(tmp_path)).status == 0
    assert ids_in(tmp_path) == [first, second]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_folder_that_cannot_be_written_is_named(home: Home, tmp_path: Path, language: str) -> None:
    (tmp_path / "file").write_text("in the way")
    ended = home.call("export", "--to", str(tmp_path / "file"), language=language)
    assert (ended.status, ended.out) == (1, "")
    assert str(tmp_path / "file") in ended.err
    assert "Traceback" not in ended.err


def test_a_disk_that_fills_up_leaves_the_old_files_as_they_were(home: Home, tmp_path: Path) -> None:
    home.save(*(f"note {number}" for number in range(400)))
    out = tmp_path / "out"
    assert home.call("export", "--to", str(out)).status == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    ended = home.call("export", "--to", str(out), before=little_room)
    assert ended.status == 1
    assert "cannot be written" in ended.err
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "records.csv"
    target.write_text("old")
    with _replacing(target) as out:
        out.write("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    with pytest.raises(KeyboardInterrupt), _replacing(target) as out:
        raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["records.csv"]


def test_an_empty_tablet_exports_a_header(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert home.call("export", "--to", str(out)).status == 0
    assert (out / "records.jsonl").read_text() == ""
    assert (out / "records.csv").read_text(encoding="utf-8-sig").startswith('"stream","n"')
