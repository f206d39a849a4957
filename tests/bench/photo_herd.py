"""The herd's photos: every tablet of a district has handed over its records and sends its 8 photos in the same second.

Then within a minute. A photo weighs what the app's darkroom aims at (`photo_kb`, 250 KB), so it travels in one part;
PHOTO_KB=20 for a quick look, PHOTO_KB=1000 for photos of several parts. First parts are signed beforehand and written
to raw sockets on plain loopback. A tablet that is told to come back does so as the real one: it pauses, exchanges, and
asks where to go on. The other side of the ratio is what the same bytes cost that are written and synced to as many
files, by as many threads as the server writes with. In the end every file on the server's disk is hashed.
"""

import asyncio
import os
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from sync.caseapi.storage.staging import STAGING_FOLDER
from tests.bench.herd_requests import HerdTablet, handover_of, prepare
from tests.bench.pair import PHOTO_BYTES
from tests.bench.photo_requests import Photo, photos_of
from tests.bench.photo_tablets import PhotoTablet, PhotoWave, Traffic, send_photos
from tests.bench.rounds import ratio_said
from tests.bench.served import Served, served
from tests.bench.waves import send_wave

PHOTOS = 8
"""Photos of each tablet."""

RSS_MIB = 200
"""Most memory of the server that is fine: what a herd of records may take (`herd`), and 50 for the photos under way."""

WAVES = {"same second": 1.0, "one minute": 60.0}
"""Within how many seconds the tablets begin; a fresh server each."""

RECORDS_PATIENCE_S = 60.0
"""How long the records that name the photos may take: their speed is another bench's business."""

ROOM_FACTOR = 2
"""How many times its photos' size a run wants free on the disk."""


def main() -> int:
    size_bytes = int(os.environ.get("PHOTO_KB", PHOTO_BYTES // 1000)) * 1000
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        home = Path(name) / "prepared"
        herd = asyncio.run(prepare(home))
        whole_bytes = len(herd) * PHOTOS * size_bytes
        free_bytes = shutil.disk_usage(name).free
        if free_bytes < ROOM_FACTOR * whole_bytes:
            print(f"{whole_bytes / 1e9:.1f} GB of photos do not fit on {name}: {free_bytes / 1e9:.1f} GB are free")
            return 1
        print(f"{len(herd)} tablets, {PHOTOS} photos each of {size_bytes // 1000} KB: {whole_bytes / 1e9:.2f} GB")
        kept = [_compared(home, herd, wave, size_bytes) for wave in WAVES]
    return 0 if all(kept) else 1


def _compared(home: Path, herd: list[HerdTablet], name: str, size_bytes: int) -> bool:
    """Send one wave to a fresh server, write the same bytes plainly, and say what came of both."""
    photos = photos_of(len(herd) * PHOTOS, size_bytes)
    with served(home) as server:
        wave, before_mib, cpu_s = _sent(server, herd, photos, WAVES[name])
        rss_mib = server.peak_mib()
        told = _on_disk(server.media, photos)
        report = server.verified()
    plain_s = _written_plainly(home.parent, photos)
    megabytes = sum(photo.size_bytes for photo in photos) / 1e6
    ratio_said(f"{name}: until all are stored, over writing and syncing the same files", wave.whole_s / plain_s)
    print(f"{name}: {wave.said()}")
    print(
        f"{name}: {megabytes / wave.whole_s:.1f} MB/s, plainly {megabytes / plain_s:.1f} MB/s in {plain_s:.1f} s; "
        f"server CPU {cpu_s:.1f} s; 503 {wave.traffic.refused} times; "
        f"memory before them at most {before_mib} MiB; {told or 'every file is there, byte for byte, once'}"
    )
    wanted = {"media": len(photos), "media_owed": 0, "media_missing": 0, "media_damaged": 0, "ok": True}
    print(f"{name}: verify {', '.join(f'{key} {report.get(key)}' for key in wanted)}")
    return all(
        [
            not told and not wave.starved and not wave.traffic.odd,
            all(report.get(key) == value for key, value in wanted.items()),
            ratio_said(f"{name}: largest RSS of the server while they come, MiB", rss_mib, most=RSS_MIB),
        ]
    )


def _sent(
    server: Served, herd: list[HerdTablet], photos: Sequence[Photo], within_s: float
) -> tuple[PhotoWave, int, float]:
    """Hand over the records, then send the photos; return the wave, the peak before it in MiB, processor time."""
    of_each = [photos[first : first + PHOTOS] for first in range(0, len(photos), PHOTOS)]
    days = [handover_of(tablet, [photo.named() for photo in own]) for tablet, own in zip(herd, of_each, strict=True)]
    records = send_wave(server.port, [day.request for day in days], timeout_s=RECORDS_PATIENCE_S)
    assert records.is_acknowledged, records.statuses
    server.wait_until_folded()
    before_mib, before_s = server.peak_mib(), server.cpu_s()
    server.forget_peak()
    traffic, chance = Traffic(), random.Random(within_s)
    tablets = [PhotoTablet(day, own, traffic, chance) for day, own in zip(days, of_each, strict=True)]
    wave = send_photos(server.port, tablets, traffic, within_s=within_s)
    return wave, before_mib, server.cpu_s() - before_s


def _on_disk(media: Path, photos: Sequence[Photo]) -> str:
    """Return what is not as it should be among the server's files, empty for nothing."""
    wanted = {photo.sha256 for photo in photos}
    found = [path for path in media.rglob("*") if path.is_file()]
    whole = [path for path in found if STAGING_FOLDER not in path.parts]
    if len(found) != len(whole):
        return f"{len(found) - len(whole)} unfinished uploads are left"
    if len(whole) != len(wanted) or {path.name for path in whole} != wanted:
        return f"{len(whole)} files instead of {len(wanted)}, or of other names"
    spoilt = sum(sha256(path.read_bytes()).hexdigest() != path.name for path in whole)
    return f"{spoilt} files are not what was sent" if spoilt else ""


def _written_plainly(folder: Path, photos: Sequence[Photo]) -> float:
    """Write the photos to as many files, each synced before the next of its thread; return the seconds."""
    # The server's threads for files: what asyncio takes by itself.
    threads = min(32, (os.cpu_count() or 1) + 4)
    with tempfile.TemporaryDirectory(prefix="plain-", dir=folder) as name, ThreadPoolExecutor(threads) as pool:
        begun_s = time.perf_counter()
        for _ in pool.map(lambda photo: _write(Path(name), photo), photos):
            pass
        return time.perf_counter() - begun_s


def _write(folder: Path, photo: Photo) -> None:
    with (folder / photo.sha256).open("wb", buffering=0) as file:
        for piece in photo.pieces(0, photo.size_bytes):
            file.write(piece)
        os.fsync(file.fileno())
