"""The contract of what a storage knows of files; where they lie is the matter of `blobs` and `staging`."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.values import NamedMedia

DESK_DEVICE = UUID(int=0)
"""Stands for the desk where a tablet's id names who has a file."""


class MediaStore(Protocol):
    """Knows which files records name, and which of them are held."""

    async def named(self, device: UUID, sha256: str) -> NamedMedia | None:
        """Return what is known of a file that stored records name, or None when none does.

        What this tablet's own records say counts first. Another's count, too: a tablet that lost its key still has the
        photos of what it sent under the old one.
        """
        ...

    async def keep(self, sha256: str, size_bytes: int, now_ms: int) -> None:
        """Remember that a file is held whole: nobody owes it any more."""
        ...

    async def owe_again(self, sha256: str) -> int:
        """Forget that a file is held, because it is gone: whoever named it owes it again; return how many tablets."""
        ...

    async def held_of(self, device: UUID, since_ms: int) -> Sequence[str]:
        """Return the names of the files that a tablet's records named since a moment and that are held."""
        ...

    async def is_shown(self, sha256: str) -> bool:
        """Tell whether a case that stands and is not restricted shows a file."""
        ...
