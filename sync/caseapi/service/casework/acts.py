"""What a desk wants to do with a case, and whether it can: decided over all that is kept of the case. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.life import CaseLife, Misfit, shut_because
from sync.caseapi.cases.offers import NOT_LEAD, NOT_YOURS, open_to, seat_for
from sync.caseapi.cases.permissions import LEVEL_OF, Account, may_act, may_dispatch_to
from sync.caseapi.cases.states import Action, Level
from sync.caseapi.errors import ActRefused, InputRefused, UnknownCase, VersionConflict
from sync.caseapi.service.callers import Caller, may_read_words, may_see
from sync.caseapi.service.casework.lives import Lives, ReadCase
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import CaseChange, CaseFile, HeldFile, TaskRow
from sync.caseapi.storage.orgs import OrgRow
from sync.records.task_result import Answer, TaskType
from sync.text import clean_line, clean_text

ASK_CHARS = 120
"""Longest sentence of a task: it is read standing in the cold."""

_ASKS: dict[Action, TaskType] = {"ask_verify": "verify", "ask_recheck": "recheck"}

Mode = Literal["", "daily", "campaign", "emergency"]
"""How several organisations are whistled for."""

Text = Annotated[str, Meta(max_length=1000)]
Word = Annotated[str, Meta(max_length=200)]
ExpectedVersion = Annotated[int, Meta(ge=1, le=1_000_000)]


class Act(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One action of a desk on a case.

    Attributes:
        expected_version: version of the case that the desk has before it.
        id: of the event, so that the same request sent twice acts once; made here when it is missing.
        condition: filing condition, by its id.
        until: end of a suspension, Unix milliseconds.
        target: case that a void one repeats.
    """

    action: Action
    expected_version: ExpectedVersion
    id: UUID | None = None
    note: Text = ""
    reason: Word = ""
    to_org: Word = ""
    assisting: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    mode: Mode = ""
    to_level: Level | None = None
    condition: Word = ""
    answer: Answer | Literal[""] = ""
    target: UUID | None = None
    until: Annotated[int, Meta(ge=0, le=1 << 53)] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What deciding over an act needs besides the case.

    Attributes:
        orgs: every organisation, by code; only looked at where a case is given to one.
        event, task: ids of what may be made.
        is_target_known: there is a case that a duplicate may repeat.
        photos: that come with the act; each by its SHA-256, with its size.
    """

    by: Caller
    lives: Lives
    now_ms: int
    orgs: Mapping[str, OrgRow]
    event: UUID
    task: UUID
    is_target_known: bool = False
    photos: tuple[tuple[str, int], ...] = ()


def decided(kept: CaseFile | None, act: Act, desk: Desk) -> CaseChange:
    """Return what an act changes.

    Raises:
        UnknownCase: there is no such case, or none that the caller may see.
        VersionConflict: somebody acted since.
        ActRefused: the case does not allow it, or not by the caller.
        InputRefused: an organisation or a condition is not one that it can be.
    """
    case = seen(kept, desk.by, desk.lives)
    if any(event.id == act.id for event in case.events):
        return CaseChange()
    life = case.life
    if life.version != act.expected_version:
        raise VersionConflict(
            "somebody else acted on this case; read it again",
            version=life.version,
            mine=act.note or act.reason,
            theirs=_since(case, act.expected_version, desk.by),
        )
    seat = _seat(case, act, desk)
    _check_said(case, act, seat, desk)
    event = _event(case, act, seat, desk)
    after = case.add(event)
    if isinstance(after, Misfit):
        raise _refused(life, act.action, after.why, desk.now_ms, after.missing)
    change = desk.lives.written(case, now_ms=desk.now_ms)
    files = tuple(HeldFile(sha256, size, event.id, desk.now_ms) for sha256, size in desk.photos)
    return replace(change, tasks=_tasks(case, act, event, desk), files=files)


def seen(kept: CaseFile | None, by: Caller, lives: Lives) -> ReadCase:
    """Return a case that the caller may see, read.

    Raises:
        UnknownCase: there is none, or none for this caller.
    """
    case = None if kept is None or kept.row.is_void else lives.read(kept)
    if case is None or not may_see(by, case.scope):
        raise UnknownCase("there is no such case")
    return case


def refused(life: CaseLife, what: str, why: str, now_ms: int) -> ActRefused:
    """Return the refusal of something beside a case's life, with what the case allows."""
    return ActRefused(f"{what}: {why}", why=why, allowed=open_to(life, now_ms))


def _refused(life: CaseLife, action: Action, why: str, now_ms: int, missing: tuple[str, ...] = ()) -> ActRefused:
    said = f"{action} is not possible: {why}" + (f" ({', '.join(missing)})" if missing else "")
    return ActRefused(f"{said}; the case is {life.state}", why=why, missing=missing, allowed=open_to(life, now_ms))


def _seat(case: ReadCase, act: Act, desk: Desk) -> Account:
    life, scope = case.life, case.scope
    if why := shut_because(life, act.action, desk.now_ms):
        raise _refused(life, act.action, why, desk.now_ms)
    seat = seat_for(life, desk.by.seats, scope, act.action)
    if seat is None:
        is_beside = any(may_act(each, act.action, scope) for each in desk.by.seats)
        raise _refused(life, act.action, NOT_LEAD if is_beside else NOT_YOURS, desk.now_ms)
    return seat


def _check_said(case: ReadCase, act: Act, seat: Account, desk: Desk) -> None:
    if act.action == "file" and act.condition:
        names = [condition.id for condition in desk.lives.conditions(case)]
        if act.condition not in names:
            raise InputRefused(f"this category is filed under {', '.join(names)}", "condition")
    if act.action == "void" and act.reason == "duplicate" and (not desk.is_target_known or act.target == case.row.id):
        raise InputRefused("a duplicate names the case that it repeats, another one", "target")
    if act.action == "dispatch" and act.to_org:
        day = moment(desk.now_ms, desk.lives.zone)[:10]
        for field, org in (("to_org", act.to_org), *(("assisting", each) for each in act.assisting)):
            _check_org(desk.orgs.get(org), seat, day, field)
        if act.to_org in act.assisting or len(set(act.assisting)) < len(act.assisting):
            raise InputRefused("an organisation is whistled for once", "assisting")


def _check_org(org: OrgRow | None, seat: Account, day: str, field: str) -> None:
    if org is None or not org.is_valid(day):
        raise InputRefused("there is no such organisation, or it is over", field)
    if org.kind != "handler" and field == "to_org":
        raise InputRefused("a partner assists and leads no case", field)
    if not may_dispatch_to(seat, org.patch):
        raise InputRefused("this organisation works for a larger patch than the desk's: hand the case up", field)


def _event(case: ReadCase, act: Act, seat: Account, desk: Desk) -> CaseEvent:
    asked = next((each.task for each in reversed(case.events) if each.action in _ASKS), None)
    task = desk.task if act.action in _ASKS else asked if act.action.startswith("answer_") else None
    return CaseEvent(
        id=act.id or desk.event,
        action=act.action,
        at_ms=desk.now_ms,
        received_ms=desk.now_ms,
        actor=desk.by.id,
        org=seat.org,
        level=LEVEL_OF.get(seat.role),
        reason=clean_line(act.reason, max_chars=200),
        note=clean_text(act.note, max_chars=1000).strip(),
        to_org=act.to_org,
        assisting=act.assisting,
        mode=act.mode,
        to_level=act.to_level,
        condition=act.condition,
        answer=act.answer,
        target=act.target,
        until_ms=act.until,
        media=tuple(sha256 for sha256, _ in desk.photos),
        task=task,
    )


def _tasks(case: ReadCase, act: Act, event: CaseEvent, desk: Desk) -> tuple[TaskRow, ...]:
    task_type = _ASKS.get(act.action)
    if task_type is None:
        return ()
    due_ms = desk.lives.due(case, desk.now_ms).stage_ms
    zone = desk.lives.zone
    ask = clean_line(event.note or case.row.matter_name, max_chars=ASK_CHARS)
    due_at = None if due_ms is None else moment(due_ms, zone)
    return (TaskRow(desk.task, case.row.id, task_type, ask, moment(desk.now_ms, zone), due_at),)


def _since(case: ReadCase, version: int, by: Caller) -> tuple[tuple[str, str, str], ...]:
    """Return what was done after a version, the newest last; in words to those alone who may read them."""
    misfits = {misfit.event.id for misfit in case.told.history.misfits}
    fitted = [event for event in case.events if event.id not in misfits and event.correction != "correct"]
    is_readable = may_read_words(by, case.scope, is_restricted=case.row.is_restricted)
    return tuple(
        (event.action, event.org, (event.note or event.reason) if is_readable else "") for event in fitted[version:]
    )
