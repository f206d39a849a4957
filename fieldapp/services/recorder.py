"""Makes records: id, times, author, checks, and one write to the journal."""

from collections.abc import Callable
from datetime import tzinfo

import msgspec
from msgspec import Struct

from fieldapp.services.errors import NothingToDo, NotSignedIn, NotYours
from fieldapp.services.facts import body_of
from fieldapp.services.moments import CHINA, elapsed_s, moment_of, now_of, offset_minutes
from fieldapp.services.ports import Clock, Drafts, Journal
from sync.clock import format_time
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.journal import JournalEntry
from sync.records import KINDS, Body, Envelope, Kind, ShiftStart, Void, decode_body, decode_envelope, encode
from sync.records.void import VoidReason

UNDO_S = 10.0
"""How long the one-key undo is offered after a save, seconds."""

_RECENT_VOIDS = 50
"""Withdrawals looked at before another is made of the same record: a key pressed twice."""

_KIND_OF_BODY: dict[type[Body], Kind] = {kind.body: kind for kind in KINDS.values()}


class Author(Struct, frozen=True):
    """Who makes records: person, seat and grid, and the shift the records belong to."""

    person: str
    seat: str
    grid: str
    shift: str | None = None


class Undone(Struct, frozen=True):
    """The record was withdrawn by the given one."""

    entry: JournalEntry


class TooLate(Struct, frozen=True):
    """The undo came after its time; the record stands and can be withdrawn with a reason."""

    age_s: float | None


class Recorder:
    """Appends records for whoever is signed in.

    Args:
        author: returns who is signed in and the open shift, or None.
        zone: zone in which times are written.
    """

    def __init__(
        self,
        journal: Journal,
        drafts: Drafts,
        clock: Clock,
        author: Callable[[], Author | None],
        *,
        zone: tzinfo = CHINA,
    ) -> None:
        self._journal = journal
        self._drafts = drafts
        self._clock = clock
        self._author = author
        self._zone = zone

    def author(self) -> Author:
        """Return who would sign a record now.

        Raises:
            NotSignedIn: nobody is.
        """
        author = self._author()
        if author is None:
            raise NotSignedIn("nobody is signed in; sign in before recording")
        return author

    def record(self, body: Body, *, draft: str | None = None, shift: str | None = None) -> JournalEntry:
        """Save a record and return it once it is on disk.

        Args:
            draft: the form it was made from; its draft is forgotten in the same transaction.
            shift: the shift it belongs to; the open one when None.
        Raises:
            NotSignedIn: nobody is.
            sync.errors.RecordRejected: a field breaks the kind's rules, or the record is too large; nothing was stored.
        """
        return self._append(body, draft=draft, shift=shift)

    def find(self, record_id: str) -> JournalEntry | None:
        """Return a record by id, or None when the tablet does not hold it (any more)."""
        return self._journal.get(record_id)

    def amend(self, entry: JournalEntry, body: Body, *, draft: str | None = None) -> JournalEntry:
        """Save a full replacement of a record; the amendment belongs to the original's shift.

        Args:
            draft: the form it was made from; its draft is forgotten in the same transaction.
        Raises:
            NotYours: the record is somebody else's.
            NothingToDo: the body is of another kind than the record.
        """
        self._require_own(entry)
        if _KIND_OF_BODY[type(body)].name != entry.record.kind:
            raise NothingToDo(f"a {entry.record.kind} is amended by its own kind, not by {type(body).__name__}")
        original = entry.record.amends or entry.record.id
        return self._append(body, amends=original, shift=entry.record.shift, draft=draft)

    def void(self, entry: JournalEntry, reason: VoidReason) -> JournalEntry:
        """Withdraw a record and return the withdrawal: both stay; a second withdrawal returns the first.

        Raises:
            NotYours: the record is somebody else's.
            NothingToDo: it is a withdrawal itself; what it withdrew is recorded anew instead.
        """
        self._require_own(entry)
        if entry.record.kind == "void":
            raise NothingToDo(f"record {entry.record.id} is a withdrawal; it cannot be withdrawn")
        for earlier in self._journal.entries(kinds=("void",), limit=_RECENT_VOIDS):
            body = body_of(earlier)
            if isinstance(body, Void) and body.target == entry.record.id:
                return earlier
        return self._append(Void(target=entry.record.id, reason=reason), shift=entry.record.shift)

    def withdraw(self, entry: JournalEntry, reason: VoidReason) -> JournalEntry:
        """Withdraw a record whole, with all that was said of it since, and return the withdrawal.

        Raises:
            NotYours: the record is somebody else's.
            NothingToDo: it is a withdrawal itself.
        """
        amended = self.find(entry.record.amends) if entry.record.amends else None
        return self.void(amended or entry, reason)

    def undo(self, entry: JournalEntry) -> Undone | TooLate:
        """Withdraw a record that was saved at most `UNDO_S` seconds ago."""
        age_s = self.age_s(entry)
        if age_s is None or age_s > UNDO_S:
            return TooLate(age_s)
        return Undone(self.void(entry, "undo"))

    def age_s(self, entry: JournalEntry) -> float | None:
        """Return how long ago a record was made, or None when the clocks contradict each other."""
        return elapsed_s(moment_of(entry.record), now_of(self._clock))

    def _require_own(self, entry: JournalEntry) -> None:
        if entry.record.actor != self.author().person:
            raise NotYours(f"record {entry.record.id} is somebody else's; only its author changes it on a tablet")

    def _append(
        self, body: Body, *, amends: str | None = None, draft: str | None = None, shift: str | None = None
    ) -> JournalEntry:
        author = self.author()
        kind = _KIND_OF_BODY[type(body)]
        raw = msgspec.Raw(msgspec.json.encode(body))
        decode_body(kind, raw)
        now_ms = self._clock.now_ms()
        record_id = str(uuid7_at(now_ms, self._clock.random_bytes(RANDOM_BYTES)))
        record = Envelope(
            id=record_id,
            kind=kind.name,
            v=kind.version,
            at=format_time(now_ms, offset_minutes(now_ms, self._zone)),
            clock=self._clock.stamp(),
            actor=author.person,
            seat=author.seat,
            grid=author.grid,
            body=raw,
            shift=record_id if isinstance(body, ShiftStart) and amends is None else shift or author.shift,
            amends=amends,
        )
        decode_envelope(encode(record))
        return self._drafts.save(draft, record) if draft else self._journal.append(record)
