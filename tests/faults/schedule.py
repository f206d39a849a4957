"""What happens in a world: everything is drawn from its seed, so that the same seed is the same story."""

from collections.abc import Callable
from hashlib import sha256
from random import Random
from uuid import UUID

from sync.caseapi.storage.values import FeedChange
from sync.reference import BuildingEntry, EntranceEntry
from tests.faults import casework, disasters
from tests.faults.album import picture
from tests.faults.disk import Disk
from tests.faults.handheld import Handheld
from tests.faults.line_faults import FAULTS
from tests.faults.templates import GRID, OTHER_GRID, templates
from tests.faults.world import World
from tests.sync.caseapi.harness import entry

Deed = Callable[["Player"], None]

PAUSES_MS = (0, 1, 100, 2_000, 15_000, 31_000, 120_000, 3_600_000)
"""Times between two deeds: at once, while an exchange is under way, after its time-out, much later."""

JUMPS_MS = (-86_400_000, -3_600_000, -61_000, 61_000, 3_600_000, 86_400_000, -1_795_000_000_000)
"""How a tablet's wall clock may jump; the last one takes it to 1970."""

HTTP_SHARE = 0.1
"""Part of the worlds that also run httpx and the signatures of requests, which take most of the time."""


class Player:
    """Draws deeds and does them; those that are emphasised are in every world, and often."""

    def __init__(self, world: World, emphasis: tuple[str, ...] = ()) -> None:
        self.world = world
        self._emphasis = emphasis
        self.random: Random = world.random
        self.copies: dict[str, bytes] = {}
        self.backups: list[UUID] = []
        self.pictures: list[bytes] = []
        self.published = 0
        self._begin()

    def play(self) -> None:
        """Do all deeds; events of the network and the writer happen in between."""
        deeds, weights = self._repertoire()
        for _ in range(self.random.randint(4, 18)):
            (deed,) = self.random.choices(deeds, weights)
            deed(self)
            self.world.server.loop.drain()
            self._pass(self.random.choice(PAUSES_MS))

    def _begin(self) -> None:
        random, world = self.random, self.world
        wanted = tuple(kind for kind in self._emphasis if kind in FAULTS)
        kinds = wanted or tuple(kind for kind in FAULTS if random.random() < 0.5)
        chance = random.choice((0.3, 0.6) if wanted else (0.0, 0.1, 0.3, 0.6)) if kinds else 0.0
        is_short = random.random() >= HTTP_SHARE
        world.server.start()
        for number in range(random.choice((1, 1, 2, 2, 3))):
            line = world.line(is_short=is_short, faults=kinds, chance=chance)
            skew_ms = random.choice((0, 0, 0, *JUMPS_MS))
            if skew_ms:
                world.cover("skewed clock", "tablet: begins")
            tablet = world.add_tablet(number, templates().tablets[number], line=line, skew_ms=skew_ms)
            tablet.disk_used = random.choice((0.1, 0.1, 0.1, 0.9))
            tablet.start()

    def _repertoire(self) -> tuple[list[Deed], list[float]]:
        # Rare deeds are left out of most worlds, so that each world is about something.
        chosen = [(deed, weight) for deed, weight, share in DEEDS if self.random.random() < share]
        wanted = set(self._emphasis)
        chosen += [(deed, weight + 2) for deed, weight, _ in DEEDS if deed.__name__.lstrip("_") in wanted]
        return [deed for deed, _ in chosen], [weight for _, weight in chosen]

    def _pass(self, delay_ms: int) -> None:
        until_ms = self.world.agenda.now_ms + delay_ms
        reached: list[bool] = []
        self.world.after(delay_ms, reached.append, True)
        while not reached:
            self.world.step()
        assert self.world.agenda.now_ms >= until_ms

    def picture(self) -> bytes:
        """Return a photo: a new one, or one that was taken before, on this tablet or another."""
        if not self.pictures or self.random.random() < 0.75:
            self.pictures.append(picture(self.random))
            return self.pictures[-1]
        return self.random.choice(self.pictures)

    def any_tablet(self) -> Handheld:
        """Return one of the tablets."""
        return self.random.choice(self.world.tablets)

    def lose_all_photos(self) -> None:
        """Remember that any photo that there is may be missing somewhere from now on."""
        self.world.ledger.photos_lost |= {sha256(picture).hexdigest() for picture in self.pictures}

    def running(self) -> Handheld:
        """Return one of the tablets, its program running."""
        tablet = self.any_tablet()
        tablet.start()
        return tablet


def _save(player: Player) -> None:
    player.running().save(player.random.choice((1, 1, 2, 5)))


def _sync(player: Player) -> None:
    player.running().sync()


def _save_and_sync(player: Player) -> None:
    tablet = player.running()
    tablet.save(player.random.choice((1, 2, 3)))
    tablet.sync()


def _hurry(player: Player) -> None:
    """Send, start the program anew, and send more, while the first request may still be on its way."""
    tablet = player.running()
    tablet.save(1)
    tablet.sync()
    tablet.kill()
    tablet.start()
    tablet.save(1)
    tablet.sync()


def _kill_tablet(player: Player) -> None:
    player.any_tablet().kill()


def _close_tablet(player: Player) -> None:
    player.any_tablet().stop()


def _doom_tablet(player: Player) -> None:
    tablet = player.running()
    tablet.disk.kill_in(player.random.randrange(60))
    _work(player, tablet)


def _spoil_disk(player: Player) -> None:
    tablet = player.running()
    _arm(player, tablet.disk)
    _work(player, tablet)


def _work(player: Player, tablet: Handheld) -> None:
    if player.random.random() < 0.7:
        tablet.save(player.random.choice((1, 3)))
    tablet.sync()


def _arm(player: Player, disk: Disk) -> None:
    random = player.random
    fault = random.choice(("enospc", "eio"))
    disk.fail_in(fault, random.randrange(30), length=random.choice((1, 1, 5, 40)), rolls_back=random.random() < 0.5)


def _kill_server(player: Player) -> None:
    player.world.cover("kill", "server: at rest")
    player.world.server.kill()
    player.world.after(player.random.choice((1, 500, 40_000)), player.world.server.start)


def _restart_server(player: Player) -> None:
    player.world.server.stop()
    player.world.after(player.random.choice((1, 500)), player.world.server.start)


def _doom_server(player: Player) -> None:
    player.world.server.disk.kill_in(player.random.randrange(40))
    player.running().sync()


def _spoil_server(player: Player) -> None:
    _arm(player, player.world.server.disk)
    player.running().sync()


def _jump_clock(player: Player) -> None:
    tablet = player.any_tablet()
    tablet.clock.skew_ms += player.random.choice(JUMPS_MS)
    tablet.clock.skew_ms = max(tablet.clock.skew_ms, JUMPS_MS[-1])
    player.world.cover("clock jump", "tablet: wall clock")


def _jump_server_clock(player: Player) -> None:
    player.world.server.skew_ms += player.random.choice((-400_000, -1_000, 1_000, 400_000))
    player.world.cover("clock jump", "server: wall clock")


def _reboot(player: Player) -> None:
    tablet = player.any_tablet()
    tablet.kill()
    tablet.clock.reboot()
    player.world.cover("kill", "tablet: reboot")


def _publish(player: Player) -> None:
    changes: list[FeedChange] = []
    for _ in range(player.random.choice((1, 2, 4))):
        player.published += 1
        number = player.random.randrange(6)
        building = str(UUID(int=0x01900000_0000_7000_8000_000000000100 + number))
        grid = player.random.choice((GRID, OTHER_GRID))
        scope = player.random.choice((f"grid:{grid}", "catalogue", "community:230108001001"))
        if player.random.random() < 0.25:
            changes.append(FeedChange(scope, "building", building, b"null", is_deleted=True))
        elif player.random.random() < 0.5:
            changes.append(entry(scope, "building", building, BuildingEntry(f"{player.published}号楼", grid)))
        else:
            changes.append(entry(scope, "entrance", building, EntranceEntry(building, f"{player.published}单元")))
    player.world.note("desk", f"publishes {len(changes)} changes")
    player.world.server.ask(lambda api: api.storage.feeds.publish(changes), lambda _: None)


DEEDS: tuple[tuple[Deed, float, float], ...] = (
    (_save, 5, 1.0),
    (_sync, 5, 1.0),
    (_save_and_sync, 4, 1.0),
    (_kill_tablet, 1, 0.5),
    (_close_tablet, 0.5, 0.5),
    (_hurry, 0.5, 0.2),
    (_doom_tablet, 2, 0.5),
    (_spoil_disk, 2, 0.35),
    (_kill_server, 1, 0.4),
    (_restart_server, 0.5, 0.3),
    (_doom_server, 2, 0.4),
    (_spoil_server, 2, 0.3),
    (_jump_clock, 1, 0.2),
    (_jump_server_clock, 1, 0.15),
    (_reboot, 1, 0.2),
    (_publish, 2, 0.5),
    (disasters.back_up, 2, 0.3),
    (disasters.restore, 1.5, 0.3),
    (disasters.copy_tablet, 2, 0.3),
    (disasters.rewind, 1.5, 0.25),
    (disasters.clone, 1, 0.25),
    (disasters.reinstall, 0.7, 0.12),
    (disasters.wipe, 0.7, 0.1),
    (disasters.rekey, 0.7, 0.1),
    (disasters.revoke, 0.7, 0.12),
    (disasters.report, 4, 0.6),
    (disasters.spoil_upload, 2, 0.25),
    (disasters.lose_photo, 1.5, 0.25),
    (casework.ask, 2, 0.4),
    (casework.answer, 2, 0.5),
    (disasters.update_server, 0.7, 0.2),
    (disasters.spoil_bytes, 0.7, 0.1),
    (disasters.leap, 0.7, 0.15),
)
"""Every deed, how often it is done in a world that has it, and the part of the worlds that do."""

RARE_SHARE = 0.3
"""A deed that is in at most this part of the worlds is rare."""


def brought_together(seed: int) -> tuple[str, ...]:
    """Return some rare deeds for a world to have together, and often: defects hide where two of them meet."""
    random = Random(f"together {seed}")
    rare = [deed.__name__.lstrip("_") for deed, _, share in DEEDS if share <= RARE_SHARE]
    return tuple(random.sample(rare, random.choice((2, 3, 4))))
