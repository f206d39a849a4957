"""Lists of people: who sits in which seat of a grid, from when until when."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import groupby

import msgspec

from sync.caseapi.config import PinCost
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.columns import NEVER
from sync.caseapi.lists.faults import quoted
from sync.caseapi.lists.kinds import Seated, is_weak
from sync.caseapi.service.feeds import grid_scope
from sync.caseapi.service.people.verifiers import pin_verifier, still_verifies
from sync.caseapi.service.places.timelines import Name, Standing, Subject, Timeline, Told
from sync.clock import format_time, parse_time
from sync.reference import PersonEntry

PERSON = "person"

VALID_MS = 365 * 24 * 3_600_000
"""How long a person may sign in after an import: a year; importing again in its second half renews it."""


@dataclass(frozen=True, slots=True)
class Code:
    """The first PIN of somebody new, for the one time that it is shown."""

    grid: str
    seat: str
    name: str
    pin: str


@dataclass(slots=True)
class Seating:
    """Makes what a list of people says into entries.

    Attributes:
        today: the district's day.
        seat_names: of the four seats, in order.
        is_dry: nobody gets a verifier, which takes a tenth of a second for each.
        codes: the PINs that were made.
    """

    standing: Standing
    today: str
    now_ms: int
    zone: tzinfo
    cost: PinCost
    seat_names: Sequence[str]
    new_id: Callable[[], str]
    random_bytes: Callable[[int], bytes]
    is_dry: bool
    codes: list[Code] = field(default_factory=list)

    def subjects(self, people: Sequence[Seated], *, is_whole: bool) -> list[Subject]:
        """Return who is touched by a list; a seat's holder ends when somebody else begins there.

        Args:
            is_whole: the list holds everybody, so that who is not in it ends.
        """
        seats = self._seats()
        rows_of: dict[str, list[Seated]] = {}
        ending: dict[str, tuple[str, str]] = {}
        ordered = sorted(people, key=lambda each: (_seat_id(each), each.begins, each.row.line))
        for seat_id, group in groupby(ordered, key=_seat_id):
            rows, holders = list(group), seats.pop(seat_id, [])
            for each in rows:
                rows_of.setdefault(self._person_of(each, holders, rows_of), []).append(each)
            begins = min((each.begins for each in rows if each.ends > self.today), default="")
            if begins:
                ending |= dict.fromkeys(holders, (seat_id, begins))
        if is_whole:
            ending |= {person: (seat_id, "") for seat_id, holders in seats.items() for person in holders}
        subjects = [self._subject(person, rows) for person, rows in rows_of.items()]
        subjects += [self._ended(person, *left) for person, left in ending.items() if person not in rows_of]
        return sorted(subjects, key=lambda subject: subject.line)

    def _seats(self) -> dict[str, list[str]]:
        """Return the ids of who sits in each seat or will."""
        seats: dict[str, list[str]] = {}
        told = [(person, told[1]) for person, told in self.standing.of_type(PERSON)]
        told += [(person, step.body) for person, step in self.standing.coming(PERSON)]
        for person, body in told:
            holders = seats.setdefault(msgspec.json.decode(body, type=PersonEntry).seat, [])
            if person not in holders:
                holders.append(person)
        return seats

    def _person_of(self, each: Seated, holders: Sequence[str], taken: Mapping[str, object]) -> str:
        """Return who a row is about: by id, else by the name in that seat, else somebody new."""
        if each.person:
            return each.person
        named = (person for person in holders if person not in taken and self._entry(person).name == each.name)
        return next(named, "") or self.new_id()

    def _entry(self, person: str) -> PersonEntry:
        told = self.standing.entries.get((PERSON, person))
        body = told[1] if told is not None else self.standing.waiting[PERSON, person][0].body
        return msgspec.json.decode(body, type=PersonEntry)

    def _subject(self, person: str, rows: Sequence[Seated]) -> Subject:
        name: Name = (PERSON, person)
        kept = self._kept(name)
        stands = self.standing.entries.get(name)
        told = [(each, (grid_scope(each.grid), self._body(each, kept))) for each in rows if each.ends > self.today]
        now = stands if told and told[0][0].begins > self.today else None
        later: dict[str, Told | None] = {}
        for each, entry in told:
            if each.begins <= self.today:
                now = entry
            else:
                later[each.begins] = entry
            if each.ends != NEVER:
                later.setdefault(each.ends, None)
        first = rows[0]
        label = self._label(first.grid, self.seat_names[first.seat - 1], first.name)
        return Subject(label, first.row.line, {name: Timeline(now, tuple(later.items()))})

    def _kept(self, name: Name) -> PersonEntry | None:
        is_known = name in self.standing.entries or any(step.scope for step in self.standing.waiting.get(name, ()))
        return self._entry(name[1]) if is_known else None

    def _body(self, each: Seated, kept: PersonEntry | None) -> bytes:
        until_ms = self.now_ms + VALID_MS
        if kept is not None and parse_time(kept.valid_until) - self.now_ms > VALID_MS // 2:
            until_ms = parse_time(kept.valid_until)
        if each.ends != NEVER:
            until_ms = min(until_ms, _midnight_ms(each.ends, self.zone))
        is_same = kept is not None and (not each.pin or still_verifies(kept.pin, each.pin, self.cost))
        pin = kept.pin if kept is not None and is_same else self._verifier(each)
        return msgspec.json.encode(PersonEntry(each.name, _seat_id(each), each.grid, pin, format_time(until_ms)))

    def _verifier(self, each: Seated) -> str:
        if self.is_dry:
            return ""
        pin = each.pin
        if not pin:
            pin = new_pin(self.random_bytes)
            self.codes.append(Code(each.grid, self.seat_names[each.seat - 1], each.name, pin))
        return pin_verifier(pin, self.cost)

    def _ended(self, person: str, seat_id: str, day: str) -> Subject:
        name: Name = (PERSON, person)
        stands = self.standing.entries.get(name)
        is_later = day > self.today and stands is not None
        timeline = Timeline(stands, ((day, None),)) if is_later else Timeline(None)
        grid, _, number = seat_id.rpartition("-")
        names = dict(enumerate(self.seat_names, 1))
        seat = names.get(int(number), "") if number.isdigit() else ""
        return Subject(self._label(grid, seat, self._entry(person).name), 0, {name: timeline})

    @staticmethod
    def _label(grid: str, seat: str, name: str) -> str:
        return " ".join(filter(None, (grid, seat, name)))


def check_grids(people: Sequence[Seated], grids: Collection[str]) -> None:
    """Add a fault to every row whose grid is not known."""
    for each in people:
        if each.grid and each.grid not in grids:
            each.row.fail("grid", f.UNKNOWN_GRID, shown=quoted(each.grid))


def new_pin(random_bytes: Callable[[int], bytes]) -> str:
    """Return six digits, each number as likely as any other that is not easy to guess."""
    while True:
        number = int.from_bytes(random_bytes(8), "big")
        pin = f"{number % 1_000_000:06d}"
        if not is_weak(pin):
            return pin


def _seat_id(each: Seated) -> str:
    return f"{each.grid}-{each.seat}"


def _midnight_ms(day: str, zone: tzinfo) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=zone).timestamp() * 1000)
