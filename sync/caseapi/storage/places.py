"""People and places as they change by the day, and who changed them: values and the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.values import FeedChange


@dataclass(frozen=True, slots=True)
class Step:
    """What the tablets are told of an entry from a day on.

    Attributes:
        day: ``YYYY-MM-DD``, the district's.
        type, id: of the entry.
        scope, body: where it stands from then on and what it says; an empty scope ends it.
    """

    day: str
    type: str
    id: str
    scope: str = ""
    body: bytes = b"null"

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what there is one of: type, id, day."""
        return self.type, self.id, self.day


@dataclass(frozen=True, slots=True)
class PlaceAct:
    """Something that somebody did with people, places or tags; kept for good.

    Attributes:
        by: account or, at the server's own command line, the name given there.
        act: one word: import_people, plate_issued, badge_revoked …
        subject: what it was done to: a file, or the digest of a tag with its place or person.
    """

    at_ms: int
    by: str
    act: str
    subject: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """What is written in one transaction: entries told at once, steps of later days, organisations, who did it."""

    entries: Sequence[FeedChange] = ()
    steps: Sequence[Step] = ()
    dropped: Sequence[Step] = ()
    orgs: Sequence[OrgRow] = ()
    acts: Sequence[PlaceAct] = ()


class PlaceStore(Protocol):
    """Keeps what is to change on later days, and who changed what."""

    async def write(self, change: PlaceChange) -> int:
        """Write a change in one transaction; return how many entries were news for tablets."""
        ...

    async def steps(self) -> Sequence[Step]:
        """Return the steps whose day has not begun, by day, type and id."""
        ...

    async def begin_day(self, day: str) -> int:
        """Take the steps of this day and of those before it, in their order; return how many there were."""
        ...

    async def acts(self, limit: int) -> Sequence[PlaceAct]:
        """Return what was done last, newest first."""
        ...

    async def acts_on(self, subject: str) -> Sequence[PlaceAct]:
        """Return what was done to a subject, by the beginning of its words, oldest first."""
        ...
