"""Takes lists in: the whole file is checked first, then all of it is done or nothing."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import Literal

from sync.caseapi.config import PinCost
from sync.caseapi.district.area import Area
from sync.caseapi.errors import ImportRefused
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.borders import read_borders
from sync.caseapi.lists.cells import Line
from sync.caseapi.lists.columns import NEVER
from sync.caseapi.lists.faults import Fault, Faults
from sync.caseapi.lists.kinds import (
    ALWAYS,
    COLUMNS,
    ListKind,
    Org,
    read_buildings,
    read_orgs,
    read_people,
    read_units,
)
from sync.caseapi.lists.reading import read_file, read_lines
from sync.caseapi.service.moments import moment
from sync.caseapi.service.places.borders import AREA, border_subjects, standing_borders
from sync.caseapi.service.places.buildings import Housing, check_places
from sync.caseapi.service.places.people import Code, Seating, check_grids
from sync.caseapi.service.places.timelines import Act, Difference, Item, Standing, difference
from sync.caseapi.service.places.units import unit_subjects
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.places import PlaceAct, PlaceChange
from sync.ids import RANDOM_BYTES, uuid7_at

SEAT_NAMES = ("网格长", "网格员", "执法员", "信息员")
"""How the four seats of a grid are called unless the settings say otherwise."""

TakenKind = ListKind | Literal["boundaries"]

TAKEN_KINDS: tuple[TakenKind, ...] = (*COLUMNS, "boundaries")

_NEVER_WHOLE: tuple[TakenKind, ...] = ("units", "boundaries")
"""Lists of which nothing ends because it is left out: everything else hangs on grids."""

_TYPES = ("grid", "building", "entrance", "person", AREA)


class ListRefused(ImportRefused):
    """A list has faults; nothing was changed.

    Attributes:
        found: every fault; `faults` holds the same as sentences.
    """

    def __init__(self, found: Sequence[Fault]) -> None:
        self.found = tuple(found)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        super().__init__(f"{found[0]}{more}", tuple(map(str, found)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list to take in.

    Attributes:
        file: its name, as it is told in faults and kept with the act.
        is_whole: it holds everything of its kind, so that what is not in it ends.
        is_dry: nothing is changed.
        by: who does it.
        cost: how hard the verifiers of PINs are; as the server is set unless given.
    """

    kind: TakenKind
    file: str
    data: bytes
    is_whole: bool = False
    is_dry: bool = False
    by: str = ""
    cost: PinCost | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a list changes, or would change.

    Attributes:
        rows: lines that say something.
        news: entries that tablets are told at once; 0 for a dry run.
        codes: first PINs of new people, which are kept nowhere.
        notes: what is worth a look though it is no fault.
    """

    rows: int
    counts: dict[Act, int]
    items: tuple[Item, ...]
    news: int = 0
    codes: tuple[Code, ...] = ()
    notes: tuple[Fault, ...] = ()


@dataclass(slots=True)
class PlaceImports:
    """Takes lists in, one after the other."""

    storage: Storage
    zone: tzinfo
    now_ms: Callable[[], int]
    random_bytes: Callable[[int], bytes]
    cost: PinCost = "full"
    seat_names: Sequence[str] = SEAT_NAMES
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, wanted: Wanted) -> Outcome:
        """Do what a list says, in one transaction, or tell what it would do.

        Raises:
            ListRefused: with every fault; nothing was changed.
        """
        async with self._one_by_one:
            if not wanted.is_dry:
                await self.begin_day()
            standing = await self._standing()
            orgs = await self.storage.orgs.all()
            change, outcome = await asyncio.to_thread(self._planned, wanted, standing, orgs)
            if wanted.is_dry:
                return outcome
            news = await self.storage.places.write(change)
            return replace(outcome, news=news)

    async def borders(self) -> list[tuple[str, str, Area]]:
        """Return code, name and area of every border that stands, streets first, each level by code."""
        return standing_borders(await self.storage.feeds.standing(("grid", AREA)))

    async def begin_day(self) -> int:
        """Let what was planned for today, or for a day that was slept through, take effect; return how much that is."""
        return await self.storage.places.begin_day(self.today)

    @property
    def today(self) -> str:
        """Return the district's day."""
        return moment(self.now_ms(), self.zone)[:10]

    async def _standing(self) -> Standing:
        standing = Standing()
        for (scope, entry_type, entry_id), body in (await self.storage.feeds.standing(_TYPES)).items():
            standing.entries[entry_type, entry_id] = (scope, bytes(body))
        for step in await self.storage.places.steps():
            standing.waiting.setdefault((step.type, step.id), []).append(step)
        return standing

    def _planned(self, wanted: Wanted, standing: Standing, orgs: Sequence[OrgRow]) -> tuple[PlaceChange, Outcome]:
        faults = Faults(wanted.file)
        if wanted.is_whole and wanted.kind in _NEVER_WHOLE:
            faults.add(f.NEVER_WHOLE)
            refuse(faults)
        if wanted.kind == "boundaries":
            return self._borders(wanted, standing, faults)
        lines = read_lines(wanted.data, faults)
        act = self._act(wanted, faults.file, max(0, len(lines) - 1))
        if wanted.kind == "orgs":
            return self._orgs(wanted, lines, orgs, act, faults)
        found, codes = self._found(wanted, lines, standing, faults)
        change = PlaceChange(found.entries, found.steps, found.dropped, (), (act,))
        outcome = Outcome(act.count, found.counts(), tuple(found.items), 0, codes)
        return change, outcome

    def _found(
        self, wanted: Wanted, lines: list[Line], standing: Standing, faults: Faults
    ) -> tuple[Difference, tuple[Code, ...]]:
        codes: list[Code] = []
        if wanted.kind == "people":
            people = read_people(lines, self.seat_names, faults)
            check_grids(people, {name[1] for name in (*standing.entries, *standing.waiting) if name[0] == "grid"})
            refuse(faults)
            seating = self._seating(standing, wanted)
            subjects, codes = seating.subjects(people, is_whole=wanted.is_whole), seating.codes
        elif wanted.kind == "units":
            units = read_units(lines, self.storage.district, faults)
            subjects = unit_subjects(units, standing, self.today)
            refuse(faults)
        else:
            places = read_buildings(lines, faults)
            check_places(places, standing, faults)
            refuse(faults)
            subjects = Housing(standing, self.today, self._new_id).subjects(places, is_whole=wanted.is_whole)
        return difference(subjects, standing), tuple(codes)

    def _borders(self, wanted: Wanted, standing: Standing, faults: Faults) -> tuple[PlaceChange, Outcome]:
        borders = read_borders(wanted.data, faults)
        subjects, notes = border_subjects(borders, standing, faults)
        refuse(faults)
        found = difference(subjects, standing)
        act = self._act(wanted, faults.file, len(borders))
        outcome = Outcome(len(borders), found.counts(), tuple(found.items), notes=notes)
        return PlaceChange(found.entries, found.steps, found.dropped, (), (act,)), outcome

    def _act(self, wanted: Wanted, file: str, count: int) -> PlaceAct:
        return PlaceAct(self.now_ms(), wanted.by, f"import_{wanted.kind}", file, count)

    def _orgs(
        self, wanted: Wanted, lines: list[Line], known: Sequence[OrgRow], act: PlaceAct, faults: Faults
    ) -> tuple[PlaceChange, Outcome]:
        orgs = read_orgs(lines, self.storage.district, faults)
        refuse(faults)
        before = {org.code: org for org in known}
        rows = {each.code: _org_row(each) for each in orgs}
        lines_of = {each.code: each.row.line for each in orgs}
        gone = [org for org in known if org.code not in rows and org.is_valid(self.today)] if wanted.is_whole else []
        rows |= {
            org.code: OrgRow(org.code, org.kind, org.name, org.patch, org.number, org.valid_from, self.today)
            for org in gone
        }
        items = [_org_item(row, before.get(code), lines_of.get(code, 0), self.today) for code, row in rows.items()]
        changed = [row for code, row in rows.items() if before.get(code) != row]
        counts = Difference(items=items).counts()
        return PlaceChange(orgs=changed, acts=(act,)), Outcome(act.count, counts, tuple(items))

    def _seating(self, standing: Standing, wanted: Wanted) -> Seating:
        return Seating(
            standing=standing,
            today=self.today,
            now_ms=self.now_ms(),
            zone=self.zone,
            cost=wanted.cost or self.cost,
            seat_names=self.seat_names,
            new_id=self._new_id,
            random_bytes=self.random_bytes,
            is_dry=wanted.is_dry,
        )

    def _new_id(self) -> str:
        return str(uuid7_at(self.now_ms(), self.random_bytes(RANDOM_BYTES)))


def read_list(path: Path) -> bytes:
    """Return a list's bytes.

    Raises:
        ListRefused: it cannot be read.
    """
    faults = Faults(path.name)
    data = read_file(path, faults)
    refuse(faults)
    return data


def refuse(faults: Faults) -> None:
    """Refuse a list that has faults.

    Raises:
        ListRefused: it has.
    """
    if faults:
        raise ListRefused(faults.all())


def _org_row(org: Org) -> OrgRow:
    begins = "2000-01-01" if org.begins == ALWAYS else org.begins
    return OrgRow(org.code, org.kind, org.name, org.patch, org.number, begins, org.ends)


def _org_item(row: OrgRow, before: OrgRow | None, line: int, today: str) -> Item:
    label = f"{row.code} {row.name}"
    if before is None:
        return Item("add", label, row.valid_from if row.valid_from > today else "", line)
    if before == row:
        return Item("keep", label, "", line)
    is_ending = row.valid_to not in (NEVER, before.valid_to)
    day = row.valid_to if is_ending and row.valid_to > today else ""
    return Item("end" if is_ending else "change", label, day, line)
