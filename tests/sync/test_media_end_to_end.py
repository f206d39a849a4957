"""Photos from the real tablet to the real case API: cuts at any byte, and both ends killed in the middle.

The server is spoken with by a process apart, as in the app.
"""

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from sync.journal import MediaProgress
from sync.records import CaseReport, MediaRef
from tests.sync.caseapi.media_desk import picture
from tests.sync.tablet.makers import BUILDING, envelope
from tests.sync.world import World, prepared_district, server_over_copy, world_around

PHOTO_BYTES = 250_000

MOST_BESIDE_PHOTOS = 20_000
"""What an exchange may send beside photos: heads of requests, and signatures."""

SYNC_ONCE = """
import sys
from pathlib import Path
from sync.tablet.config import ExchangeConfig
from sync.tablet.tablet import Tablet
config = ExchangeConfig(answer_timeout_s=20)
tablet = Tablet(Path(sys.argv[1]), app="fieldapp test", config=config, is_apart=True)
tablet.exchange.subscribe(lambda status: print("photos", status.photos_sent, flush=True))
print("phase", tablet.sync_once().phase, flush=True)
tablet.close()
"""
"""A tablet in a process of its own, to be killed."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with the synthetic district, made once, and the id of one of its grids."""
    return prepared_district(tmp_path_factory.mktemp("central"))


@pytest.fixture
def world(prepared: tuple[Path, str], tmp_path: Path) -> Iterator[World]:
    with (
        server_over_copy(prepared[0], tmp_path / "central") as server,
        world_around(server, prepared[1], tmp_path, is_apart=True) as made,
    ):
        made.enrol()
        made.synced()
        yield made


def arrived_bytes(world: World) -> int:
    """Return how many bytes of photos lie on the server's disk, whole or not."""
    folder = world.server.folder / "central.media"
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def only_what_is_missing_is_sent(world: World, photos: list[bytes], least: int) -> None:
    """Sync to the end; all photos are held then, and next to no byte that had arrived went up again.

    Args:
        least: so many bytes must have arrived by now.
    """
    world.server.kill()
    arrived = arrived_bytes(world)
    assert arrived >= least
    missing = len(photos) * PHOTO_BYTES - arrived
    world.server.start()
    before, _ = world.line.passed_bytes
    assert world.synced().fault is None
    sent = world.line.passed_bytes[0] - before
    all_photos_are_held(world, photos)
    assert sent < missing + MOST_BESIDE_PHOTOS


def report(world: World, *photos: bytes) -> str:
    """Save a problem with photos, as the app does: files first, then the record."""
    media = world.tablet.store.media
    refs: tuple[MediaRef, ...] = tuple(media.attach(photo, mime="image/jpeg", role="before") for photo in photos)
    body = CaseReport("national", "matter", "02001", building=BUILDING, description="楼道堆物", media=refs)
    return world.tablet.store.journal.append(envelope("case_report", msgspec.json.encode(body))).record.id


def held(world: World) -> dict[str, bytes]:
    """Return the whole files that the server keeps, by name."""
    folders = (world.server.folder / "central.media").glob("[0-9a-f][0-9a-f]")
    return {file.name: file.read_bytes() for folder in folders for file in folder.iterdir()}


def all_photos_are_held(world: World, photos: list[bytes]) -> None:
    assert held(world) == {sha256(photo).hexdigest(): photo for photo in photos}
    told = world.server.verified()
    assert told["ok"] is True, told["findings"]
    assert (told["media"], told["media_owed"], told["media_missing"], told["media_damaged"]) == (len(photos), 0, 0, 0)


def test_a_days_photos_arrive_after_their_records_each_byte_once(world: World) -> None:
    photos = [picture(PHOTO_BYTES, seed) for seed in range(8)]
    records = [report(world, *photos[place : place + 2]) for place in range(0, 8, 2)]
    before, _ = world.line.passed_bytes
    status = world.synced()
    assert (status.sent, status.photos_sent, status.photos_total) == (4, 8, 8)
    assert world.tablet.store.media.progress(record=records[0]) == MediaProgress(2, 2)
    assert world.tablet.store.media.delivery().may_switch_off
    all_photos_are_held(world, photos)
    assert world.line.passed_bytes[0] - before < 8 * PHOTO_BYTES * 1.01


@pytest.mark.parametrize(
    ("at_once", "least"),
    # One at a time, a photo begins when the one before is held; a slow server may have taken nothing of two at once.
    [(1, 2 * PHOTO_BYTES), (2, 0)],
)
def test_a_cut_at_any_byte_sends_nothing_twice_that_had_arrived(world: World, at_once: int, least: int) -> None:
    photos = [picture(PHOTO_BYTES, seed) for seed in range(6)]
    report(world, *photos)
    for up in (3_000, 70_000, 251_000, 400_001, 200_000):
        world.restart_tablet(photos_at_once=at_once)
        world.line.cut_after(up=up)
        assert world.tablet.sync_once().phase == "offline"
        world.line.restore()
    world.restart_tablet(photos_at_once=at_once)
    only_what_is_missing_is_sent(world, photos, least)


def test_both_ends_killed_in_the_middle_of_a_photo_lose_nothing(world: World) -> None:
    photos = [picture(PHOTO_BYTES, seed) for seed in range(8)]
    report(world, *photos)
    world.tablet.close()
    command = [sys.executable, "-c", SYNC_ONCE, str(world.path)]
    for _ in range(2):
        world.line.cut_after(up=600_000)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith(("photos 2", "phase")):
                    break
            process.kill()
        world.server.kill()
        world.line.restore()
        world.server.start()
    world.restart_tablet()
    only_what_is_missing_is_sent(world, photos, 2 * PHOTO_BYTES)


def test_a_photo_damaged_on_the_server_is_found_and_sent_again(world: World) -> None:
    photo = picture(50_000, 1)
    report(world, photo)
    world.synced()
    name = sha256(photo).hexdigest()
    (world.server.folder / "central.media" / name[:2] / name).write_bytes(b"?")
    told = world.server.verified()
    assert (told["ok"], told["media_damaged"]) == (False, 1)
    assert world.server.run("photos-again", "--json") == {"asked": 1}
    assert world.synced().photos_sent == 1
    all_photos_are_held(world, [photo])


def test_a_server_restored_from_yesterday_asks_for_the_photos_of_today_again(world: World, tmp_path: Path) -> None:
    yesterday, today = picture(50_000, 1), picture(60_000, 2)
    report(world, yesterday)
    world.synced()
    copy = tmp_path / "yesterday.db"
    subprocess.run(world.server._command("backup", str(copy)), check=True, capture_output=True)
    report(world, today)
    world.synced()
    world.server.kill()
    for name in ("central.db", "central.db-wal", "central.db-shm"):
        (world.server.folder / name).unlink(missing_ok=True)
    copy.rename(world.server.database)
    (world.server.folder / "central.media" / sha256(today).hexdigest()[:2] / sha256(today).hexdigest()).unlink()
    world.server.start()
    status = world.synced()
    assert (status.proven_again, status.photos_sent) == (True, 1)
    all_photos_are_held(world, [yesterday, today])
