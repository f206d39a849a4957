"""The planted defects by name, and how each is looked for: the proof that the harness can fail."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.faults.planted import in_the_feeds, of_photos, on_the_server, on_the_tablet
from tests.faults.running import Outcome, play
from tests.faults.seams import installed
from tests.faults.summary import Summary
from tests.faults.templates import templates

MOST_SEEDS = 150
"""Seeds within which a planted defect must be caught."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect that is put in on purpose.

    Attributes:
        plant: puts it in and takes it out again.
        shows_as: beginnings of the findings that count as having caught it.
        near: the first seed; its world, or one soon after it, is known to show the defect.
        emphasis: deeds and faults of the line that every world has while it is looked for.
    """

    plant: Callable[[], AbstractContextManager[None]]
    shows_as: tuple[str, ...]
    emphasis: tuple[str, ...] = ()
    near: int = 0

    @property
    def name(self) -> str:
        """Return the name by which it is known."""
        return self.plant.__name__


@dataclass(frozen=True, slots=True)
class Caught:
    """How a planted defect was caught.

    Attributes:
        control: what is wrong with the same world without the defect; nothing, or the catch proves nothing.
    """

    name: str
    seed: int
    sentence: str
    control: tuple[str, ...] = ()


PLANTED: tuple[Planted, ...] = (
    Planted(on_the_server.ack_before_commit, ("false receipt", "lost")),
    Planted(on_the_server.receipt_before_commit, ("false receipt", "lost"), ("spoil_server",), near=205),
    Planted(on_the_server.maximum_watermark, ("lost", "false receipt"), ("back_up", "restore")),
    Planted(
        on_the_server.restored_is_only_rewound, ("lost",), ("back_up", "rekey", "restore", "save_and_sync"), near=27
    ),
    Planted(on_the_server.check_then_insert, ("doubled",), ("hurry",)),
    Planted(on_the_server.key_on_device_and_counter, ("lost",), ("reinstall",)),
    Planted(on_the_server.verdict_lost_on_duplicate, ("other",), ("doubled", "save_and_sync")),
    Planted(on_the_tablet.outbox_beside_data, ("lost",), ("spoil_disk",)),
    Planted(on_the_tablet.delete_on_200, ("lost",)),
    Planted(on_the_tablet.fresh_id_per_retry, ("lost", "other", "doubled")),
    Planted(on_the_tablet.settle_without_comparing_head, ("lost",), ("clone",)),
    Planted(on_the_tablet.fork_drops_tail, ("lost",), ("clone",)),
    Planted(on_the_tablet.rewind_ignored, ("lost", "stuck"), ("back_up", "restore")),
    Planted(on_the_tablet.snapshot_touches_records, ("lost",), ("back_up", "restore", "publish"), near=43),
    Planted(of_photos.photo_sent_is_photo_held, ("false receipt",), ("report",)),
    Planted(of_photos.photo_remembered_before_it_is_kept, ("lost",), ("spoil_upload",), near=210),
    Planted(of_photos.photo_owed_again_is_ignored, ("lost",), ("report", "back_up", "restore")),
    Planted(of_photos.photo_of_a_cut_part_is_whole, ("lost",), ("report",)),
    Planted(in_the_feeds.serial_feed_cursor, ("other",), ("publish", "save_and_sync"), near=180),
)
"""Every planted defect that the simulation must see; the power cuts have their own."""


def hunt(planted: Planted, seeds: Iterable[int] | None = None) -> Caught | None:
    """Return how a planted defect was caught, or None when it was not; the same world is played without it, too."""
    templates()
    with installed():
        seed, sentence = _caught(planted, seeds or range(planted.near, planted.near + MOST_SEEDS))
        if not sentence:
            return None
        return Caught(planted.name, seed, sentence, tuple(play(seed, emphasis=planted.emphasis).sentences))


def hunt_by_name(name: str) -> Summary:
    """Look for one planted defect."""
    (planted,) = (planted for planted in PLANTED if planted.name == name)
    caught = hunt(planted)
    if caught is None:
        return Summary(planted_missed=(name,))
    failures = tuple(f"seed {caught.seed} without {name}: {sentence}" for sentence in caught.control)
    return Summary(planted_caught=(name,), other=len(failures), failures=failures)


def _caught(planted: Planted, seeds: Iterable[int]) -> tuple[int, str]:
    with planted.plant():
        for seed in seeds:
            if sentence := _shown(play(seed, emphasis=planted.emphasis), planted):
                return seed, sentence
    return 0, ""


def _shown(outcome: Outcome, planted: Planted) -> str:
    return next((sentence for sentence in outcome.sentences if sentence.startswith(planted.shows_as)), "")
