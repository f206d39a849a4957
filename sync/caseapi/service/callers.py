"""Who asks the desk's services: an account with its seats. A right of any of them counts."""

from dataclasses import dataclass

from sync.caseapi.cases.permissions import TABLE, Account, CaseScope, Right, Role, is_within, may, who_may_have
from sync.caseapi.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is signed in.

    Attributes:
        id: of the account.
        seats: what it may act as now; all of one account.
    """

    id: str
    seats: tuple[Account, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return the roles of the seats."""
        return tuple(seat.role for seat in self.seats)


def may_see(by: Caller, scope: CaseScope) -> bool:
    """Return whether a caller may see a case in lists and its page."""
    return can(by, "read_cases", scope)


def may_read_words(by: Caller, scope: CaseScope, *, is_restricted: bool) -> bool:
    """Return whether a caller may read the words of a case: of a restricted one only the handling chain may."""
    return can(by, "read_contact" if is_restricted else "read_cases", scope)


def can(by: Caller, right: Right, scope: CaseScope) -> bool:
    """Return whether any seat has a right in a case."""
    return any(may(seat, right, scope) for seat in by.seats)


def seat_with(by: Caller, right: Right, scope: CaseScope) -> Account:
    """Return the first seat that has a right in a case.

    Raises:
        NotAllowed: none has.
    """
    for seat in by.seats:
        if may(seat, right, scope):
            return seat
    raise NotAllowed(f"no seat of this account has the right to {right} there", who_may_have(right))


def seat_over(by: Caller, right: Right, area: str) -> Account:
    """Return the first seat that has a right in all of an area, by its code.

    Raises:
        NotAllowed: none has.
    """
    for seat in by.seats:
        if TABLE[right].get(seat.role) == "subtree" and is_within(seat.org, area):
            return seat
    raise NotAllowed(f"no seat of this account has the right to {right} there", who_may_have(right))


def holds_any(by: Caller, *rights: Right) -> bool:
    """Return whether a seat has any of some rights at all."""
    return any(role in TABLE[right] for role in by.roles for right in rights)


def seat_with_any(by: Caller, *rights: Right) -> Account:
    """Return the first seat that has any of some rights, wherever.

    Raises:
        NotAllowed: none has.
    """
    for seat in by.seats:
        if any(seat.role in TABLE[right] for right in rights):
            return seat
    raise NotAllowed(f"no seat of this account has the right to {' or '.join(rights)}", who_may_have(rights[0]))


def seat_holding(by: Caller, right: Right) -> Account:
    """Return the first seat that has a right at all, wherever.

    Raises:
        NotAllowed: none has.
    """
    for seat in by.seats:
        if seat.role in TABLE[right]:
            return seat
    raise NotAllowed(f"no seat of this account has the right to {right}", who_may_have(right))
