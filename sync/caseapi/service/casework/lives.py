"""Where a case stands follows from its events: read from a file, told on, written back as rows. Pure.

Desks and tablets move a case through the same table; what of a tablet does not fit any more is kept and flagged.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from hashlib import sha256
from uuid import UUID

import msgspec

from sync.caseapi.cases.asides import Aside, granted_time
from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.figures import figures_of
from sync.caseapi.cases.history import Telling
from sync.caseapi.cases.life import CaseLife, Misfit
from sync.caseapi.cases.limits import Condition, Due
from sync.caseapi.cases.permissions import CaseScope, org_at
from sync.caseapi.cases.states import OPEN_STATES, Action, Level
from sync.caseapi.service.casework.timing import Timings, shipped_timing
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import (
    DANGER_LEAD_MS,
    NEVER_MS,
    CaseChange,
    CaseFile,
    Figures,
    KeptEvent,
    Standing,
    TaskRow,
)
from sync.caseapi.storage.judged import CaseRow, CaseSaid
from sync.text import clean_line

DANGER = 3
"""Severity of what endangers somebody: such a case stands on top of its queues."""

TOLD_CHARS = 200
"""How much of what a desk says stands in a case's history on tablets."""


@dataclass(slots=True)
class ReadCase:
    """A case as the services think of it; events can be added.

    Attributes:
        told: its history so far.
        added: what was added since it was read, with what came of each.
    """

    row: CaseRow
    events: list[CaseEvent]
    told: Telling
    asides: tuple[Aside, ...]
    added: list[tuple[CaseEvent, CaseLife | Misfit]] = field(default_factory=list)

    @property
    def life(self) -> CaseLife:
        """Return where the case stands; there is always a first event."""
        life = self.told.history.life
        if life is None:
            raise AssertionError(f"case {self.row.id} has no beginning")
        return life

    @property
    def opened_ms(self) -> int:
        """Return when the server took its first event."""
        return self.events[0].received_ms

    @property
    def scope(self) -> CaseScope:
        """Return what decides who may act in it."""
        life = self.life
        orgs = frozenset({life.org, *life.assisting} - {""})
        actors = frozenset(event.actor for event in self.events if event.record is not None or event is self.events[0])
        return CaseScope(self.row.grid, life.level, orgs, actors, life.state in OPEN_STATES)

    def add(self, event: CaseEvent) -> CaseLife | Misfit:
        """Add an event; return the life after it, or why it does not fit."""
        after = self.told.take(event)
        self.events.append(event)
        self.added.append((event, after))
        return after


@dataclass(frozen=True, slots=True)
class Lives:
    """Reads and writes lives.

    Attributes:
        zone: time zone of what tablets are told.
    """

    timings: Timings
    zone: tzinfo

    def read(self, kept: CaseFile) -> ReadCase:
        """Return a case with its history told."""
        events = [msgspec.json.decode(event.body, type=CaseEvent) for event in kept.events]
        told = Telling()
        for event in events:
            told.take(event)
        return ReadCase(kept.row, events, told, tuple(read_asides(kept)))

    def due(self, case: ReadCase, now_ms: int) -> Due:
        """Return when a case is due."""
        timing = self.timings.at(case.opened_ms)
        return timing.due(case.life, case.row.matter, now_ms, granted_time(case.asides))

    def conditions(self, case: ReadCase) -> tuple[Condition, ...]:
        """Return what a case may be filed under: by the catalogue under which it was opened."""
        return self.timings.at(case.opened_ms).conditions_for(case.row.matter)

    def begun(self, row: CaseRow, events: Iterable[CaseEvent], tasks: Sequence[TaskRow] = ()) -> CaseChange:
        """Return a case that begins with a report, after everything that has happened to it already."""
        case = ReadCase(row, [], Telling(), ())
        for event in events:
            case.add(event)
        begun = self.written(case, now_ms=case.events[-1].received_ms)
        return replace(begun, row=row, tasks=tuple(tasks))

    def written(self, case: ReadCase, *, now_ms: int) -> CaseChange:
        """Return what was added to a case, with where it stands now."""
        kept = tuple(self._kept(event, after) for event, after in case.added)
        return CaseChange(events=kept, standing=self.standing(case, now_ms), figures=self.figures(case))

    def figures(self, case: ReadCase) -> Figures:
        """Return what a case counts for, by month."""
        due = self.due(case, case.life.ended_ms or case.events[-1].received_ms)
        return figures_of(case.told.fitted, case.life, due, self.zone)

    def figures_kept(self, kept: CaseFile) -> Figures:
        """Return what a case counts for, from all that is kept of it; nothing where it cannot be folded."""
        try:
            read = self.read(kept)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()
        return self.figures(read) if read.told.history.life is not None else ()

    def standing(self, case: ReadCase, now_ms: int) -> Standing:
        """Return where a case stands, as its row says it."""
        life, due = case.life, self.due(case, now_ms)
        term_ms = due.case_ms or due.stage_ms
        is_open, due_ms = life.state in OPEN_STATES, due.stage_ms or NEVER_MS
        lead_ms = DANGER_LEAD_MS if case.row.severity >= DANGER else 0
        is_withdrawn = life.state == "void" and any(each.correction == "withdraw" for each in case.events)
        return Standing(
            state=life.state,
            level=life.level,
            desk=org_at(life.level, case.row.grid),
            version=life.version,
            orgs=tuple(org for org in (life.org, *life.assisting) if org),
            is_open=is_open,
            is_void=is_withdrawn,
            due_ms=due_ms,
            rank_ms=due_ms - lead_ms if is_open else -(life.ended_ms or 0),
            case_ms=due.case_ms or NEVER_MS,
            wakes_ms=life.suspended_until_ms or NEVER_MS,
            misfits=len(case.told.history.misfits),
            due_at=moment(term_ms, self.zone) if term_ms and is_open else None,
        )

    def moved(self, kept: CaseFile, rows: Sequence[CaseRow | CaseSaid]) -> CaseChange:
        """Return what records change of the case that they are about."""
        case = self.read(kept)
        seen = {event.id for event in case.events}
        now_ms = max((row.received_ms for row in rows), default=kept.row.received_ms)
        for row in rows:
            events = _told_by_report(case, row) if isinstance(row, CaseRow) else _told_by_answer(case, row)
            for event in events:
                if event.id not in seen:
                    seen.add(event.id)
                    case.add(event)
        return self.written(case, now_ms=now_ms)

    def _kept(self, event: CaseEvent, after: CaseLife | Misfit) -> KeptEvent:
        is_misfit = isinstance(after, Misfit)
        is_opening = event.action in ("report", "self_resolve")
        return KeptEvent(
            id=event.id,
            action=event.correction or event.action,
            actor=event.actor,
            at_ms=event.at_ms,
            received_ms=event.received_ms,
            why=after.why if isinstance(after, Misfit) else "",
            state="" if isinstance(after, Misfit) else after.state,
            told_at="" if is_misfit else moment(event.at_ms, self.zone),
            text=clean_line(event.note or event.reason, max_chars=TOLD_CHARS),
            is_said=event.record is not None or is_opening,
            body=msgspec.json.encode(event),
        )


def shipped_lives(zone: tzinfo) -> Lives:
    """Return lives by what comes with the program, until versions of the catalogue are known."""
    return Lives(Timings(shipped_timing(zone)), zone)


def read_asides(kept: CaseFile) -> Iterator[Aside]:
    """Yield what stands beside a case, in the order made."""
    return (msgspec.json.decode(aside.body, type=Aside) for aside in kept.asides)


def opening_event(row: CaseRow, *, org: str = "", level: Level = "community") -> CaseEvent:
    """Return the first event of a case, by its report; a tablet's acts for its grid."""
    words = row.words
    is_self_resolved = row.state == "closed"
    return CaseEvent(
        id=row.id,
        action="self_resolve" if is_self_resolved else "report",
        at_ms=_ms(row.reported_at),
        received_ms=row.received_ms,
        actor=words.actor if words else "",
        org=org or row.grid,
        level=level,
        note=words.action if words else "",
        record=words.record if words else None,
        clock=row.clock or "good",
    )


def _told_by_report(case: ReadCase, row: CaseRow) -> Iterator[CaseEvent]:
    """Yield what a report says that was not said yet: that it is, that it is another one now, that it is withdrawn."""
    opening = opening_event(row)
    if not case.events:
        yield opening
    else:
        said = [event for event in case.events if event.action in ("report", "self_resolve") and event.record]
        if said and not row.is_void and opening.record != said[-1].record:
            restated = msgspec.structs.replace(
                opening, id=_id_of(row.id, "restate", opening.record, len(case.events)), correction="restate"
            )
            yield msgspec.structs.replace(restated, target=row.id)
    if row.is_void:
        withdrawn = msgspec.structs.replace(opening, id=_id_of(row.id, "withdraw"), correction="withdraw")
        yield msgspec.structs.replace(withdrawn, target=row.id)


def _told_by_answer(case: ReadCase, row: CaseSaid) -> Iterator[CaseEvent]:
    """Yield what an answer says that was not said yet."""
    action: Action = "answer_verify" if row.line.what == "verify" else "answer_recheck"
    answer = CaseEvent(
        id=row.id,
        action=action,
        at_ms=row.at_ms,
        received_ms=row.received_ms,
        actor=row.actor,
        org=case.row.grid,
        level="grid",
        note=row.line.text,
        answer=row.line.answer,
        record=row.record,
        task=row.task,
        clock=row.clock or "good",
    )
    said = [event for event in case.events if row.id in (event.id, event.target)]
    if not said:
        if not row.is_void:
            yield answer
    elif row.is_void:
        yield msgspec.structs.replace(answer, id=_id_of(row.id, "take_back"), correction="take_back", target=row.id)
    elif said[-1].record != row.record:
        again = _id_of(row.id, "correct", row.record, len(case.events))
        yield msgspec.structs.replace(answer, id=again, correction="correct", target=row.id)


def _id_of(*name: object) -> UUID:
    """Return the id of an event that follows from records: the same each time that they are folded."""
    return UUID(bytes=sha256("\x1f".join(map(str, name)).encode()).digest()[:16])


def _ms(told: str) -> int:
    return int(datetime.fromisoformat(told).timestamp() * 1000)
