"""The state of a case is the fold of its events. Pure.

An event that does not fit (a tablet was offline while the desk decided otherwise) is kept beside the life, with the
reason, for the desk to look at; it changes nothing and is never dropped.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.states import LEVELS, TRANSITIONS, VOID_REASONS, Action, CaseState, Level, actions_from
from sync.caseapi.cases.timers import DAY_MS

MOST_DECLINES = 2
"""After so many refusals of handlers the next level decides who is to do it."""

MOST_SUSPENDED_MS = 365 * DAY_MS
"""Longest suspension; a case is suspended once."""

REOPEN_MS = 30 * DAY_MS
"""How long after its end a case can be opened again."""

REOPEN_SELF_RESOLVED_MS = 7 * DAY_MS
"""The same for one that was solved on the spot."""


class Pause(Struct, frozen=True):
    """A span in which the case's clock stands; `to_ms` is None while it lasts."""

    from_ms: int
    to_ms: int | None = None


class CaseLife(Struct, frozen=True, kw_only=True):
    """Where a case stands.

    Attributes:
        version: how many events fitted; what a desk expects when it acts.
        level: whose queue it is in.
        org: organisation that it was given to; `assisting` came with it.
        since_ms: when the present state began.
        filed_ms: when the handling clock began: at filing, and anew when the case was opened again.
        declines: refusals of handlers since the case came up to this level.
        pauses: spans in which that clock stood.
        intake_pauses: the same for the clock until filing.
    """

    state: CaseState
    version: int
    level: Level
    reported_ms: int
    since_ms: int
    org: str = ""
    assisting: tuple[str, ...] = ()
    condition: str = ""
    filed_ms: int | None = None
    accepted_ms: int | None = None
    handled_ms: int | None = None
    ended_ms: int | None = None
    declines: int = 0
    reworks: int = 0
    reopened: int = 0
    is_self_resolved: bool = False
    was_suspended: bool = False
    suspended_until_ms: int | None = None
    duplicate_of: str = ""
    pauses: tuple[Pause, ...] = ()
    intake_pauses: tuple[Pause, ...] = ()


class Misfit(Struct, frozen=True):
    """An event that changes nothing, and why.

    Attributes:
        why: stable words: ``state``, ``missing``, ``declined_twice``, ``suspended_once``, ``too_long``, ``too_late``,
            ``same_level``, ``void_reason``, ``began``, ``not_begun``.
        missing: what it should have said.
        allowed: actions that the case's state allows.
    """

    event: CaseEvent
    why: str
    missing: tuple[str, ...] = ()
    allowed: tuple[Action, ...] = ()


class History(Struct, frozen=True):
    """A case's life and what did not fit into it; no life when the first event is missing."""

    life: CaseLife | None
    misfits: tuple[Misfit, ...] = ()


def fold(events: Iterable[CaseEvent]) -> History:
    """Return what a case's events come to, in the order given."""
    life: CaseLife | None = None
    misfits: list[Misfit] = []
    for event in events:
        stepped = step(life, event)
        if isinstance(stepped, Misfit):
            misfits.append(stepped)
        else:
            life = stepped
    return History(life, tuple(misfits))


def step(life: CaseLife | None, event: CaseEvent) -> CaseLife | Misfit:
    """Return the life after an event, or why the event does not fit."""
    row = TRANSITIONS[event.action]
    missing = tuple(need for need in row.needs if not event.says(need))
    if life is None:
        return (
            _misfit(event, "missing" if missing else "not_begun", None, missing)
            if row.sources
            else _begun(event, missing)
        )
    if not row.sources:
        return _misfit(event, "began", life)
    if life.state not in row.sources:
        return _misfit(event, "state", life)
    if missing:
        return _misfit(event, "missing", life, missing)
    if why := _refusal(life, event):
        return _misfit(event, why, life)
    moved = msgspec.structs.replace(
        life,
        version=life.version + 1,
        state=row.target or life.state,
        since_ms=life.since_ms if row.target is None else event.received_ms,
    )
    return _EFFECTS[event.action](life, moved, event) if event.action in _EFFECTS else moved


def allowed_actions(life: CaseLife, now_ms: int) -> tuple[Action, ...]:
    """Return the actions that the case allows now, whoever asks."""
    return tuple(action for action in actions_from(life.state) if not _is_shut(life, action, now_ms))


def shut_because(life: CaseLife, action: Action, now_ms: int) -> str:
    """Return why an action is not possible now, as `Misfit.why` says it; empty when it is."""
    if life.state not in TRANSITIONS[action].sources:
        return "state"
    return _is_shut(life, action, now_ms)


def _begun(event: CaseEvent, missing: Sequence[str]) -> CaseLife | Misfit:
    if missing:
        return _misfit(event, "missing", None, missing)
    is_self_resolved = event.action == "self_resolve"
    return CaseLife(
        state="closed" if is_self_resolved else "reported",
        version=1,
        level=event.level or "community",
        reported_ms=event.at_ms,
        since_ms=event.received_ms,
        ended_ms=event.received_ms if is_self_resolved else None,
        is_self_resolved=is_self_resolved,
    )


def _refusal(life: CaseLife, event: CaseEvent) -> str:
    if why := _is_shut(life, event.action, event.received_ms):
        return why
    if event.action == "void":
        is_whole = event.reason in VOID_REASONS and (event.reason != "duplicate" or event.target is not None)
        return "" if is_whole else "void_reason"
    if event.action == "suspend" and event.until_ms is not None:
        return "" if event.received_ms < event.until_ms <= event.received_ms + MOST_SUSPENDED_MS else "too_long"
    if event.action == "transfer_level" and event.to_level == life.level:
        return "same_level"
    return ""


def _is_shut(life: CaseLife, action: Action, now_ms: int) -> str:
    if action == "dispatch" and life.declines >= MOST_DECLINES and life.level != LEVELS[-1]:
        return "declined_twice"
    if action == "suspend" and life.was_suspended:
        return "suspended_once"
    if action == "reopen" and life.ended_ms is not None:
        within_ms = REOPEN_SELF_RESOLVED_MS if life.is_self_resolved and not life.reopened else REOPEN_MS
        return "" if now_ms <= life.ended_ms + within_ms else "too_late"
    return ""


def _misfit(event: CaseEvent, why: str, life: CaseLife | None, missing: Sequence[str] = ()) -> Misfit:
    allowed = () if life is None else allowed_actions(life, event.received_ms)
    return Misfit(event, why, tuple(missing), allowed)


def _paused(pauses: tuple[Pause, ...], at_ms: int) -> tuple[Pause, ...]:
    return (*pauses, Pause(at_ms))


def _resumed(pauses: tuple[Pause, ...], at_ms: int) -> tuple[Pause, ...]:
    *before, last = pauses
    return (*before, Pause(last.from_ms, max(at_ms, last.from_ms)))


def _asked_verify(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, intake_pauses=_paused(moved.intake_pauses, event.received_ms))


def _answered_verify(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, intake_pauses=_resumed(moved.intake_pauses, event.received_ms))


def _voided(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    target = str(event.target) if event.reason == "duplicate" and event.target else ""
    return msgspec.structs.replace(moved, ended_ms=event.received_ms, duplicate_of=target)


def _filed(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, filed_ms=event.received_ms, condition=event.condition)


def _dispatched(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, org=event.to_org, assisting=event.assisting, accepted_ms=None)


def _declined(_: CaseLife, moved: CaseLife, __: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, declines=moved.declines + 1, org="", assisting=())


def _accepted(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, accepted_ms=event.received_ms)


def _done(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, handled_ms=event.received_ms)


def _reworked(_: CaseLife, moved: CaseLife, __: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, reworks=moved.reworks + 1, handled_ms=None)


def _suspended(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(
        moved,
        was_suspended=True,
        suspended_until_ms=event.until_ms,
        pauses=_paused(moved.pauses, event.received_ms),
    )


def _woken(life: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    # Whoever notices late: the suspension ended when it was to end.
    until_ms = min(event.received_ms, life.suspended_until_ms or event.received_ms)
    return msgspec.structs.replace(moved, suspended_until_ms=None, pauses=_resumed(moved.pauses, until_ms))


def _closed(_: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    return msgspec.structs.replace(moved, ended_ms=event.received_ms)


def _reopened(life: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    # Nobody was ever given a case that was solved on the spot: it goes to the desk as if reported now.
    was_given = bool(life.org)
    return msgspec.structs.replace(
        moved,
        state="handling" if was_given else "reported",
        reopened=life.reopened + 1,
        ended_ms=None,
        handled_ms=None,
        filed_ms=event.received_ms if was_given else None,
        reported_ms=life.reported_ms if was_given else event.received_ms,
        was_suspended=False,
        pauses=(),
        intake_pauses=(),
    )


def _transferred(life: CaseLife, moved: CaseLife, event: CaseEvent) -> CaseLife:
    level = event.to_level or life.level
    is_upward = LEVELS.index(level) > LEVELS.index(life.level)
    return msgspec.structs.replace(moved, level=level, declines=0 if is_upward else life.declines)


_EFFECTS: dict[Action, Callable[[CaseLife, CaseLife, CaseEvent], CaseLife]] = {
    "ask_verify": _asked_verify,
    "answer_verify": _answered_verify,
    "void": _voided,
    "file": _filed,
    "dispatch": _dispatched,
    "decline": _declined,
    "accept": _accepted,
    "done": _done,
    "rework": _reworked,
    "suspend": _suspended,
    "resume": _woken,
    "close": _closed,
    "reopen": _reopened,
    "transfer_level": _transferred,
}
