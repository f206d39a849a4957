"""What somebody may do with a case now, and of everything else why not and who could. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from sync.caseapi.cases.life import CaseLife, shut_because
from sync.caseapi.cases.permissions import Account, CaseScope, Role, may_act, who_may
from sync.caseapi.cases.states import TRANSITIONS, Action, Need

NOT_YOURS = "right"
"""Why not: the action asks for a right that none of the seats has in this case."""

NOT_LEAD = "not_lead"
"""Why not: the case was given to another organisation, and this one only assists."""

HANDLER_ACTIONS: frozenset[Action] = frozenset({"accept", "decline", "done"})
"""Actions of the organisation that leads the handling."""


class Offer(Struct, frozen=True):
    """One action as somebody sees it.

    Attributes:
        why: empty where it can be taken; else ``right``, ``not_lead`` or a word of `Misfit.why`.
        needs: what it must say.
        who: roles that have its right, where the asker has not.
    """

    action: Action
    why: str = ""
    needs: tuple[Need, ...] = ()
    who: tuple[Role, ...] = ()


def offers(life: CaseLife, seats: Sequence[Account], scope: CaseScope, now_ms: int) -> tuple[Offer, ...]:
    """Return every action after the opening, in the order of the table."""
    return tuple(_offer(life, seats, scope, action, now_ms) for action, row in TRANSITIONS.items() if row.sources)


def seat_for(life: CaseLife, seats: Sequence[Account], scope: CaseScope, action: Action) -> Account | None:
    """Return the first of somebody's seats in which an action may be taken, or None."""
    return next((seat for seat in seats if may_act(seat, action, scope) and not is_assisting(life, seat, action)), None)


def is_assisting(life: CaseLife, seat: Account, action: Action) -> bool:
    """Return whether an action of the leading organisation is asked for by one that only assists."""
    return action in HANDLER_ACTIONS and seat.role == "handler" and seat.org in life.assisting


def open_to(life: CaseLife, now_ms: int) -> tuple[tuple[Action, tuple[Role, ...]], ...]:
    """Return what the case allows now, each action with the roles that have its right: for a refusal's sentence."""
    found = (action for action, row in TRANSITIONS.items() if row.sources and not shut_because(life, action, now_ms))
    return tuple((action, who_may(action)) for action in found)


def _offer(life: CaseLife, seats: Sequence[Account], scope: CaseScope, action: Action, now_ms: int) -> Offer:
    needs = TRANSITIONS[action].needs
    if why := shut_because(life, action, now_ms):
        return Offer(action, why, needs)
    if seat_for(life, seats, scope, action) is None:
        is_beside = any(may_act(seat, action, scope) for seat in seats)
        return Offer(action, NOT_LEAD if is_beside else NOT_YOURS, needs, who_may(action))
    return Offer(action, "", needs)
