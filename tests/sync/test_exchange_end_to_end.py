"""The real tablet against the real case API, its own process on loopback, through a network that breaks."""

import shutil
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.journal import SyncStatus
from sync.tablet.clock import SystemClock
from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import ServerRefused, ServerUnreachable
from sync.tablet.tablet import Tablet
from tests.sync.tablet.makers import record
from tests.sync.world import CaseApiProcess, World, opened, prepared_district, server_over_copy, world_around

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<p>log in</p>\r\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with the synthetic district, made once, and the id of one of its grids."""
    return prepared_district(tmp_path_factory.mktemp("central"))


@pytest.fixture(scope="module")
def lasting_server(prepared: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseApiProcess]:
    """One server for all tests that leave it alive."""
    with server_over_copy(prepared[0], tmp_path_factory.mktemp("lasting") / "central") as server:
        yield server


@pytest.fixture
def world(lasting_server: CaseApiProcess, prepared: tuple[Path, str], tmp_path: Path) -> Iterator[World]:
    """A tablet that speaks with the server by a process apart, as in the app."""
    with world_around(lasting_server, prepared[1], tmp_path, is_apart=True) as made:
        yield made


@pytest.fixture
def fragile_world(prepared: tuple[Path, str], tmp_path: Path) -> Iterator[World]:
    """A world whose server may be killed; its tablet speaks with it itself, as `fieldapp sync` does."""
    with (
        server_over_copy(prepared[0], tmp_path / "central") as server,
        world_around(server, prepared[1], tmp_path) as made,
    ):
        yield made


def test_a_shift_goes_from_an_empty_tablet_to_a_verified_receipt_through_two_cuts_and_a_restart(world: World) -> None:
    world.enrol()
    world.synced()
    reference = world.tablet.store.reference
    grid = reference.grid()
    assert grid is not None
    assert grid[0] == world.grid
    assert len(reference.matters()) > 250
    assert reference.buildings()
    assert len(reference.people()) == 4
    world.save(12)
    world.line.cut()
    assert world.tablet.sync_once().phase == "offline"
    world.save(10)
    world.restart_tablet()
    world.line.restore()
    world.synced()
    world.save(12)
    world.line.cut_after(down=40)
    fault = world.tablet.sync_once().fault
    assert fault is not None
    assert fault.code == "E-OFFLINE"
    assert world.tablet.store.journal.summary().unsettled == 12
    world.line.restore()
    assert world.synced().sent == 12
    world.all_is_proven(34)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_cut_at_any_byte_loses_and_doubles_nothing(world: World, direction: str) -> None:
    world.enrol()
    world.synced()
    total = 0
    for place in (0, 1, *range(50, 1250, 75)):
        world.save(2)
        total += 2
        world.line.cut_after(**{direction: place})
        world.tablet.sync_once()
        world.line.restore()
        world.synced()
    world.all_is_proven(total)


def test_a_server_killed_with_requests_on_the_way_holds_what_it_proved(fragile_world: World) -> None:
    world = fragile_world
    world.enrol()
    total = 0
    for _ in range(2):
        world.save(7)
        total += 7
        world.line.cut_after(down=30)
        world.tablet.sync_once()
        world.server.kill()
        world.line.restore()
        assert world.tablet.sync_once().phase == "offline"
        world.server.start()
        world.synced()
    world.all_is_proven(total)


def test_a_server_restored_from_yesterday_is_given_the_rest_again(fragile_world: World, tmp_path: Path) -> None:
    world = fragile_world
    world.enrol()
    world.save(3)
    world.synced()
    world.server.kill()
    shutil.copytree(world.server.folder, tmp_path / "yesterday", ignore=shutil.ignore_patterns("*.sock"))
    world.server.start()
    world.save(4)
    world.synced()
    world.server.kill()
    shutil.rmtree(world.server.folder)
    shutil.copytree(tmp_path / "yesterday", world.server.folder)
    world.server.start()
    world.synced()
    world.all_is_proven(7)


def test_a_backup_put_in_place_is_known_as_another_database_and_given_the_rest(
    fragile_world: World, tmp_path: Path
) -> None:
    world = fragile_world
    world.enrol()
    world.save(3)
    world.synced()
    copy = tmp_path / "copy.db"
    subprocess.run(world.server._command("backup", str(copy)), check=True, capture_output=True)
    world.save(4)
    assert not world.synced().proven_again
    world.server.kill()
    for end in ("-wal", "-shm"):
        world.server.database.with_name(f"central.db{end}").unlink(missing_ok=True)
    copy.replace(world.server.database)
    world.server.start()
    assert world.synced().proven_again
    assert not world.synced().proven_again
    world.all_is_proven(7)


def test_a_cloned_tablet_opens_another_stream_and_nothing_is_lost(world: World, tmp_path: Path) -> None:
    world.enrol()
    world.save(3)
    world.synced()
    world.tablet.close()
    shutil.copytree(world.path.parent, tmp_path / "clone")
    world.tablet = opened(world.path)
    clone = opened(tmp_path / "clone" / world.path.name)
    world.save(2)
    world.synced()
    for place in range(4):
        clone.store.journal.append(record(f"clone {place}"))
    assert clone.sync_once().fault is None
    assert clone.store.journal.summary().unsettled == 0
    clone.close()
    own_id = world.tablet.enroller.state().device
    (device,) = [row for row in world.server.devices() if row["device"] == own_id]
    told = world.server.verified()
    assert (device["held"], told["duplicates"], told["missing"]) == (9, 0, 0)


def test_a_record_that_the_disk_spoilt_is_kept_apart_and_the_tablet_told(world: World) -> None:
    world.enrol()
    ids = world.save(3)
    world.tablet.close()
    raw = sqlite3.connect(world.path)
    raw.execute("update records set record = cast(replace(cast(record as text), 'met', 'absent') as blob) where n = 2")
    raw.commit()
    raw.close()
    world.tablet = opened(world.path)
    world.synced()
    told = world.server.verified()
    world.synced()
    states = {entry.record.id: entry.state for entry in world.tablet.store.journal.whole()}
    assert [states[record_id] for record_id in ids] == ["stored", "quarantined", "stored"]
    assert (told["quarantined"], told["ok"]) == (1, True)
    assert world.tablet.store.journal.summary().quarantined == 1


class ColdNight(SystemClock):
    """A tablet whose wall clock stands in 1970."""

    def now_ms(self) -> int:
        return super().now_ms() % 86_400_000


def test_a_scope_the_server_does_not_recognise_is_fetched_whole(world: World) -> None:
    world.enrol()
    world.synced()
    store = world.tablet.store
    scope, cursor = f"grid:{world.grid}", store.feeds.cursors()[f"grid:{world.grid}"]
    buildings, people = store.reference.buildings(), store.reference.people()
    store.feeds.replace_scope(scope, [], (cursor[0], "f" * 16))
    assert store.reference.buildings() == {}
    world.save(1)
    world.synced()
    assert store.feeds.cursors()[scope] == cursor
    assert (store.reference.buildings(), store.reference.people()) == (buildings, people)
    world.all_is_proven(1)


def test_a_tablet_that_wakes_in_1970_syncs_and_knows_the_time_afterwards(world: World) -> None:
    world.enrol()
    world.restart_tablet(ColdNight())
    world.save(2)
    world.synced()
    offset_ms = world.tablet.clock.stamp().offset_ms
    assert offset_ms is not None
    assert abs(ColdNight().now_ms() + offset_ms - SystemClock().now_ms()) < 60_000
    world.all_is_proven(2)


def test_a_captive_portal_settles_nothing(world: World) -> None:
    world.enrol()
    world.synced()
    world.save(3)
    portal = socket.create_server(("127.0.0.1", 0))

    def log_in() -> None:
        connection, _ = portal.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(HTML)

    thread = threading.Thread(target=log_in, daemon=True)
    thread.start()
    world.restart_tablet()
    world.line.target = portal.getsockname()
    fault = world.tablet.sync_once().fault
    assert fault is not None
    assert fault.code == "E-PORTAL"
    assert world.tablet.store.journal.summary().unsettled == 3
    thread.join()
    portal.close()
    world.line.target = ("127.0.0.1", world.server.port)
    world.restart_tablet()
    world.synced()
    world.all_is_proven(3)


def test_a_tablet_nobody_confirmed_keeps_its_records_and_says_so(world: World) -> None:
    begun = world.tablet.enroller.begin(world.server.offer(world.grid, world.line.origin))
    world.save(1)
    fault = world.tablet.sync_once().fault
    assert fault is not None
    assert fault.code == "E-ENROL"
    assert world.tablet.enroller.poll() == begun


def test_a_code_that_was_never_given_is_refused(world: World) -> None:
    with pytest.raises(ServerRefused) as caught:
        world.tablet.enroller.begin(f"XGE1 {world.line.origin} 0000000000000000000000000")
    assert caught.value.code == "E-CODE"
    world.line.cut()
    with pytest.raises(ServerUnreachable):
        world.tablet.enroller.begin(f"XGE1 {world.line.origin} 0000000000000000000000000")


def test_the_worker_sends_what_was_saved_by_itself(world: World) -> None:
    world.enrol()
    world.tablet.close()
    quick = ExchangeConfig(debounce_s=0.0, idle_poll_s=0.05, waiting_retry_s=0.05)
    world.tablet = Tablet(world.path, app="fieldapp test", config=quick, is_apart=world.is_apart)
    proven = threading.Event()

    def heard(status: SyncStatus) -> None:
        if status.phase == "done" and world.tablet.store.journal.summary().watermark == 5:
            proven.set()

    world.tablet.exchange.subscribe(heard)
    world.save(5)
    world.tablet.start()
    assert proven.wait(20)
    world.tablet.exchange.stop()
    world.all_is_proven(5)
