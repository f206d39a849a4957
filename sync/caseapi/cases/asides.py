"""What stands beside a case's life: supervision, extensions, appeals, the reporter's satisfaction. Pure.

None of them is a state. A supervision asks for a reply; an extension, asked before the case is due, adds to its limit;
an appeal, once and after the close, exempts a case that was late: the fact that it was late stays.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from sync.caseapi.cases.life import CaseLife
from sync.caseapi.cases.limits import MOST_EXTENSIONS, Due
from sync.caseapi.cases.timers import Limit

AsideKind = Literal["supervision", "extension", "appeal", "satisfaction"]

AsideState = Literal["open", "granted", "refused", "answered"]

SupervisionType = Literal["timeout", "leader", "important"]

APPEAL_REVIEWERS = 2
"""Reviewers who must agree before a late case is exempt."""


class Aside(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row beside a case.

    Attributes:
        type: of a supervision.
        by: account that made it; `org` is who it acted for.
        text: what is required, or why it is asked for.
        extra: time that an extension adds.
        deciders: accounts that decided so far, in order.
        reply: what was answered or decided, in words.
        score: of a satisfaction: 1 not satisfied, 2 satisfied, 3 very.
    """

    id: str
    kind: AsideKind
    by: str
    at_ms: int
    state: AsideState = "open"
    org: str = ""
    type: SupervisionType | None = None
    text: str = ""
    extra: Limit | None = None
    deciders: tuple[str, ...] = ()
    decided_ms: int | None = None
    reply: str = ""
    score: int | None = None


def granted_time(asides: Sequence[Aside]) -> tuple[Limit, ...]:
    """Return what approved extensions add to a case's limit."""
    return tuple(each.extra for each in asides if each.kind == "extension" and each.state == "granted" and each.extra)


def is_exempt(asides: Sequence[Aside]) -> bool:
    """Return whether an appeal was approved."""
    return any(each.kind == "appeal" and each.state == "granted" for each in asides)


def why_not_made(new: Aside, asides: Sequence[Aside], life: CaseLife, due: Due, now_ms: int) -> str:
    """Return why a row cannot stand beside a case now; empty when it can."""
    same = [each for each in asides if each.kind == new.kind]
    if any(each.state == "open" for each in same) and new.kind != "supervision":
        return "open_already"
    match new.kind:
        case "supervision":
            is_late = due.is_overdue(life, now_ms) or due.is_stage_overdue(now_ms)
            return "not_overdue" if new.type == "timeout" and not is_late else _unless_open(life)
        case "extension":
            return _why_no_extension(same, life, due, now_ms)
        case "appeal":
            if life.state != "closed" or not due.is_overdue(life, now_ms):
                return "not_late_and_closed"
            return "once" if same else ""
        case "satisfaction":
            return "not_closed" if life.state != "closed" else "once" if same else ""
    raise AssertionError(new.kind)


def why_not_decided(aside: Aside, by: str) -> str:
    """Return why somebody cannot decide a row or answer it; empty when he can."""
    if aside.state != "open":
        return "decided"
    if aside.kind in ("extension", "appeal") and by == aside.by:
        return "own"
    return "twice" if by in aside.deciders else ""


def decided(aside: Aside, *, by: str, grant: bool, text: str, now_ms: int) -> Aside:
    """Return a row after somebody's word on it; an appeal is granted by the second reviewer only."""
    deciders = (*aside.deciders, by)
    state: AsideState
    if aside.kind == "supervision":
        state = "answered"
    elif not grant:
        state = "refused"
    else:
        is_enough = aside.kind != "appeal" or len(deciders) >= APPEAL_REVIEWERS
        state = "granted" if is_enough else "open"
    return msgspec.structs.replace(aside, state=state, deciders=deciders, decided_ms=now_ms, reply=text)


def _unless_open(life: CaseLife) -> str:
    return "" if life.ended_ms is None else "ended"


def _why_no_extension(same: Sequence[Aside], life: CaseLife, due: Due, now_ms: int) -> str:
    if life.state not in ("dispatched", "handling") or due.case_ms is None:
        return "not_handling"
    if now_ms >= due.case_ms:
        return "too_late"
    return "extended_twice" if sum(each.state == "granted" for each in same) >= MOST_EXTENSIONS else ""
