"""Versions of the catalogue and the draft of the next one: values and the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version.

    Attributes:
        number: counts from 1.
        from_ms: the moment from which it holds; no two versions have the same.
        account: who published it; empty for the command line.
        body: the whole catalogue, as the service writes it.
    """

    number: int
    from_ms: int
    account: str
    made_ms: int
    note: str
    body: bytes


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A category as it is to be in the next version; `changed_ms` names this state of it."""

    matter: str
    body: bytes
    account: str
    changed_ms: int


class CatalogueStore(Protocol):
    """Keeps what was published for good, and the draft until it is published."""

    async def versions(self) -> Sequence[VersionRow]:
        """Return every version, by number."""
        ...

    async def draft(self) -> Sequence[DraftRow]:
        """Return the draft, by category."""
        ...

    async def put_draft(self, row: DraftRow, expected_ms: int) -> bool:
        """Write a category of the draft; False where it is not in the state that was expected.

        Args:
            expected_ms: `changed_ms` of what is replaced; 0 where nothing is.
        """
        ...

    async def drop_draft(self, matter: str) -> None:
        """Take a category out of the draft."""
        ...

    async def publish(self, versions: Sequence[VersionRow], draft: Sequence[DraftRow]) -> bool:
        """Add versions and take these rows out of the draft, in one transaction.

        Returns:
            False, and nothing is changed, where a number is taken or a row of the draft is another one by now.
        """
        ...
