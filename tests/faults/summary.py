"""What a run of the fault harness comes to: one value, whichever half of it ran, and how two are put together."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Summary:
    """What was tried and what was found.

    Attributes:
        schedules: schedules, power-cut states, syscall faults and kills that were tried.
        lost: records shown as saved that the server does not hold, though a copy survives somewhere.
        doubled: records that count twice on the server.
        false_receipts: receipts that were untrue when they were signed.
        stuck: tablets that did not come to their end although all faults had stopped.
        other: findings of any other kind: feeds that differ, chains that break.
        not_reached: faults set on a call that did not come in any attempt, because the order of threads differed.
        uncovered: sorts of call that a fault was to hit and has not, and more calls not reached than may be, one line
            each.
        not_tried: what this machine does not allow, one line each.
        no_copy: records of which no copy survives anywhere, server day and tablet both gone; no fault of anybody's.
        planted_caught: names of the planted defects that were caught.
        planted_missed: names of those that were not.
        coverage: kind of fault to the points it hit, as names to how often.
        failures: one line for each finding, with what replays it.
    """

    schedules: int = 0
    lost: int = 0
    doubled: int = 0
    false_receipts: int = 0
    stuck: int = 0
    other: int = 0
    not_reached: int = 0
    uncovered: tuple[str, ...] = ()
    not_tried: tuple[str, ...] = ()
    no_copy: int = 0
    planted_caught: tuple[str, ...] = ()
    planted_missed: tuple[str, ...] = ()
    coverage: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found, but every planted defect that was tried, and every fault hit its calls."""
        found = self.lost or self.doubled or self.false_receipts or self.stuck or self.other
        return not (found or self.failures or self.planted_missed or self.uncovered)


def merged(summaries: Iterable[Summary]) -> Summary:
    """Return the sum of several summaries."""
    total = Summary()
    for each in summaries:
        changes: dict[str, object] = {}
        for column in dataclasses.fields(Summary):
            if column.name != "coverage":
                changes[column.name] = getattr(total, column.name) + getattr(each, column.name)
        total = dataclasses.replace(
            total,
            coverage=merged_coverage(total.coverage, each.coverage),
            **changes,  # type: ignore[arg-type]  # every field but the coverage adds up
        )
    return total


def merged_coverage(one: dict[str, dict[str, int]], other: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return how often which kind of fault hit which point, in both together, sorted."""
    return {
        kind: {
            point: one.get(kind, {}).get(point, 0) + other.get(kind, {}).get(point, 0)
            for point in sorted(one.get(kind, {}).keys() | other.get(kind, {}).keys())
        }
        for kind in sorted(one.keys() | other.keys())
    }
