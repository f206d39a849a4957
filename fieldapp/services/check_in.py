"""Checking in at a building: one scan, said to be nothing more than *arrived* until the inspector says more."""

from dataclasses import dataclass

import msgspec

from fieldapp.services.errors import NothingToDo
from fieldapp.services.facts import Fact, recent_facts
from fieldapp.services.places import NamedPlace, Place, named
from fieldapp.services.ports import Journal, Reference
from fieldapp.services.recorder import Recorder, TooLate, Undone
from fieldapp.services.round import Rounds
from sync.journal import JournalEntry
from sync.records import CaseReport, CheckIn
from sync.records.check_in import CheckPoint, CheckState, Result
from sync.records.shared import Geofence, Method, TagSeen

DOUBLED_S = 120
"""A second arrival at the same place within so many seconds is asked about first: a plate scanned twice."""

_LOOK_BACK = 60
"""Newest records looked at for doubled scans and unstated results."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An arrival whose result was not stated yet."""

    entry: JournalEntry
    place: NamedPlace


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of an arrival.

    Attributes:
        entry: the check-in; the earlier one when nothing was recorded.
        place: where, with names.
        round: the round it counts for.
        already_s: seconds since the earlier check-in at this place; nothing was recorded; None when it was.
        pending: the arrival before this one, when its result is still to be stated.
    """

    entry: JournalEntry
    place: NamedPlace
    round: int
    already_s: int | None = None
    pending: Pending | None = None

    @property
    def is_recorded(self) -> bool:
        """Return whether this arrival made a record."""
        return self.already_s is None


class CheckIns:
    """Records arrivals, and what was seen there."""

    def __init__(self, journal: Journal, recorder: Recorder, reference: Reference, rounds: Rounds) -> None:
        self._journal = journal
        self._recorder = recorder
        self._reference = reference
        self._rounds = rounds

    def arrive(
        self, place: Place, method: Method, tag: TagSeen | None = None, *, geofence: Geofence = "unknown"
    ) -> Arrived:
        """Record an arrival, unless the same place was arrived at within `DOUBLED_S`: then say how long ago.

        Raises:
            fieldapp.services.errors.NotSignedIn: nobody is.
        """
        earlier = self._newest_at(place)
        age_s = None if earlier is None else self._recorder.age_s(earlier.first)
        if earlier is not None and age_s is not None and age_s < DOUBLED_S:
            body = earlier.body
            number = body.round if isinstance(body, CheckIn) else 1
            return Arrived(earlier.last, named(self._reference, place), number, already_s=int(age_s))
        return self.arrive_again(place, method, tag, geofence=geofence)

    def arrive_again(
        self, place: Place, method: Method, tag: TagSeen | None = None, *, geofence: Geofence = "unknown"
    ) -> Arrived:
        """Record an arrival however shortly after the last one."""
        pending = self.pending_normal()
        number = self._rounds.number(self._recorder.author().shift)
        body = CheckIn(
            building=place.building, entrance=place.entrance, method=method, tag=tag, round=number, geofence=geofence
        )
        entry = self._recorder.record(body)
        return Arrived(entry, named(self._reference, place), number, pending=pending)

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
        return fact.last if said == fact.body else self._recorder.amend(fact.last, said)

    def say_normal(self, entry: JournalEntry) -> JournalEntry:
        """State that what was looked at was normal."""
        return self.say(entry, "normal")

    def pending_normal(self) -> Pending | None:
        """Return the last arrival of this person and shift when its result is still to be stated.

        An arrival during which a problem was reported has its result.
        """
        author = self._recorder.author()
        facts = recent_facts(self._journal, ("check_in", "case_report"), _LOOK_BACK)
        own = [fact for fact in facts if not fact.is_void and fact.first.record.actor == author.person]
        reported = {fact.body.check_in for fact in own if isinstance(fact.body, CaseReport)}
        arrivals = [fact for fact in own if isinstance(fact.body, CheckIn) and fact.first.record.shift == author.shift]
        if not arrivals:
            return None
        last = arrivals[-1]
        body = last.body
        if not isinstance(body, CheckIn) or body.result != "not_stated" or body.cases or last.id in reported:
            return None
        return Pending(last.last, named(self._reference, Place(body.building, body.entrance)))

    def last(self) -> Fact | None:
        """Return the newest standing check-in of this person in the open shift."""
        author = self._recorder.author()
        for fact in reversed(recent_facts(self._journal, ("check_in",), _LOOK_BACK)):
            record = fact.first.record
            if not fact.is_void and record.actor == author.person and record.shift == author.shift:
                return fact
        return None

    def find(self, check_in: str) -> Fact | None:
        """Return a check-in by id, with its amendments folded in."""
        recent = recent_facts(self._journal, ("check_in",), _LOOK_BACK * 4)
        return next((fact for fact in recent if fact.id == check_in), None)

    def undo(self, entry: JournalEntry) -> Undone | TooLate:
        """Withdraw a check-in, or what was said of it, within the undo time."""
        return self._recorder.undo(entry)

    def _newest_at(self, place: Place) -> Fact | None:
        person = self._recorder.author().person
        for fact in reversed(recent_facts(self._journal, ("check_in",), _LOOK_BACK)):
            body = fact.body
            if fact.is_void or fact.first.record.actor != person or not isinstance(body, CheckIn):
                continue
            if Place(body.building, body.entrance) == place:
                return fact
        return None
