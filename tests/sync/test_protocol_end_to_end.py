"""The rarer ways of the protocol, by a real tablet against the real case API in a process of its own."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from sync.records import Envelope
from sync.records.base import encode
from sync.tablet.store.journal import append_record
from sync.tablet.store.purging import KEPT_S
from tests.sync.tablet.makers import BUILDING, envelope, record, uuid_text
from tests.sync.world import World, prepared_district, server_over_copy, world_around


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return prepared_district(tmp_path_factory.mktemp("central"))


@pytest.fixture
def world(prepared: tuple[Path, str], tmp_path: Path) -> Iterator[World]:
    with (
        server_over_copy(prepared[0], tmp_path / "central") as server,
        world_around(server, prepared[1], tmp_path) as made,
    ):
        made.enrol()
        made.synced()
        yield made


def save_unchecked(world: World, made: Envelope) -> str:
    """Save a record as an older program could have: the server does not like it."""
    world.tablet.store._database.write("saving", lambda db: append_record(db, made, encode(made)))
    return made.id


def told_of_verdicts(world: World) -> dict[str, str]:
    """Sync, let the server judge, sync again; return the state of every record."""
    world.synced()
    world.server.verified()
    world.synced()
    return {entry.record.id: entry.state for entry in world.tablet.store.journal.whole()}


def device_row(world: World, device: str) -> dict[str, object]:
    (row,) = [row for row in world.server.devices() if row["device"] == device]
    return row


def test_a_quarantined_record_is_put_right_by_an_amendment(world: World) -> None:
    wrong = {"building": BUILDING, "purpose": "dance", "outcome": "met"}
    bad = save_unchecked(world, envelope("visit", msgspec.json.encode(wrong)))
    (good,) = world.save(1)
    assert told_of_verdicts(world) == {bad: "quarantined", good: "stored"}
    (row,) = world.tablet.store.journal.to_mend()
    assert (row.record.id, row.reason) == (bad, "bad_shape")
    assert "purpose" in row.sentence
    amended = world.tablet.store.journal.append(msgspec.structs.replace(record("改过"), amends=bad)).record.id
    states = told_of_verdicts(world)
    assert states[amended] == "stored"
    assert world.tablet.store.journal.to_mend() == []
    assert world.tablet.store.journal.summary().quarantined == 0
    told = world.server.verified()
    assert (told["ok"], told["quarantined"]) == (True, 0)


def test_a_parked_kind_is_told_as_parked_and_kept(world: World) -> None:
    parked = save_unchecked(world, envelope("kind_of_tomorrow", b"{}"))
    assert told_of_verdicts(world)[parked] == "parked"
    assert world.tablet.store.purging.purge(now_s=4_000_000_000) == 0


def test_a_revoked_tablet_hands_over_erases_itself_and_joins_anew(world: World) -> None:
    tablet, device = world.tablet, world.tablet.enroller.state().device
    world.save(3)
    world.synced()
    stream = tablet.store.journal.summary().stream
    subprocess.run(world.server._command("revoke", device), check=True, capture_output=True)
    world.save(2)
    fault = tablet.sync_once().fault
    assert fault is not None
    assert (fault.code, device_row(world, device)["held"]) == ("E-REVOKED", 5)
    assert len(list(tablet.store.journal.whole())) == 5
    fault = tablet.sync_once().fault
    assert fault is not None
    assert fault.code == "E-ERASED"
    assert list(tablet.store.journal.whole()) == []
    assert tablet.enroller.state().status == "none"
    assert tablet.store.reference.grid() is None
    assert device_row(world, device)["status"] == "erased"
    fault = tablet.sync_once().fault
    assert fault is not None
    assert fault.code == "E-ENROL"
    world.enrol()
    world.synced()
    assert tablet.store.reference.grid() is not None
    assert (tablet.store.journal.summary().stream, tablet.enroller.state().device) != (stream, device)
    world.save(1)
    world.synced()
    world.all_is_proven(1)


def test_a_lost_answer_to_the_erase_receipt_is_made_good(world: World) -> None:
    device = world.tablet.enroller.state().device
    world.save(2)
    world.synced()
    subprocess.run(world.server._command("revoke", device), check=True, capture_output=True)
    world.line.cut_after(down=900)
    codes = []
    for _ in range(6):
        fault = world.tablet.sync_once().fault
        assert fault is not None
        codes.append(fault.code)
        world.line.restore()
    assert "E-ERASED" in codes
    assert codes[-1] == "E-ENROL"
    assert device_row(world, device)["status"] == "erased"


def test_two_administrators_erase_a_tablet_with_what_it_still_holds(world: World) -> None:
    tablet, device = world.tablet, world.tablet.enroller.state().device
    world.save(2)
    world.synced()
    for name in ("甲", "乙"):
        command = world.server._command("device", "wipe", device, "--administrator", name)
        subprocess.run(command, check=True, capture_output=True)
    world.save(3)
    codes = []
    for _ in range(3):
        fault = tablet.sync_once().fault
        assert fault is not None
        codes.append(fault.code)
    assert codes[-1] == "E-ENROL"
    assert list(tablet.store.journal.whole()) == []


def test_what_a_restored_server_lost_and_the_tablet_let_go_of_is_named_as_a_gap(world: World, tmp_path: Path) -> None:
    world.save(2)
    world.synced()
    world.server.kill()
    shutil.copytree(world.server.folder, tmp_path / "yesterday", ignore=shutil.ignore_patterns("*.sock"))
    world.server.start()
    world.save(4)
    world.synced()
    receipt = world.tablet.store.receipts.newest()
    assert receipt is not None
    assert world.tablet.store.purging.purge(now_s=receipt.time_s + KEPT_S) == 6
    ids = world.save(2)
    old = world.tablet.store.journal.summary().stream
    world.server.kill()
    shutil.rmtree(world.server.folder)
    shutil.copytree(tmp_path / "yesterday", world.server.folder)
    world.server.start()
    states = told_of_verdicts(world)
    assert states == dict.fromkeys(ids, "stored")
    summary = world.tablet.store.journal.summary()
    assert summary.stream != old
    assert (summary.watermark, summary.unsettled) == (2, 0)
    connection = sqlite3.connect(world.server.database)
    (gap,) = connection.execute("select stream, first_n, last_n from stream_gap").fetchall()
    connection.close()
    assert gap == (UUID(old).bytes, 3, 6)
    assert world.tablet.store.problems() == []


def test_a_rewound_tablet_opens_another_stream_and_nothing_is_dropped(world: World, tmp_path: Path) -> None:
    world.save(2)
    world.synced()
    world.tablet.close()
    shutil.copytree(world.path.parent, tmp_path / "yesterday", ignore=shutil.ignore_patterns("*.sock", "*.lock"))
    world.restart_tablet()
    world.save(3)
    world.synced()
    world.tablet.close()
    shutil.rmtree(world.path.parent)
    shutil.copytree(tmp_path / "yesterday", world.path.parent)
    world.restart_tablet()
    own = world.save(2)
    states = told_of_verdicts(world)
    assert [states[each] for each in own] == ["stored", "stored"]
    device = world.tablet.enroller.state().device
    assert device_row(world, device)["held"] == 7
    told = world.server.verified()
    assert (told["ok"], told["duplicates"], told["missing"]) == (True, 0, 0)


def test_a_first_download_is_sent_whole_or_by_pages_and_says_how_far_it_is(world: World) -> None:
    heard: list[int] = []
    world.tablet.exchange.subscribe(lambda status: heard.append(status.fetched_bytes))
    store = world.tablet.store
    for scope in store.feeds.cursors():
        store.feeds.replace_scope(scope, [], (7, "0" * 16))
    world.synced()
    assert store.reference.buildings()
    assert max(heard) > 1_000
    assert not list(world.path.parent.glob("*.snapshot-*")), "nothing is left of the download"


def test_the_short_coding_is_used_once_the_server_has_named_it(world: World) -> None:
    assert world.tablet.store.facts.get("request_coding") == "x-xunge-1"
    world.restart_tablet()
    world.save(3)
    world.synced()
    world.all_is_proven(3)


def test_an_amendment_of_a_record_nobody_holds_is_kept_apart(world: World) -> None:
    stray = world.tablet.store.journal.append(msgspec.structs.replace(record(), amends=uuid_text())).record.id
    assert told_of_verdicts(world)[stray] == "quarantined"
