"""How contacts leave a database for good: the contract."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.casework import CaseFile

IsDue = Callable[[CaseFile], bool]
"""Decides whether a case's contact is to be erased, from all that is kept of it; quick and pure."""


class ErasureStore(Protocol):
    """Erases contacts; what was received stays in its chain, by its digest (rule 2 of `storage.base`)."""

    async def with_contact(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Return cases that are over and still have a contact somewhere, by id, those after one."""
        ...

    async def case(self, case: UUID) -> CaseFile | None:
        """Return all that is kept of a case, also of one that was withdrawn."""
        ...

    async def erase(self, case: UUID, is_due: IsDue, now_ms: int) -> tuple[str, ...] | None:
        """Erase a case's contact from its words and from the records that brought it, in one transaction.

        Returns:
            The sealed texts that went, for `left_over`; None where it is not due, or there is no such case.
        """
        ...

    async def left_over(self, erased: Sequence[str]) -> int:
        """Bring what was erased onto the disk, and return how many of these sealed texts its files still hold."""
        ...
