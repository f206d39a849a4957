"""The shift: opened, closed, and found again in the journal after a restart. Its times are its person's alone."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, tzinfo

from msgspec import Struct

from fieldapp.services.errors import NothingToDo
from fieldapp.services.facts import Fact, body_of, facts_of
from fieldapp.services.forms import Forms
from fieldapp.services.moments import CHINA, local_time, record_time
from fieldapp.services.ports import Clock, Journal, Settings
from fieldapp.services.recorder import Recorder
from sync.journal import JournalEntry
from sync.records import Envelope, ShiftEnd, ShiftStart
from sync.text import clean_text

_LOOK_BACK = 200
"""Shift records looked at to find the open one: more than a month of four people."""


class OpenShift(Struct, frozen=True):
    """The shift that is going on.

    Attributes:
        is_from_earlier_day: it was not ended on its day.
    """

    id: str
    entry: JournalEntry
    start: ShiftStart
    is_from_earlier_day: bool


class ShiftCounts(Struct, frozen=True):
    """What a shift holds so far, counted from its records; withdrawn ones do not count."""

    check_ins: int = 0
    problems: int = 0
    visits: int = 0
    withdrawn: int = 0


class Shifts:
    """Starts and ends the shift of whoever is signed in.

    Args:
        person: returns the id of who is signed in, or None.
    """

    def __init__(
        self,
        journal: Journal,
        recorder: Recorder,
        forms: Forms,
        settings: Settings,
        clock: Clock,
        person: Callable[[], str | None],
        *,
        zone: tzinfo = CHINA,
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._forms = forms
        self._settings = settings
        self._clock = clock
        self._person = person
        self._zone = zone

    def current(self) -> OpenShift | None:
        """Return the open shift of whoever is signed in, read from the journal."""
        return self.of_person(self._person())

    def of_person(self, person: str | None) -> OpenShift | None:
        """Return a person's open shift, or None."""
        if person is None:
            return None
        noted = self._settings.get(_open_name(person))
        start = self._journal.get(noted) if noted else None
        if start is not None and not self._is_over(start):
            return self._open(start)
        found = self._newest_open(person)
        return None if found is None else self._open(found)

    def of_day(self) -> list[str]:
        """Return the shifts of whoever is signed in that began or ended today, and the open one, oldest first."""
        person, now_open = self._person(), self.current()
        if person is None:
            return []
        older = [now_open.id] if now_open is not None and now_open.is_from_earlier_day else []
        entries = self._journal.entries(kinds=("shift_start", "shift_end"), limit=_LOOK_BACK)
        own = (each.record for each in reversed(entries) if each.record.actor == person)
        return list(dict.fromkeys([*older, *(each.shift for each in own if each.shift and self.is_of_today(each))]))

    def is_of_today(self, record: Envelope) -> bool:
        """Tell whether a record was made today."""
        return record_time(record, self._zone).date() == self._today()

    def start(self, body: ShiftStart | None = None, *, draft: str | None = None) -> OpenShift:
        """Open a shift.

        Args:
            draft: name of the form it was made from; its draft is forgotten in the same transaction.
        Raises:
            NothingToDo: one is open already.
        """
        if self.current() is not None:
            raise NothingToDo("a shift is open already; end it first")
        entry = self._recorder.record(body or ShiftStart(), draft=self._draft_name(draft))
        self._settings.put(_open_name(entry.record.actor), entry.record.id)
        return self._open(entry)

    def end(self, *, rounds_done: int = 0, note: str = "", draft: str | None = None) -> JournalEntry:
        """Close the open shift.

        Args:
            draft: name of the form it was made from; its draft is forgotten in the same transaction.
        Raises:
            NothingToDo: none is open.
        """
        shift = self.current()
        if shift is None:
            raise NothingToDo("no shift is open")
        body = ShiftEnd(rounds_done=rounds_done, note=clean_text(note, max_chars=500).strip())
        return self._recorder.record(body, draft=self._draft_name(draft), shift=shift.id)

    def _is_over(self, start: JournalEntry) -> bool:
        entries = self._journal.entries(shift=start.record.id, kinds=("shift_start", "shift_end", "void"))
        facts = facts_of(entries)
        has_end = any(fact.first.record.kind == "shift_end" and not fact.is_void for fact in facts)
        return has_end or any(fact.id == start.record.id and fact.is_void for fact in facts)

    def _newest_open(self, person: str) -> JournalEntry | None:
        """Return the newest start without an end, for when the note of it was not written or is of an ended shift."""
        entries = self._journal.entries(kinds=("shift_start", "shift_end", "void"), limit=_LOOK_BACK)
        own = [fact for fact in facts_of(entries) if fact.first.record.actor == person and not fact.is_void]
        ended = {fact.first.record.shift for fact in own if fact.first.record.kind == "shift_end"}
        starts = [fact for fact in own if fact.first.record.kind == "shift_start" and fact.id not in ended]
        return starts[-1].first if starts else None

    def _draft_name(self, form: str | None) -> str | None:
        return self._forms.draft_name(form) if form else None

    def _open(self, entry: JournalEntry) -> OpenShift:
        body = body_of(entry)
        start = body if isinstance(body, ShiftStart) else ShiftStart()
        started = record_time(entry.record, self._zone).date()
        return OpenShift(entry.record.id, entry, start, started < self._today())

    def _today(self) -> date:
        return local_time(self._clock.now_ms() + (self._clock.stamp().offset_ms or 0), self._zone).date()


def counts_of(facts: Sequence[Fact]) -> ShiftCounts:
    """Return the counts of some facts."""
    standing = Counter(fact.first.record.kind for fact in facts if not fact.is_void)
    return ShiftCounts(
        check_ins=standing["check_in"],
        problems=standing["case_report"],
        visits=standing["visit"],
        withdrawn=sum(fact.is_void for fact in facts),
    )


def _open_name(person: str) -> str:
    return f"shift.{person}"
