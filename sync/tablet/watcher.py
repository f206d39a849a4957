"""Who hears how a sync goes."""

from typing import Protocol

from sync.journal import SyncPhase


class Watcher(Protocol):
    """Hears how a session goes, and may end it."""

    def phase(self, phase: SyncPhase) -> None:
        """Hear what is being done now."""
        ...

    def settled(self, sent: int, total: int) -> None:
        """Hear how many of the records that were waiting are proven stored."""
        ...

    def photos(self, sent: int, total: int) -> None:
        """Hear how many of the photos that were waiting have been sent whole."""
        ...

    def photo_bytes(self, came: int, left: int) -> None:
        """Hear how many bytes of photos have gone up since they began, and how many are left; 0 and all at first."""
        ...

    def fetched(self, done_bytes: int, total_bytes: int) -> None:
        """Hear how much of a download has come, and how much it is; 0 where nobody knows that."""
        ...

    def is_stopping(self) -> bool:
        """Tell whether to break off before the next exchange."""
        ...
