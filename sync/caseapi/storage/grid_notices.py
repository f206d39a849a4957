"""What desks tell everybody of the grids of an area: values and the contract. Nobody keeps who has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice.

    Attributes:
        area: code of the district, street, community or grid whose grids it went to.
        org: code of the desk that says it, and `desk` its name; never a person.
        account: who sent it, for the auditor alone.
        until_ms: the end of its last day.
        ends_ms: when it ends: with its last day, or when it was withdrawn.
        withdrawn_by: account that withdrew it, empty for one that was not withdrawn.
        grids: how many grids it went to.
    """

    id: UUID
    area: str
    org: str
    desk: str
    text: str
    is_urgent: bool
    at_ms: int
    until_ms: int
    account: str
    ends_ms: int
    withdrawn_by: str = ""
    grids: int = 0


class NoticeStore(Protocol):
    """Keeps notices, and tells the grids of their areas."""

    async def send(self, notice: NoticeRow, body: bytes) -> NoticeRow:
        """Keep a notice and tell every grid that its area has now, in one transaction.

        Args:
            body: of the feed's entry, whose id is the notice's.

        Returns:
            The notice as it is kept; where one with its id was sent before, that one, and nothing is changed.
        """
        ...

    async def withdraw(self, notice: UUID, account: str, now_ms: int) -> bool:
        """End a notice now and take it out of every feed, in one transaction.

        Returns:
            False, and nothing is changed, where there is none that still stands.
        """
        ...

    async def end(self, now_ms: int) -> int:
        """Take what has ended out of every feed, in one transaction; return how many notices there were."""
        ...

    async def get(self, notice: UUID) -> NoticeRow | None:
        """Return a notice, or None."""
        ...

    async def standing(self, areas: Sequence[str], now_ms: int) -> Sequence[NoticeRow]:
        """Return what has not ended and is told to a grid of these areas: urgent ones first, then the newest."""
        ...

    async def ended(self, areas: Sequence[str], now_ms: int, limit: int) -> Sequence[NoticeRow]:
        """Return what was told to a grid of these areas and has ended, what ended last first."""
        ...
