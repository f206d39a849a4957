"""Who handles cases and who helps: organisations that are no part of the tree of districts. Values and the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

OrgKind = Literal["handler", "partner"]


@dataclass(frozen=True, slots=True)
class OrgRow:
    """An organisation.

    Attributes:
        kind: a partner helps and is given no case to lead.
        patch: code of the district, street or community that it works for.
        number: to be called in an emergency; empty for none.
        valid_from, valid_to: days, ``YYYY-MM-DD``; it is given cases from the first until before the second.
    """

    code: str
    kind: OrgKind
    name: str
    patch: str
    number: str = ""
    valid_from: str = "2000-01-01"
    valid_to: str = "9999-12-31"

    def is_valid(self, day: str) -> bool:
        """Return whether it can be given cases on a day."""
        return self.valid_from <= day < self.valid_to


class OrgStore(Protocol):
    """Keeps organisations."""

    async def put(self, orgs: Sequence[OrgRow]) -> None:
        """Write organisations, each in the place of the one with its code."""
        ...

    async def all(self) -> Sequence[OrgRow]:
        """Return every organisation, by code, also those that are over."""
        ...
