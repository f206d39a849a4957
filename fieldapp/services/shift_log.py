"""The day's log, generated from the records: time, place, what. Nobody writes it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from msgspec import Struct

from fieldapp.services.facts import Fact
from fieldapp.services.moments import CHINA, record_time
from fieldapp.services.places import NamedPlace, Place, named
from fieldapp.services.ports import Media, Reference
from fieldapp.services.shift import ShiftCounts, counts_of
from sync.journal import JournalEntry, MediaProgress
from sync.records import (
    Body,
    CaseNote,
    CaseReport,
    CheckIn,
    Handoff,
    TagBind,
    TagReplace,
    TaskResult,
    Visit,
)
from sync.reference import CaseEntry, MatterEntry


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
        case_id: the case that the record is or is about, empty for none.
        case: that case, where the feed has it.
        to_name: name of who takes over, for a hand-over.
    """

    at: datetime
    entry: JournalEntry
    body: Body | None
    place: NamedPlace | None = None
    matter: MatterEntry | None = None
    is_void: bool = False
    has_problem: bool = False
    photos: MediaProgress = MediaProgress()
    case_id: str = ""
    case: CaseEntry | None = None
    to_name: str = ""


class Log(Struct, frozen=True):
    """A log, oldest line first."""

    lines: tuple[LogLine, ...]
    counts: ShiftCounts


class ShiftLog:
    """Makes logs of facts."""

    def __init__(self, reference: Reference, media: Media, *, zone: tzinfo = CHINA) -> None:
        self._reference = reference
        self._media = media
        self._zone = zone

    def of(self, facts: Sequence[Fact]) -> Log:
        """Return the log of some facts, in their order."""
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
        case_id = self._case_of(fact)
        case = self._reference.cases().get(case_id) if case_id else None
        return LogLine(
            at=record_time(fact.first.record, self._zone),
            entry=fact.last,
            body=fact.body,
            place=self._place(fact.body, case),
            matter=_matter(fact.body, matters),
            is_void=fact.is_void,
            has_problem=has_problem,
            photos=self._photos(fact),
            case_id=case_id,
            case=case,
            to_name=self._to_name(fact.body),
        )

    def _case_of(self, fact: Fact) -> str:
        """Return the id of the case that a record is about, empty for none."""
        match fact.body:
            case CaseReport():
                return fact.id
            case CaseNote(case=case):
                return case
            case TaskResult(task=task):
                found = self._reference.tasks().get(task)
                return found.case if found is not None else ""
            case _:
                return ""

    def _to_name(self, body: Body | None) -> str:
        if not isinstance(body, Handoff):
            return ""
        people = self._reference.people()
        if body.person is not None and body.person in people:
            return people[body.person].name
        return next((person.name for person in people.values() if person.seat == body.seat), "")

    def _photos(self, fact: Fact) -> MediaProgress:
        has_photos = isinstance(fact.body, CaseReport | Visit | TaskResult | CaseNote) and bool(fact.body.media)
        return self._media.progress(record=fact.last.record.id) if has_photos else MediaProgress()

    def _place(self, body: Body | None, case: CaseEntry | None) -> NamedPlace | None:
        if isinstance(body, CaseNote | TaskResult) and case is not None and case.building:
            return named(self._reference, Place(case.building, case.entrance))
        if isinstance(body, CheckIn | CaseReport | Visit | TagBind | TagReplace) and body.building:
            return named(self._reference, Place(body.building, body.entrance))
        return None


def _matter(body: Body | None, matters: dict[str, MatterEntry]) -> MatterEntry | None:
    if not isinstance(body, CaseReport):
        return None
    return matters.get(f"{body.standard}:{body.matter_kind}:{body.matter_code}")
