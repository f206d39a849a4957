"""The buildings of the grid as they stand today: what was found at each, what is left, how far away it is."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Literal

from msgspec import Struct

from fieldapp.services.casework import CaseView, Casework
from fieldapp.services.facts import Fact, facts_of, shift_facts
from fieldapp.services.finding import BuildingChoice
from fieldapp.services.last_seen import LastSeen, last_seen
from fieldapp.services.moments import CHINA
from fieldapp.services.ports import Journal, Reference
from fieldapp.services.position import Away, Positions
from fieldapp.services.round import BuildingProgress, Rounds
from fieldapp.services.session import Session
from fieldapp.services.shift import Shifts
from fieldapp.services.shift_log import LogLine, ShiftLog
from sync.records import CaseReport, CheckIn, Visit
from sync.reference import BuildingEntry, ContactEntry, Ring

State = Literal["unseen", "arrived", "normal", "issue", "no_access"]
"""What is known of a building in this round: nothing, that somebody was there, or what was found."""

STATES: tuple[State, ...] = ("unseen", "arrived", "normal", "issue", "no_access")


class BuildingRow(Struct, frozen=True):
    """One building of the round.

    Attributes:
        progress: its places with the newest check-in at each.
        open_cases: cases of the grid at this building in which something is still to be done.
        away: how far away it is, None without a position.
    """

    id: str
    entry: BuildingEntry
    progress: BuildingProgress
    state: State
    open_cases: int = 0
    away: Away | None = None

    @property
    def is_left(self) -> bool:
        """Return whether one of its places was not seen yet."""
        return self.progress.seen < len(self.progress.places)


class RoundView(Struct, frozen=True):
    """The buildings in the order of the patrol.

    Attributes:
        number: which round of the day; 1 before a shift is open.
        is_open: somebody's shift is open, so that something can have been seen.
        border: the grid's, where somebody drew it.
    """

    number: int
    is_open: bool
    rows: tuple[BuildingRow, ...] = ()
    border: tuple[Ring, ...] = ()

    @property
    def has_position(self) -> bool:
        """Return whether it is known how far away at least one building is."""
        return any(row.away is not None for row in self.rows)

    @property
    def left(self) -> tuple[BuildingRow, ...]:
        """Return the buildings of which something is left."""
        return tuple(row for row in self.rows if row.is_left)


class Occasion(Struct, frozen=True):
    """Something that was recorded at a building; whose it is, is said of one's own alone.

    Attributes:
        is_own: the person who asks recorded it.
    """

    line: LogLine
    is_own: bool


class BuildingView(Struct, frozen=True):
    """One building, with all that is known of it here.

    Attributes:
        cases: those in which something is still to be done, newest first; own ones that are not sent yet among them.
        occasions: check-ins, visits and problems recorded on this tablet, newest first.
        last_seen: when somebody else of the grid was last at its places, newest first.
        contacts: numbers of handlers, those for this building before those for the whole grid.
    """

    row: BuildingRow
    cases: tuple[CaseView, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    last_seen: tuple[LastSeen, ...] = ()
    contacts: tuple[ContactEntry, ...] = ()

    @property
    def choice(self) -> BuildingChoice:
        """Return the building as one that is chosen to check in at."""
        doors = ((place.place.entrance, place.name) for place in self.row.progress.places)
        entrances = tuple((door, name) for door, name in doors if door is not None)
        return BuildingChoice(self.row.id, self.row.entry.name, self.row.entry.address, entrances)


class Buildings:
    """Reads the buildings of the grid; ask it in a worker."""

    def __init__(
        self,
        journal: Journal,
        reference: Reference,
        shifts: Shifts,
        rounds: Rounds,
        positions: Positions,
        log: ShiftLog,
        session: Session,
        casework: Casework,
        *,
        zone: tzinfo = CHINA,
    ) -> None:
        self._journal = journal
        self._zone = zone
        self._reference = reference
        self._shifts = shifts
        self._log = log
        self._session = session
        self._casework = casework
        self._rounds = rounds
        self._positions = positions

    def round(self) -> RoundView:
        """Return every building with what was found there in the round of the moment."""
        shift = self._shifts.current()
        progress = self._rounds.progress(shift.id) if shift else self._rounds.untouched()
        reported = _reported(shift_facts(self._journal, shift.id)) if shift else frozenset()
        entries, away = self._reference.buildings(), self._positions.buildings_away()
        open_cases = self._casework.open_counts()
        rows = (
            BuildingRow(
                each.id,
                entries[each.id],
                each,
                state_of(each, has_report=each.id in reported),
                open_cases[each.id],
                away.get(each.id),
            )
            for each in progress.buildings
            if each.id in entries
        )
        grid = self._reference.grid()
        return RoundView(progress.number, shift is not None, tuple(rows), grid[1].border if grid else ())

    def building(self, building: str) -> BuildingView | None:
        """Return one building with all that is known of it, None when the reference data has it no longer."""
        row = next((row for row in self.round().rows if row.id == building), None)
        if row is None:
            return None
        facts = facts_of(self._journal.at_building(building))
        contacts = [each for each in self._reference.contacts().values() if each.building in (None, building)]
        return BuildingView(
            row,
            tuple(self._casework.cases(building)),
            tuple(self._occasions(building, facts)),
            tuple(last_seen(self._reference, building, facts, self._zone)),
            tuple(sorted(contacts, key=lambda contact: contact.building is None)),
        )

    def _occasions(self, building: str, facts: Sequence[Fact]) -> Iterator[Occasion]:
        person = self._session.state().signed_in
        for fact in reversed(facts):
            body = fact.body
            if fact.is_void or not isinstance(body, CheckIn | Visit | CaseReport) or body.building != building:
                continue
            is_own = person is not None and fact.first.record.actor == person.id
            if is_own or not (isinstance(body, CaseReport) and body.restricted):
                yield Occasion(self._log.line(fact), is_own)


def nearest_first(rows: Iterable[BuildingRow]) -> list[BuildingRow]:
    """Return the buildings by how far away they are; those of which that is not known come last, in their order."""
    return sorted(rows, key=lambda row: (row.away is None, row.away.distance_m if row.away else 0.0))


def state_of(building: BuildingProgress, *, has_report: bool = False) -> State:
    """Return the most pressing of what was found at a building's places.

    Args:
        has_report: a problem was reported there in this shift.
    """
    facts = [*(place.check_in for place in building.places), building.at_building]
    found = {fact.body.result for fact in facts if fact is not None and isinstance(fact.body, CheckIn)}
    if not found:
        return "unseen"
    if has_report or "issue" in found:
        return "issue"
    if "no_access" in found:
        return "no_access"
    return "arrived" if "not_stated" in found else "normal"


def _reported(facts: Iterable[Fact]) -> Collection[str]:
    return frozenset(
        fact.body.building
        for fact in facts
        if isinstance(fact.body, CaseReport) and not fact.is_void and fact.body.building
    )
