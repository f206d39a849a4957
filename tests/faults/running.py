"""Plays worlds, one seed after another, and says what was found."""

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.faults.disasters import ask_for_photos
from tests.faults.handheld import Handheld
from tests.faults.invariants import Findings, check, surviving
from tests.faults.schedule import Player, brought_together
from tests.faults.seams import installed
from tests.faults.summary import Summary, merged
from tests.faults.templates import templates
from tests.faults.world import World

QUIET_ROUNDS = 14
"""Most rounds of syncs until everybody must be done: forks and snapshots take a few each."""

QUIET_MS = 1_000_000
"""Time in which everything that was late has arrived."""

COLLECT_EVERY = 50
"""Worlds after which the garbage is looked for; dead processes leave cycles."""

JOIN_CODES = ("E-DEVICE", "E-ENROL", "E-CODE")
"""What a tablet says that must be enrolled (again): the restored server has never seen it."""


DONE_CODES = ("E-REVOKED", "E-LOCKED", "E-ERASED")
"""What a tablet says that has nothing to do any more, once nothing on it waits."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one world came to.

    Attributes:
        fingerprint: hash over everything that happened; the same for the same seed.
    """

    seed: int
    findings: Findings
    false_receipts: tuple[str, ...]
    fingerprint: str
    coverage: dict[str, dict[str, int]]
    trace: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """Return everything that is wrong, in words."""
        found = self.findings
        return [
            *(f"lost: {sentence}" for sentence in found.lost),
            *(f"doubled: {sentence}" for sentence in found.doubled),
            *(f"false receipt: {sentence}" for sentence in self.false_receipts),
            *(f"stuck: {sentence}" for sentence in found.stuck),
            *(f"other: {sentence}" for sentence in found.other),
        ]


def play(seed: int, *, is_traced: bool = False, emphasis: tuple[str, ...] = ()) -> Outcome:
    """Play one world from its beginning to its quiet end; the seams must be in.

    Args:
        emphasis: deeds, by name, that this world has often.
    """
    world = World(seed, is_traced=is_traced)
    try:
        Player(world, emphasis).play()
        survived = _quieten(world)
        settle(world)
        is_restored = "restore" in world.coverage
        findings = check(world, survived, is_server_restored=is_restored)
        for sentence in (*findings.lost, *findings.doubled, *findings.stuck, *findings.other):
            world.note("harness", sentence)
        return Outcome(
            seed,
            findings,
            tuple(world.false_receipts),
            world.fingerprint.hexdigest(),
            world.coverage,
            tuple(world.trace or ()),
        )
    finally:
        world.close()


def play_all(seeds: Iterable[int], *, is_together: bool = False) -> Summary:
    """Play several worlds and return their sum.

    Args:
        is_together: each has some rare deeds, and often; the same seed is another world then.
    """
    templates()
    gc.disable()
    try:
        with installed():
            return merged(_played(seeds, is_together))
    finally:
        gc.enable()


def _played(seeds: Iterable[int], is_together: bool) -> Iterator[Summary]:
    for place, seed in enumerate(seeds):
        emphasis = brought_together(seed) if is_together else ()
        yield summary_of(play(seed, emphasis=emphasis), is_together=is_together)
        if place % COLLECT_EVERY == 0:
            gc.collect()


def summary_of(outcome: Outcome, *, is_together: bool = False) -> Summary:
    """Return what one world adds to the whole."""
    found = outcome.findings
    replay = f"make faults SEED={outcome.seed}{' TOGETHER=1' if is_together else ''}"
    return Summary(
        schedules=1,
        lost=len(found.lost),
        doubled=len(found.doubled),
        false_receipts=len(outcome.false_receipts),
        stuck=len(found.stuck),
        other=len(found.other),
        no_copy=found.no_copy,
        coverage=outcome.coverage,
        failures=(f"seed {outcome.seed}: {outcome.sentences[0]} ({replay})",) if outcome.sentences else (),
    )


def _quieten(world: World) -> set[bytes]:
    """Stop all faults and let everything arrive that is under way; return what survives."""
    world.note("harness", "all faults stop")
    world.server.disk.heal()
    for tablet in world.tablets:
        tablet.disk.heal()
        tablet.line.faults = ()
    _pass(world, QUIET_MS)
    world.server.start()
    if world.server.has_lost_photos:
        ask_for_photos(world.server)
        _pass(world, QUIET_MS)
    survived = surviving(world)
    for tablet in world.tablets:
        tablet.start()
    return survived


def settle(world: World) -> None:
    """Let everybody sync until nothing changes any more."""
    quiet = 0
    for _ in range(QUIET_ROUNDS):
        before = _position(world)
        for tablet in world.tablets:
            if _must_join(tablet):
                tablet.join()
                _pass(world, 60_000)
            tablet.sync()
            _pass(world, 60_000)
        quiet = quiet + 1 if _position(world) == before else 0
        if quiet >= (1 if _is_content(world) else 2):
            return


def _must_join(tablet: Handheld) -> bool:
    """Tell whether the desk must let a tablet in (again): a copy of an erased one, too, while it holds something."""
    fault = tablet.status.fault if tablet.status else None
    if fault is None:
        return False
    return fault.code in JOIN_CODES or (
        fault.code == "E-LOCKED" and bool(tablet.tablet.store.journal.summary().unsettled)
    )


def _is_content(world: World) -> bool:
    faults = [tablet.status.fault for tablet in world.tablets if tablet.status is not None]
    return all(fault is None or fault.code in DONE_CODES for fault in faults)


def _position(world: World) -> list[object]:
    return [
        (
            tablet.status.fault.code if tablet.status and tablet.status.fault else "",
            tablet.tablet.store.journal.summary(),
            tablet.tablet.store.feeds.cursors(),
            tablet.tablet.store.identity.membership(),
            tablet.tablet.store.media.progress(),
        )
        for tablet in world.tablets
    ]


def _pass(world: World, delay_ms: int) -> None:
    reached: list[bool] = []
    world.after(delay_ms, reached.append, True)
    while not reached:
        world.step()
