"""Folds records into rows of the read tables and entries of feeds. Pure.

A family is a record with its amendments: the last one that stands is what counts, the first one gives the id. A
family whose first record is withdrawn is void: the row stays and says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.caseapi.cases.states import state_of_report
from sync.caseapi.service.judged_time import JudgedTime, judged_time
from sync.caseapi.storage.judged import (
    VOICE,
    CasePhoto,
    CaseRow,
    CaseSaid,
    CaseWords,
    CheckInRow,
    ClockSeen,
    FoldedRow,
    HandedOff,
    Known,
    ShiftEnded,
    ShiftRow,
    TagsSaid,
    VisitRow,
)
from sync.clock import quality_of
from sync.errors import RecordRejected
from sync.mounting import sayings_of
from sync.records import (
    CaseNote,
    CaseReport,
    CheckIn,
    Envelope,
    Handoff,
    Record,
    ShiftEnd,
    ShiftStart,
    TagBind,
    TagReplace,
    TaskResult,
    Visit,
    read_saved,
)
from sync.reference import HandoffEntry, HistoryLine
from sync.text import clean_line, clean_text

SUMMARY_CHARS = 60
"""How much of a description stands in a list."""

SAID_CHARS = 200
"""How much of a note stands in a case's history on tablets."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FoldContext:
    """What folding needs besides the records.

    Attributes:
        zone: time zone in which a day is a day.
        matter_name: name of a matter by its entry id, or empty.
        device: the tablet the newest record came from.
        clock_seen: what exchanges told of the clocks of a tablet, for a record of a boot received at a moment.
        read: records that have been read already, by id.
    """

    zone: ZoneInfo
    matter_name: Callable[[str], str]
    device: UUID
    clock_seen: Callable[[UUID, str, int], ClockSeen]
    read: Mapping[UUID, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Folded:
    """What a family comes to."""

    rows: tuple[FoldedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Family:
    root: UUID
    newest: Known
    record: Record
    is_void: bool
    first: Known
    time: JudgedTime
    begun: Record

    @property
    def envelope(self) -> Envelope:
        return self.record.envelope

    @property
    def received_ms(self) -> int:
        return self.newest.received_ms


def fold_family(members: Sequence[Known], context: FoldContext) -> Folded:
    """Return the rows and entries of a record and its amendments as they stand now."""
    family = _standing(members, context)
    if family is None:
        return Folded()
    row = _row(family, context)
    return Folded() if row is None else Folded((row,))


def _row(family: _Family, context: FoldContext) -> FoldedRow | None:
    row: FoldedRow | None = None
    match family.record.body:
        case CaseReport() as body:
            row = _case_row(family, body, context)
        case CheckIn() as body:
            row = _check_in_row(family, body, context)
        case Visit() as body:
            row = _visit_row(family, body, context)
        case ShiftStart():
            day = _moment(family, context.zone).date().isoformat()
            row = ShiftRow(
                family.root, context.device, family.envelope.grid, day, family.is_void, clock=family.time.clock
            )
        case ShiftEnd() if family.envelope.shift is not None:
            row = ShiftEnded(UUID(family.envelope.shift), family.root, family.is_void)
        case TagBind() | TagReplace() as body:
            row = _tags_said(family, body)
        case CaseNote() | TaskResult() as body:
            row = _case_said(family, body, context)
        case Handoff() as body:
            row = _handed_off(family, body, context)
    return row


def _standing(members: Sequence[Known], context: FoldContext) -> _Family | None:
    """Return what a family says now; None when nothing of it was ever stored."""
    stored = [(each, context.read.get(each.id) or _decoded(each)) for each in members if each.verdict == "stored"]
    if not stored:
        return None
    standing = [found for found in stored if not found[0].is_void]
    root = members[0].root
    is_void = not standing or any(member.id == root and member.is_void for member in members)
    newest, record = (standing or stored)[-1]
    if record is None:
        return None
    first, begun = stored[0]
    time = _time(newest, record.envelope, context)
    return _Family(root, newest, record, is_void, first, time, begun or record)


def _decoded(member: Known) -> Record | None:
    try:
        return read_saved(member.raw)
    except RecordRejected:
        return None


def _case_row(family: _Family, body: CaseReport, context: FoldContext) -> CaseRow:
    matter = f"{body.standard}:{body.matter_kind}:{body.matter_code}"
    return CaseRow(
        id=family.root,
        grid=family.envelope.grid,
        state=state_of_report(self_resolved=body.self_resolved),
        matter=matter,
        matter_name=context.matter_name(matter) or body.matter_code,
        severity=body.severity,
        building=_uuid_or_none(body.building),
        building_name="",
        entrance=_uuid_or_none(body.entrance),
        # What only the handling chain may read stays in the record.
        place="" if body.restricted else clean_line(body.place, max_chars=SUMMARY_CHARS),
        summary="" if body.restricted else clean_line(body.description, max_chars=SUMMARY_CHARS),
        is_restricted=body.restricted,
        reported_at=_moment(family, context.zone).isoformat(timespec="seconds"),
        received_ms=family.received_ms,
        version=1,
        is_void=family.is_void,
        photos=() if body.restricted else tuple(_photos(body)),
        words=_case_words(family, body),
        clock=family.time.clock,
    )


def _case_words(family: _Family, body: CaseReport) -> CaseWords:
    return CaseWords(
        actor=family.envelope.actor,
        record=family.newest.id,
        description=clean_text(body.description, max_chars=2000),
        place=clean_line(body.place, max_chars=256),
        action=clean_text(body.action, max_chars=500) if body.self_resolved else "",
        condition=body.condition or "",
        origin=body.origin,
        contact=body.contact or "",
        point=(body.point.lat, body.point.lon) if body.point is not None else None,
    )


def _photos(body: CaseReport) -> Iterator[CasePhoto]:
    for ref in body.media:
        yield CasePhoto(ref.sha256, ref.role if ref.mime.startswith("image/") else VOICE)


def _check_in_row(family: _Family, body: CheckIn, context: FoldContext) -> CheckInRow:
    # What was found is often said later; somebody was there when it was first recorded.
    is_first = family.first.id == family.newest.id
    arrived = family.time if is_first else _time(family.first, family.begun.envelope, context)
    return CheckInRow(
        id=family.root,
        grid=family.envelope.grid,
        building=UUID(body.building),
        entrance=_uuid_or_none(body.entrance),
        day=_at(arrived, context.zone).date().isoformat(),
        round=body.round,
        result=body.result,
        method=body.method,
        geofence=body.geofence,
        is_void=family.is_void,
        clock=arrived.clock,
        at_ms=arrived.ms,
    )


def _visit_row(family: _Family, body: Visit, context: FoldContext) -> VisitRow:
    return VisitRow(
        id=family.root,
        grid=family.envelope.grid,
        building=UUID(body.building),
        entrance=_uuid_or_none(body.entrance),
        day=_moment(family, context.zone).date().isoformat(),
        purpose=body.purpose,
        outcome=body.outcome,
        is_void=family.is_void,
        clock=family.time.clock,
    )


def _tags_said(family: _Family, body: TagBind | TagReplace) -> TagsSaid:
    newest = family.newest
    return TagsSaid(
        id=family.root,
        record=newest.id,
        grid=family.envelope.grid,
        sayings={} if family.is_void else sayings_of(str(newest.id), body),
        received_ms=newest.received_ms,
        stream=newest.stream,
        n=newest.n,
    )


def _case_said(family: _Family, body: CaseNote | TaskResult, context: FoldContext) -> CaseSaid:
    line = HistoryLine(
        at=_moment(family, context.zone).isoformat(timespec="seconds"),
        what="note" if isinstance(body, CaseNote) else body.type,
        text=clean_line(body.text if isinstance(body, CaseNote) else body.note, max_chars=SAID_CHARS),
        answer="" if isinstance(body, CaseNote) else body.answer,
        photos=sum(ref.mime.startswith("image/") for ref in body.media),
        record=str(family.root),
    )
    return CaseSaid(
        id=family.root,
        case=UUID(body.case) if isinstance(body, CaseNote) else None,
        task=None if isinstance(body, CaseNote) else UUID(body.task),
        line=line,
        received_ms=family.first.received_ms,
        stream=family.first.stream,
        n=family.first.n,
        is_void=family.is_void,
        record=family.newest.id,
        actor=family.envelope.actor,
        at_ms=int(_moment(family, context.zone).timestamp() * 1000),
        clock=family.time.clock,
    )


def _handed_off(family: _Family, body: Handoff, context: FoldContext) -> HandedOff:
    entry = HandoffEntry(
        from_seat=family.envelope.seat,
        seat=body.seat,
        person=body.person,
        cases=body.cases,
        note=clean_text(body.note, max_chars=500),
        at=_moment(family, context.zone).isoformat(timespec="seconds"),
    )
    return HandedOff(family.root, family.envelope.grid, entry, family.received_ms, family.is_void)


def _moment(family: _Family, zone: ZoneInfo) -> datetime:
    """Return when it happened, corrected."""
    return _at(family.time, zone)


def _at(time: JudgedTime, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=time.ms)).astimezone(zone)


def _time(member: Known, envelope: Envelope, context: FoldContext) -> JudgedTime:
    stamp, received_ms = envelope.clock, member.received_ms
    # Most records were made in a boot that had an exchange already: nothing is looked up for them.
    is_sure = quality_of(stamp) == "good"
    seen = ClockSeen() if is_sure else context.clock_seen(member.device or context.device, stamp.boot, received_ms)
    return judged_time(envelope.at, stamp, received_ms=received_ms, seen=seen)


def _uuid_or_none(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
