"""Supervision, extensions, appeals and satisfaction: who may make and decide them, over all that is kept. Pure."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from sync.caseapi.cases.asides import (
    Aside,
    AsideKind,
    SupervisionType,
    decided,
    why_not_decided,
    why_not_made,
)
from sync.caseapi.cases.limits import Due
from sync.caseapi.cases.offers import NOT_YOURS
from sync.caseapi.cases.permissions import Account, Right, Role, who_may_have
from sync.caseapi.cases.timers import Limit, TimerType
from sync.caseapi.errors import InputRefused, NotAllowed
from sync.caseapi.service.callers import Caller, can, seat_with
from sync.caseapi.service.casework.acts import Text, refused, seen
from sync.caseapi.service.casework.lives import Lives, ReadCase
from sync.caseapi.storage.casework import AsideRow, CaseChange, CaseFile
from sync.text import clean_text

_MADE_BY: dict[AsideKind, Right] = {
    "supervision": "supervise",
    "extension": "ask_extension",
    "appeal": "ask_extension",
    "satisfaction": "file",
}

_DECIDED_BY: dict[AsideKind, tuple[Right, ...]] = {
    "supervision": ("handle", "file"),
    "extension": ("decide_extension",),
    "appeal": ("decide_extension",),
    "satisfaction": (),
}
"""Rights of which any is enough: a supervision is answered by the handler, or by the desk that has the case."""


class AsideWanted(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Something to stand beside a case.

    Attributes:
        id: of the row, so that the same request sent twice makes one.
        extra_type, extra_amount: time that an extension adds.
        score: of a satisfaction: 1 not satisfied, 2 satisfied, 3 very.
    """

    kind: AsideKind
    id: UUID | None = None
    type: SupervisionType | None = None
    text: Text = ""
    extra_type: TimerType | None = None
    extra_amount: Annotated[int, Meta(ge=1, le=999)] | None = None
    score: Annotated[int, Meta(ge=1, le=3)] | None = None


class AsideOffer(Struct, frozen=True, omit_defaults=True):
    """Something that may stand beside a case, as somebody sees it.

    Attributes:
        why: empty where it can be made; else ``right`` or a word of `why_not_made`.
        who: roles that have its right, where the asker has not.
    """

    kind: AsideKind
    why: str = ""
    who: tuple[Role, ...] = ()


class Decision(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A word on an extension or an appeal, or the reply to a supervision."""

    aside: UUID
    grant: bool = True
    text: Text = ""


def made(
    kept: CaseFile | None, wanted: AsideWanted, by: Caller, lives: Lives, *, new_id: UUID, now_ms: int
) -> CaseChange:
    """Return what makes a row beside a case.

    Raises:
        UnknownCase, NotAllowed, InputRefused, ActRefused: it cannot be made.
    """
    case = seen(kept, by, lives)
    aside_id = wanted.id or new_id
    if any(each.id == str(aside_id) for each in case.asides):
        return CaseChange()
    seat = seat_with(by, _MADE_BY[wanted.kind], case.scope)
    aside = _aside(wanted, aside_id, by, seat, now_ms)
    if why := why_not_made(aside, case.asides, case.life, lives.due(case, now_ms), now_ms):
        raise refused(case.life, wanted.kind, why, now_ms)
    return _with(case, aside, lives, now_ms)


def offered(case: ReadCase, by: Caller, lives: Lives, now_ms: int) -> tuple[AsideOffer, ...]:
    """Return what somebody may put beside a case now, and of everything else why not."""
    due = lives.due(case, now_ms)
    return tuple(_offer(case, kind, by, due, now_ms) for kind in _MADE_BY)


def judged(kept: CaseFile | None, decision: Decision, by: Caller, lives: Lives, *, now_ms: int) -> CaseChange:
    """Return what a word on a row changes.

    Raises:
        UnknownCase, NotAllowed, InputRefused, ActRefused: it cannot be said.
    """
    case = seen(kept, by, lives)
    aside = next((each for each in case.asides if each.id == str(decision.aside)), None)
    if aside is None:
        raise InputRefused("the case has no such row", "aside")
    rights = _DECIDED_BY[aside.kind]
    if not any(can(by, right, case.scope) for right in rights):
        raise NotAllowed(f"no seat of this account may decide on this {aside.kind}")
    text = clean_text(decision.text, max_chars=1000)
    if not text.strip() and (aside.kind == "supervision" or not decision.grant):
        raise InputRefused("say it in words", "text")
    if why := why_not_decided(aside, by.id):
        raise refused(case.life, aside.kind, why, now_ms)
    return _with(case, decided(aside, by=by.id, grant=decision.grant, text=text, now_ms=now_ms), lives, now_ms)


def _offer(case: ReadCase, kind: AsideKind, by: Caller, due: Due, now_ms: int) -> AsideOffer:
    right = _MADE_BY[kind]
    new = Aside(id="", kind=kind, by=by.id, at_ms=now_ms, type="important" if kind == "supervision" else None)
    if why := why_not_made(new, case.asides, case.life, due, now_ms):
        return AsideOffer(kind, why)
    return AsideOffer(kind) if can(by, right, case.scope) else AsideOffer(kind, NOT_YOURS, who_may_have(right))


def _aside(wanted: AsideWanted, aside_id: UUID, by: Caller, seat: Account, now_ms: int) -> Aside:
    text = clean_text(wanted.text, max_chars=1000)
    if wanted.kind == "supervision" and wanted.type is None:
        raise InputRefused("say whether it is for the term, a leader's, or important", "type")
    if wanted.kind != "satisfaction" and not text.strip():
        raise InputRefused("say it in words", "text")
    is_extension, is_answer = wanted.kind == "extension", wanted.kind == "satisfaction"
    if is_extension and (wanted.extra_type is None or wanted.extra_amount is None):
        raise InputRefused("say how much time it adds", "extra_amount")
    if is_answer and wanted.score is None:
        raise InputRefused("say how satisfied the reporter is", "score")
    extra = Limit(wanted.extra_type, wanted.extra_amount) if wanted.extra_type and wanted.extra_amount else None
    return Aside(
        id=str(aside_id),
        kind=wanted.kind,
        by=by.id,
        at_ms=now_ms,
        state="answered" if is_answer else "open",
        org=seat.org,
        type=wanted.type if wanted.kind == "supervision" else None,
        text=text,
        extra=extra if is_extension else None,
        score=wanted.score if is_answer else None,
    )


def _with(case: ReadCase, aside: Aside, lives: Lives, now_ms: int) -> CaseChange:
    case.asides = (*(each for each in case.asides if each.id != aside.id), aside)
    row = AsideRow(UUID(aside.id), aside.kind, aside.state, aside.at_ms, msgspec.json.encode(aside))
    return replace(lives.written(case, now_ms=now_ms), asides=(row,))
