"""How long cases of this district may take: its calendar, the conditions of its catalogue, the limits of its stages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache

from sync.caseapi.cases.calendar import WorkCalendar
from sync.caseapi.cases.life import CaseLife
from sync.caseapi.cases.limits import Condition, Due, StageLimits, conditions_of, due_of
from sync.caseapi.cases.timers import Limit
from sync.caseapi.district.catalogue import shipped_catalogue
from sync.caseapi.district.conditions import shipped_conditions
from sync.caseapi.district.work_calendar import shipped_calendar


@dataclass(frozen=True, slots=True)
class CaseTiming:
    """What due times follow from.

    Attributes:
        conditions: filing conditions by category.
        usual: time for handling by category, where the catalogue has one.
        names: of categories, closed ones too.
    """

    calendar: WorkCalendar
    conditions: Mapping[str, tuple[Condition, ...]]
    usual: Mapping[str, Limit]
    stages: StageLimits
    names: Mapping[str, str]

    def conditions_for(self, matter: str) -> tuple[Condition, ...]:
        """Return the conditions that a category may be filed under."""
        return conditions_of(matter, self.conditions.get(matter, ()), self.usual.get(matter, self.stages.handle))

    def due(self, life: CaseLife, matter: str, now_ms: int, extensions: Sequence[Limit] = ()) -> Due:
        """Return when a case is due."""
        found = (each.limit for each in self.conditions_for(matter) if each.id == life.condition)
        limit = next(found, self.usual.get(matter, self.stages.handle))
        return due_of(life, limit, self.stages, self.calendar, now_ms=now_ms, extensions=extensions)


class Timings:
    """The timing of every version of the catalogue. Replaced as a whole, so that any thread may read it."""

    def __init__(self, first: CaseTiming) -> None:
        """Begin with what comes with the program."""
        self.first = first
        self._versions: tuple[tuple[int, CaseTiming], ...] = ()

    def at(self, opened_ms: int) -> CaseTiming:
        """Return the timing of cases that were opened at a moment."""
        held = (timing for from_ms, timing in reversed(self._versions) if from_ms <= opened_ms)
        return next(held, self.first)

    def name_of(self, matter: str) -> str:
        """Return what a category is or was called last; empty for one that never was."""
        kept = (timing.names[matter] for _, timing in reversed(self._versions) if matter in timing.names)
        return next(kept, self.first.names.get(matter, ""))

    def know(self, versions: Iterable[tuple[int, CaseTiming]]) -> None:
        """Take versions, each with the moment from which it holds, in the place of those known so far."""
        self._versions = tuple(sorted(versions, key=lambda each: each[0]))


@cache
def shipped_timing(zone: tzinfo) -> CaseTiming:
    """Return what comes with the program."""
    conditions: dict[str, tuple[Condition, ...]] = {}
    for each in shipped_conditions():
        conditions[each.matter] = (*conditions.get(each.matter, ()), each)
    matters = {f"{matter.standard}:{matter.kind}:{matter.code}": matter for matter in shipped_catalogue()}
    usual = {matter_id: matter.timer for matter_id, matter in matters.items() if matter.timer is not None}
    names = {matter_id: matter.name for matter_id, matter in matters.items()}
    return CaseTiming(shipped_calendar(zone), conditions, usual, StageLimits(), names)
