"""What happens rarely, or only to some: photos, copies of disks, backups, new keys, weeks that pass."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tests.faults.album import copy_folder, media_folder
from tests.faults.album import lose_photo as lose_one
from tests.faults.central import Central
from tests.faults.handheld import Handheld, membership_device
from tests.faults.seams import looking
from tests.faults.templates import OTHER_GRID

if TYPE_CHECKING:
    from tests.faults.schedule import Player


def spoil_upload(player: "Player") -> None:
    """Let the server's disk fail, or the server die, while a photo arrives."""
    tablet = player.running()
    _save_with_photos(tablet, [player.picture()])
    disk, random = player.world.server.disk, player.random
    if random.random() < 0.5:
        disk.kill_in(random.randrange(8), at_files=True)
    else:
        disk.fail_in(random.choice(("enospc", "eio")), random.randrange(6), length=random.choice((1, 3)), at_files=True)
    tablet.sync()


def back_up(player: "Player") -> None:
    """Take a backup, of the photos too."""
    if player.world.server.is_up:
        incarnation = UUID(bytes=player.random.randbytes(16), version=4)
        player.world.server.back_up(player.world.folder / f"backup-{incarnation}", incarnation)
        copy_folder(player.world.server.media, player.world.folder / f"backup-{incarnation}.media")
        player.backups.append(incarnation)
        player.world.note("desk", "takes a backup")


def restore(player: "Player") -> None:
    """Put an older copy in the place of the server's database; its photos stay, come from the backup, or are gone."""
    if not player.backups:
        return
    backup = player.random.choice(player.backups)
    player.world.note("desk", "restores the server")
    player.world.cover("restore", "server: from yesterday")
    before = player.world.server.held()
    player.world.server.restore(player.world.folder / f"backup-{backup}")
    player.world.ledger.restores(before, player.world.server.held())
    photos = player.random.choice(("as they are", "from the backup", "gone"))
    player.world.cover("restore", f"server: photos {photos}")
    if photos != "as they are":
        copy_folder(player.world.folder / (f"backup-{backup}.media" if photos != "gone" else "none"), _media(player))
        player.world.server.has_lost_photos = True
        ask_for_photos(player.world.server)


def _media(player: "Player") -> Path:
    return player.world.server.media


def report(player: "Player") -> None:
    """Save a report with photos, some of them taken before."""
    tablet = player.running()
    _save_with_photos(tablet, [player.picture() for _ in range(player.random.choice((1, 1, 2)))])
    if player.random.random() < 0.7:
        tablet.sync()


def lose_photo(player: "Player") -> None:
    """Take away one of a tablet's own photos, or some of its bytes."""
    tablet = player.any_tablet()
    lost = lose_one(tablet, player.random)
    if lost is not None:
        player.world.ledger.photos_lost.add(lost[0])
        player.world.cover("photo lost", f"tablet: {lost[1]}")
        player.world.note(tablet.name, f"photo {lost[0][:12]} is {lost[1]}")


def update_server(player: "Player") -> None:
    """Bring the server up to date: it knows the new kind of record from now on."""
    player.world.server.stop()
    player.world.server.is_up_to_date = True
    player.world.cover("update", "server: knows a new kind")
    player.world.after(player.random.choice((1, 500)), player.world.server.start)


def spoil_bytes(player: "Player") -> None:
    """Let a tablet's disk change a bit of a record."""
    tablet = player.any_tablet()
    spoilt = _spoilt(tablet)
    if spoilt is not None:
        player.world.ledger.spoils(*spoilt)
        player.world.cover("spoilt bytes", "tablet: a record")
        player.world.note(tablet.name, "has a record with spoilt bytes")


def leap(player: "Player") -> None:
    """Let weeks pass in which nobody does anything."""
    days = player.random.choice((2, 31, 31, 45))
    player.world.note("harness", f"{days} days in which nobody does anything")
    player.world.cover("clock jump", "everybody: weeks pass")
    player.world.agenda.leap(days * 86_400_000)


def copy_tablet(player: "Player") -> None:
    """Copy a tablet's database."""
    tablet = player.any_tablet()
    player.copies[tablet.name] = tablet.copy()
    player.world.note(tablet.name, "is copied")


def rewind(player: "Player") -> None:
    """Put an earlier copy in the place of a tablet's database."""
    tablet = player.any_tablet()
    copied = player.copies.get(tablet.name)
    if copied is not None:
        player.world.cover("rewind", "tablet: an earlier copy")
        _replace(player, tablet, copied)


def clone(player: "Player") -> None:
    """Let a second tablet go on with a copy of the database."""
    if len(player.world.tablets) >= 5:
        return
    tablet = player.any_tablet()
    line = tablet.line
    twin_line = player.world.line(is_short=line.is_short, faults=line.faults, chance=line.chance)
    number = int(tablet.grid == OTHER_GRID)
    player.world.cover("clone", "tablet: both go on")
    data = player.copies.get(tablet.name) if player.random.random() < 0.3 else None
    twin = player.world.add_tablet(number, data or tablet.copy(), line=twin_line, skew_ms=tablet.clock.skew_ms)
    twin.is_revoked = tablet.is_revoked
    twin.disk_used = tablet.disk_used
    if player.random.random() < 0.7:
        copy_folder(media_folder(tablet.path), media_folder(twin.path))
    else:
        player.lose_all_photos()
    player.world.note(twin.name, f"is a clone of {tablet.name}")
    twin.start()


def reinstall(player: "Player") -> None:
    """Install a tablet anew, with the key that it had."""
    tablet = player.any_tablet()
    tablet.kill()
    key = tablet.query("select value from identity where name = 'device_key'")
    player.world.cover("reinstall", "tablet: the same key")
    _replace(player, tablet, None)
    tablet.start()
    if key:
        tablet.tablet.store.identity.keep_device_key(key[0][0])
    tablet.join()


def wipe(player: "Player") -> None:
    """Wipe a tablet; it joins with a new key."""
    tablet = player.any_tablet()
    player.world.cover("reinstall", "tablet: wiped, a new key")
    _replace(player, tablet, None)
    tablet.is_revoked = False
    tablet.start()
    tablet.join()


def rekey(player: "Player") -> None:
    """Let a tablet lose its key and keep its records."""
    tablet = player.any_tablet()
    tablet.kill()
    tablet.start()
    player.world.cover("reinstall", "tablet: records kept, key lost")
    tablet.tablet.store._database.write("losing the key", lambda db: db.execute("delete from identity"))
    tablet.is_revoked = False
    tablet.join()


def _replace(player: "Player", tablet: Handheld, data: bytes | None) -> None:
    tablet.kill()
    before = set(tablet.holds())
    # Photos of records that are no more are let go of; a later copy may name them again.
    player.lose_all_photos()
    tablet.replace_database(data)
    player.world.ledger.destroys(before, set(tablet.holds()) if data is not None else set())
    player.world.note(tablet.name, "has another database" if data is not None else "is wiped")


def revoke(player: "Player") -> None:
    """Revoke a tablet."""
    tablet = player.running()
    device = membership_device(tablet.tablet)
    if not device or not player.world.server.is_up:
        return
    for each in player.world.tablets:
        if each.is_on and membership_device(each.tablet) == device:
            each.is_revoked = True
    player.world.cover("revoke", "tablet: drain")
    player.world.note("desk", f"revokes {device}")
    player.world.server.ask(lambda api: api.storage.enrolments.set_status(UUID(device), "revoked"), lambda _: None)


def ask_for_photos(server: Central) -> None:
    """Do as an administrator does whose folder of photos is not what it was: `caseapi photos-again`."""
    names = [name.hex() for (name,) in server.query("select sha256 from media")]
    server.ask(lambda api: api.media.ask_again(names), lambda _: None)


def _save_with_photos(tablet: Handheld, pictures: list[bytes]) -> None:
    media = tablet.tablet.store.media
    tablet.save_one(
        lambda: tablet.records.with_photos(
            [media.attach(picture, mime="image/jpeg", role="before") for picture in pictures]
        )
    )


def _spoilt(tablet: Handheld) -> tuple[bytes, bytes] | None:
    """Change a bit of one record on a tablet's disk; return its bytes before and after."""
    rows = [] if tablet.is_syncing else tablet.query("select rowid, record from records order by stream, n")
    if not rows:
        return None
    row, before = tablet.clock.random.choice(rows)
    after = bytearray(before)
    after[tablet.clock.random.randrange(len(after))] ^= 1 << tablet.clock.random.randrange(8)
    with closing(looking(tablet.path)) as disk:
        disk.execute("update records set record = ? where rowid = ?", (bytes(after), row))
    return bytes(before), bytes(after)
