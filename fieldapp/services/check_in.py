"""Checking in at a building: one scan, said to be nothing more than *arrived* until the inspector says more."""

import threading
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from fieldapp.services.errors import NothingToDo
from fieldapp.services.facts import Fact, recent_facts
from fieldapp.services.places import NamedPlace, Place, Spot, named
from fieldapp.services.ports import Journal, Reference
from fieldapp.services.recorder import Author, Recorder, TooLate, Undone
from fieldapp.services.round import Rounds
from sync.journal import JournalEntry
from sync.records import CaseReport, CheckIn
from sync.records.check_in import CheckPoint, CheckState, Result
from sync.records.shared import Geofence, Method, TagSeen

DOUBLED_S = 120
"""A second arrival at the same place within so many seconds is asked about first: a plate scanned twice."""

_LOOK_BACK = 60
"""Newest records looked at for doubled scans and unstated results."""


class Pending(Struct, frozen=True):
    """An arrival whose result was not stated yet."""

    entry: JournalEntry
    place: NamedPlace


class Arrived(Struct, frozen=True):
    """What became of an arrival.

    Attributes:
        entry: the check-in; the earlier one when nothing was recorded.
        place: where, with names.
        round: the round it counts for.
        already_s: seconds since the earlier check-in at this place; nothing was recorded; None when it was.
        pending: the arrival before this one, when its result is still to be stated.
        method: how this arrival was told, also when nothing was recorded.
        tag: the evidence of this arrival, likewise; the entry may have other evidence.
    """

    entry: JournalEntry
    place: NamedPlace
    round: int
    already_s: int | None = None
    pending: Pending | None = None
    method: Method = "list"
    tag: TagSeen | None = None

    @property
    def is_recorded(self) -> bool:
        """Return whether this arrival made a record."""
        return self.already_s is None

    @property
    def spot(self) -> Spot:
        """Return where a form that is opened from here begins."""
        return Spot(self.place.place, self.entry.record.amends or self.entry.record.id)


class Visited(Struct, frozen=True):
    """A check-in as it stands.

    Attributes:
        entry: as it was saved first.
        latest: the newest amendment, or the entry itself.
    """

    entry: JournalEntry
    latest: JournalEntry
    body: CheckIn

    @property
    def id(self) -> str:
        """Return the check-in's id."""
        return self.entry.record.id

    @property
    def place(self) -> Place:
        """Return where it was."""
        return Place(self.body.building, self.body.entrance)


class CheckIns:
    """Records arrivals, and what was seen there."""

    def __init__(self, journal: Journal, recorder: Recorder, reference: Reference, rounds: Rounds) -> None:
        self._journal = journal
        self._recorder = recorder
        self._reference = reference
        self._rounds = rounds
        self._guard = threading.RLock()

    def arrive(
        self, place: Place, method: Method, tag: TagSeen | None = None, *, geofence: Geofence = "unknown"
    ) -> Arrived:
        """Record an arrival, unless the same place was arrived at within `DOUBLED_S`: then say how long ago.

        Raises:
            fieldapp.services.errors.NotSignedIn: nobody is.
        """
        with self._guard:
            author = self._recorder.author()
            recent = self._own(author.person)
            earlier = _newest_at(recent, place)
            age_s = None if earlier is None else self._recorder.age_s(earlier.entry)
            if earlier is not None and age_s is not None and age_s < DOUBLED_S:
                name = named(self._reference, place)
                return Arrived(earlier.latest, name, earlier.body.round, int(age_s), method=method, tag=tag)
            return self._record(author, recent, place, method, tag, geofence)

    def arrive_again(
        self, place: Place, method: Method, tag: TagSeen | None = None, *, geofence: Geofence = "unknown"
    ) -> Arrived:
        """Record an arrival however shortly after the last one."""
        with self._guard:
            author = self._recorder.author()
            return self._record(author, self._own(author.person), place, method, tag, geofence)

    def say(
        self, entry: JournalEntry, result: Result, checks: dict[CheckPoint, CheckState] | None = None
    ) -> JournalEntry:
        """State what was found, as an amendment; saying the same again records nothing.

        Args:
            checks: what was looked at; None keeps what was stated before.
        Raises:
            NothingToDo: the entry is no check-in, or was withdrawn.
        """
        fact = self.find(entry.record.amends or entry.record.id)
        if fact is None or fact.is_void or not isinstance(fact.body, CheckIn):
            raise NothingToDo(f"record {entry.record.id} is no standing check-in")
        said = msgspec.structs.replace(fact.body, result=result, checks=fact.body.checks if checks is None else checks)
        if said == fact.body and fact.last.state != "quarantined":
            return fact.last
        return self._recorder.amend(fact.last, said)

    def say_normal(self, entry: JournalEntry) -> JournalEntry:
        """State that what was looked at was normal."""
        return self.say(entry, "normal")

    def pending_normal(self) -> Pending | None:
        """Return the last arrival of this person and shift when its result is still to be stated.

        An arrival during which a problem was reported has its result.
        """
        author = self._recorder.author()
        return self._pending(self._own(author.person), author.shift)

    def last(self) -> Visited | None:
        """Return the newest standing check-in of this person in the open shift."""
        author = self._recorder.author()
        return _newest_of_shift(self._own(author.person), author.shift)

    def spot(self) -> Spot | None:
        """Return where a form begins that is opened without naming a place: at the last check-in."""
        last = self.last()
        return Spot(last.place, last.id) if last is not None else None

    def find(self, check_in: str) -> Fact | None:
        """Return a check-in by id, with its amendments folded in, from among the newest."""
        recent = recent_facts(self._journal, ("check_in",), _LOOK_BACK * 4)
        return next((fact for fact in recent if fact.id == check_in), None)

    def undo(self, entry: JournalEntry) -> Undone | TooLate:
        """Withdraw a check-in, or what was said of it, within the undo time."""
        return self._recorder.undo(entry)

    def _record(
        self,
        author: Author,
        recent: list[Fact],
        place: Place,
        method: Method,
        tag: TagSeen | None,
        geofence: Geofence,
    ) -> Arrived:
        pending = self._pending(recent, author.shift)
        number = self._rounds.number(author.shift)
        body = CheckIn(
            building=place.building, entrance=place.entrance, method=method, tag=tag, round=number, geofence=geofence
        )
        entry = self._recorder.record(body)
        return Arrived(entry, named(self._reference, place), number, pending=pending, method=method, tag=tag)

    def _own(self, person: str) -> list[Fact]:
        facts = recent_facts(self._journal, ("check_in", "case_report"), _LOOK_BACK)
        return [fact for fact in facts if not fact.is_void and fact.first.record.actor == person]

    def _pending(self, own: list[Fact], shift: str | None) -> Pending | None:
        last = _newest_of_shift(own, shift)
        reported = {fact.body.check_in for fact in own if isinstance(fact.body, CaseReport)}
        if last is None or last.body.result != "not_stated" or last.body.cases or last.id in reported:
            return None
        return Pending(last.latest, named(self._reference, Place(last.body.building, last.body.entrance)))


def _visits(own: list[Fact]) -> Iterator[Visited]:
    """Yield the check-ins among some facts, newest first."""
    for fact in reversed(own):
        if isinstance(fact.body, CheckIn):
            yield Visited(fact.first, fact.last, fact.body)


def _newest_of_shift(own: list[Fact], shift: str | None) -> Visited | None:
    return next((visited for visited in _visits(own) if visited.entry.record.shift == shift), None)


def _newest_at(own: list[Fact], place: Place) -> Visited | None:
    return next((visited for visited in _visits(own) if visited.place == place), None)
