"""The day's log, generated from the records: time, place, what. Nobody writes it."""

from datetime import datetime, tzinfo

from msgspec import Struct

from fieldapp.services.facts import Fact, shift_facts
from fieldapp.services.moments import CHINA, record_time
from fieldapp.services.places import NamedPlace, Place, named
from fieldapp.services.ports import Journal, Media, Reference
from fieldapp.services.shift import ShiftCounts, counts_of
from sync.journal import JournalEntry, MediaProgress
from sync.records import Body, CaseReport, CheckIn, TagBind, TagReplace, Visit
from sync.reference import MatterEntry


class LogLine(Struct, frozen=True):
    """One line of the log.

    Attributes:
        at: local time of the first saving.
        entry: the record as it stands, amendments folded in.
        body: what it says; None when this program cannot read it.
        place: where, None when the record names no building.
        matter: category of a problem, where the catalogue has it.
        has_problem: a check-in during which a problem was reported.
        photos: how far the record's photos have come.
    """

    at: datetime
    entry: JournalEntry
    body: Body | None
    place: NamedPlace | None = None
    matter: MatterEntry | None = None
    is_void: bool = False
    has_problem: bool = False
    photos: MediaProgress = MediaProgress()


class Log(Struct, frozen=True):
    """A shift's log, oldest line first."""

    lines: tuple[LogLine, ...]
    counts: ShiftCounts


class ShiftLog:
    """Reads logs out of the journal."""

    def __init__(self, journal: Journal, reference: Reference, media: Media, *, zone: tzinfo = CHINA) -> None:
        self._journal = journal
        self._reference = reference
        self._media = media
        self._zone = zone

    def of_shift(self, shift: str) -> Log:
        """Return the log of a shift."""
        facts = shift_facts(self._journal, shift)
        reported = {fact.body.check_in for fact in facts if isinstance(fact.body, CaseReport) and not fact.is_void}
        matters = self._reference.matters()
        return Log(
            tuple(self._line(fact, matters, fact.id in reported) for fact in facts),
            counts_of(facts),
        )

    def line(self, fact: Fact) -> LogLine:
        """Return the line of a single fact."""
        return self._line(fact, self._reference.matters(), has_problem=False)

    def _line(self, fact: Fact, matters: dict[str, MatterEntry], has_problem: bool) -> LogLine:
        return LogLine(
            at=record_time(fact.first.record, self._zone),
            entry=fact.last,
            body=fact.body,
            place=self._place(fact.body),
            matter=_matter(fact.body, matters),
            is_void=fact.is_void,
            has_problem=has_problem,
            photos=self._photos(fact),
        )

    def _photos(self, fact: Fact) -> MediaProgress:
        has_photos = isinstance(fact.body, CaseReport | Visit) and bool(fact.body.media)
        return self._media.progress(record=fact.last.record.id) if has_photos else MediaProgress()

    def _place(self, body: Body | None) -> NamedPlace | None:
        if isinstance(body, CheckIn | CaseReport | Visit | TagBind | TagReplace) and body.building:
            return named(self._reference, Place(body.building, body.entrance))
        return None


def _matter(body: Body | None, matters: dict[str, MatterEntry]) -> MatterEntry | None:
    if not isinstance(body, CaseReport):
        return None
    return matters.get(f"{body.standard}:{body.matter_kind}:{body.matter_code}")
