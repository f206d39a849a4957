"""What was saved and what is proven of it, record by record."""

from datetime import tzinfo

from msgspec import Struct

from fieldapp.services.facts import Fact, body_of
from fieldapp.services.moments import CHINA
from fieldapp.services.ports import Journal, Media, Reference
from fieldapp.services.shift_log import LogLine, ShiftLog
from sync.journal import Delivery, JournalEntry, JournalSummary


class OutboxRow(Struct, frozen=True):
    """One saved record: also amendments and withdrawals, as each is sent by itself."""

    entry: JournalEntry
    line: LogLine


class OutboxView(Struct, frozen=True):
    """A page of the outbox.

    Attributes:
        rows: newest first.
        summary: totals, counted from the journal.
        next_before_n: ask for the rows before this n, None when these were the last.
    """

    rows: tuple[OutboxRow, ...]
    summary: JournalSummary
    next_before_n: int | None


class Outbox:
    """Reads pages of the outbox."""

    def __init__(self, journal: Journal, reference: Reference, media: Media, *, zone: tzinfo = CHINA) -> None:
        self._journal = journal
        self._media = media
        self._log = ShiftLog(reference, media, zone=zone)

    def page(self, *, limit: int = 50, before_n: int | None = None) -> OutboxView:
        """Return a page, newest first."""
        entries = self._journal.entries(limit=limit, before_n=before_n)
        rows = tuple(OutboxRow(entry, self._log.line(Fact(entry, entry, body_of(entry)))) for entry in entries)
        more = len(entries) == limit and entries[-1].n > 1
        return OutboxView(rows, self._journal.summary(), entries[-1].n if more else None)

    def delivery(self) -> Delivery:
        """Return what the server holds of everything, photos too."""
        return self._media.delivery()

    def summary(self) -> JournalSummary:
        """Return the totals alone."""
        return self._journal.summary()
