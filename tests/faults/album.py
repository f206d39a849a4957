"""Photos of simulated worlds: what was taken, what was lost on purpose, and what must be where in the end."""

import shutil
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Literal

from sync.caseapi.service.verifying.media import verify_media
from sync.caseapi.storage.blobs import FileBlobs
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from tests.faults.handheld import Handheld
from tests.faults.world import World

LEAST_BYTES, MOST_BYTES = 3_000, 40_000
"""Size of a photo: parts may be as small as 16 KB, so that the larger ones travel in several."""

JPEG = b"\xff\xd8\xff"

Loss = Literal["removed", "cut short", "changed"]
LOSSES: tuple[Loss, ...] = ("removed", "cut short", "changed")


def picture(random: Random) -> bytes:
    """Return the bytes of a photo that nobody took before."""
    return JPEG + random.randbytes(random.randrange(LEAST_BYTES, MOST_BYTES))


def media_folder(database: Path) -> Path:
    """Return where a tablet keeps its photos."""
    return database.with_name(f"{database.name}.media")


def lose_photo(tablet: Handheld, random: Random) -> tuple[str, Loss] | None:
    """Take one of a tablet's photos away, or some of its bytes; return its name and what was done."""
    folder = media_folder(tablet.path)
    files = sorted(path for path in folder.iterdir() if path.suffix == "") if folder.is_dir() else []
    if not files:
        return None
    file, loss = random.choice(files), random.choice(LOSSES)
    data = bytearray(file.read_bytes())
    if loss == "removed" or not data:
        file.unlink()
        return file.name, "removed"
    if loss == "cut short":
        del data[random.randrange(len(data)) :]
    else:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    file.write_bytes(data)
    return file.name, loss


def copy_folder(source: Path, target: Path) -> None:
    """Put a copy of a folder of photos in the place of another one; none where there is none."""
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target)


def check_photos(world: World) -> dict[str, list[str]]:
    """Return what is wrong with photos, by the kind of finding."""
    findings: dict[str, list[str]] = {"lost": [], "stuck": [], "other": []}
    blobs = FileBlobs(world.server.media)
    with SqliteInspection(world.server.path) as inspection:
        findings["lost"] += verify_media(inspection.media(), blobs).findings
    for tablet in world.tablets:
        if tablet.is_on and not tablet.is_revoked:
            _check_tablet(world, tablet, blobs, findings)
    return findings


def _check_tablet(world: World, tablet: Handheld, blobs: FileBlobs, findings: dict[str, list[str]]) -> None:
    rows = tablet.query("select sha256, min(acknowledged), max(lost) from media group by sha256")
    files = tablet.tablet.store.media.files
    for name, is_acknowledged, is_lost in rows:
        is_held = sha256(blobs.read(name) or b"").hexdigest() == name
        is_here = files.check(name) == "whole"
        who = f"{tablet.name}: photo {name[:12]}"
        if is_lost and name not in world.ledger.photos_lost:
            findings["other"].append(f"{who} was said to be lost, and nobody lost it")
        # An upload exists where a record names it in bytes that can be read: whose disk spoilt that record can send
        # it no more.
        if name in world.ledger.photos_unnamed and not (is_acknowledged and is_held):
            world.cover("photo that nothing names", "tablet: still waits")
        elif not is_acknowledged:
            findings["stuck"].append(f"{who} still waits; its file is {'here' if is_here else 'not here'}")
        elif not is_held and not is_lost:
            findings["lost"].append(f"{who} counts as sent, and the server lacks it")
    delivery = tablet.tablet.store.media.delivery()
    is_at_end = not (findings["stuck"] or world.ledger.photos_unnamed)
    if rows and delivery.photos.sent + delivery.photos.lost != delivery.photos.total and is_at_end:
        findings["other"].append(f"{tablet.name}: all photos are sent and it says {delivery}")
