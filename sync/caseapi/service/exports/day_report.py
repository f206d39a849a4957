"""The day of a community, a street or the district: rounds, cases, what is late, what was supervised. Never a person.

What happened is counted by when the server heard of it, from midnight to midnight where the district is; what is open
and late is as of the moment in which the report is made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

import msgspec

from sync.caseapi.cases.states import FINAL_STATES
from sync.caseapi.storage.exporting import DayEvent, DayView, OpenTerm
from sync.caseapi.storage.rows import BuildingRounds
from sync.reference import GridEntry, MatterEntry

ROUNDS = (1, 2)
"""Rounds of a day."""

DANGER = 3
"""Severity of what endangers somebody."""

MOST_NOTABLE = 20
MOST_MISSED = 60
MOST_MATTERS = 10

_PART_DIGITS = {6: 9, 9: 12, 12: 15}
"""Digits of an area's code to those of its parts."""


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round over all buildings of the area; counts of buildings, entrances and what check-ins found."""

    number: int
    buildings: int
    entrances: int
    issues: int
    no_access: int


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the area: a street, a community or a grid."""

    code: str
    name: str
    buildings: int
    looked_at: int
    received: int
    closed: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class NotableCase:
    """A case that somebody should know of; `why` are stable words, of which the first weighs most."""

    id: UUID
    matter: str
    where: str
    grid: str
    state: str
    is_restricted: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayReport:
    """What a day came to.

    Attributes:
        happened: how many cases something happened to, by action; `late` counts what came too late to have an effect.
        asides: what was put beside cases, by kind.
        received: by category, the most frequent first; `received_in_all` are all of them.
        late_steps: open cases in which whoever is to act now is late; `late` those whose whole time is over.
        missed: buildings that nobody looked at in any round, not all when they are many; `missed_in_all` counts them.
        in_english: what the categories of today's catalogue are called in English, by their name.
    """

    day: str
    area: str
    name: str
    made_ms: int
    buildings: int
    entrances: int
    rounds: tuple[RoundLine, ...]
    missed: tuple[str, ...]
    missed_in_all: int
    happened: Mapping[str, int]
    asides: Mapping[str, int]
    received: tuple[tuple[str, int], ...]
    received_in_all: int
    open: int
    late_steps: int
    late: int
    parts: tuple[PartLine, ...]
    notable: tuple[NotableCase, ...]
    notable_in_all: int
    in_english: Mapping[str, str]


def report_of(view: DayView, area: str, day: date, zone: tzinfo, now_ms: int) -> DayReport:
    """Return what a day came to in an area."""
    from_ms, to_ms = _span(day, zone)
    grids = {
        key[2]: msgspec.json.decode(body, type=GridEntry)
        for key, body in view.standing(["grid"]).items()
        if key[2].startswith(area)
    }
    rounds = [each for each in view.rounds(day.isoformat()) if each.grid.startswith(area)]
    events = list(view.events(area, from_ms, to_ms))
    terms = view.open_terms(area)
    asides = view.asides(area, from_ms, to_ms)
    missed = [f"{each.name}" for each in rounds if not each.rounds]
    reported = {event.case for event in events if event.place == 1}
    matters = Counter(kept.row.matter_name for case in reported if (kept := view.case(case)) is not None)
    supervised = {case for case, aside in asides if aside.kind == "supervision"}
    notable = _whys(view, reported, events, terms, supervised, now_ms)
    return DayReport(
        day=day.isoformat(),
        area=area,
        name=_named(area, grids),
        made_ms=now_ms,
        buildings=len(rounds),
        entrances=sum(len(each.entrances) for each in rounds),
        rounds=tuple(_round(number, rounds) for number in ROUNDS),
        missed=tuple(missed[:MOST_MISSED]),
        missed_in_all=len(missed),
        happened=_happened(events),
        asides=Counter(aside.kind for _, aside in asides),
        received=tuple(matters.most_common(MOST_MATTERS)),
        received_in_all=len(reported),
        open=len(terms),
        late_steps=sum(term.due_ms < now_ms for term in terms),
        late=sum(term.case_ms < now_ms for term in terms),
        parts=tuple(_parts(area, grids, rounds, events, terms, now_ms)),
        notable=tuple(_notable(view, notable)),
        in_english=_in_english(view),
        notable_in_all=len(notable),
    )


def _span(day: date, zone: tzinfo) -> tuple[int, int]:
    begin, end = (datetime.combine(day + timedelta(days=days), time(), zone) for days in (0, 1))
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000)


def _round(number: int, rounds: Iterable[BuildingRounds]) -> RoundLine:
    done = [each for building in rounds for each in building.rounds if each.round == number]
    return RoundLine(
        number,
        len(done),
        sum(len(each.entrances) for each in done),
        sum(each.issue for each in done),
        sum(each.no_access for each in done),
    )


def _happened(events: Iterable[DayEvent]) -> dict[str, int]:
    cases: dict[str, set[UUID]] = {}
    for event in events:
        cases.setdefault("late" if event.why else event.action, set()).add(event.case)
    return {action: len(found) for action, found in cases.items()}


def _closed(events: Iterable[DayEvent]) -> dict[UUID, str]:
    """Return the cases that ended, with their grids: closed, not voided."""
    return {event.case: event.grid for event in events if not event.why and event.state == "closed"}


def _parts(
    area: str,
    grids: Mapping[str, GridEntry],
    rounds: Iterable[BuildingRounds],
    events: Iterable[DayEvent],
    terms: Iterable[OpenTerm],
    now_ms: int,
) -> Iterator[PartLine]:
    digits = _PART_DIGITS.get(len(area))
    if digits is None:
        return
    buildings = Counter(each.grid[:digits] for each in rounds)
    looked_at = Counter(each.grid[:digits] for each in rounds if each.rounds)
    received = Counter(event.grid[:digits] for event in events if event.place == 1)
    closed = Counter(grid[:digits] for grid in _closed(events).values())
    waiting = Counter(term.grid[:digits] for term in terms)
    late = Counter(term.grid[:digits] for term in terms if term.case_ms < now_ms)
    for code in sorted({grid[:digits] for grid in grids} | set(waiting) | set(received)):
        name = _named(code, {grid: entry for grid, entry in grids.items() if grid.startswith(code)})
        counts = (looked_at[code], received[code], closed[code], waiting[code], late[code])
        yield PartLine(code, name, buildings[code], *counts)


def _whys(
    view: DayView,
    reported: set[UUID],
    events: Iterable[DayEvent],
    terms: Iterable[OpenTerm],
    supervised: set[UUID],
    now_ms: int,
) -> dict[UUID, list[str]]:
    """Return the cases that somebody should know of, the gravest first."""
    whys: dict[UUID, list[str]] = {}
    for case in sorted(reported):
        kept = view.case(case)
        if kept is not None and kept.row.severity == DANGER:
            whys.setdefault(case, []).append("danger")
    for case in sorted(supervised):
        whys.setdefault(case, []).append("supervised")
    for event in events:
        if event.action == "reopen" and not event.why and "reopened" not in whys.setdefault(event.case, []):
            whys[event.case].append("reopened")
    for term in sorted(terms, key=lambda each: (each.case_ms, each.case)):
        if term.case_ms < now_ms:
            whys.setdefault(term.case, []).append("late")
    return whys


def _notable(view: DayView, whys: Mapping[UUID, list[str]]) -> Iterator[NotableCase]:
    for case in list(whys)[:MOST_NOTABLE]:
        kept = view.case(case)
        if kept is None or kept.standing is None:
            continue
        row = kept.row
        # Words of a restricted case, its place among them, are for its handling chain.
        where = row.building_name or ("" if row.is_restricted else row.place)
        state = kept.standing.state
        why = tuple(each for each in whys[case] if not (each == "late" and state in FINAL_STATES))
        yield NotableCase(case, row.matter_name, where, row.grid, state, row.is_restricted, why)


def _in_english(view: DayView) -> dict[str, str]:
    bodies = view.standing(["matter"]).values()
    matters = [msgspec.json.decode(body, type=MatterEntry) for body in bodies]
    return {matter.name: matter.name_en for matter in matters if matter.name_en}


def _named(code: str, grids: Mapping[str, GridEntry]) -> str:
    """Return what an area is called; its code where none of its grids is imported."""
    entry = next(iter(grids.values()), None)
    if entry is None:
        return code
    names = {6: entry.district_name, 9: entry.street_name, 12: entry.community_name}
    return names.get(len(code), f"{entry.community_name} {entry.name}")
