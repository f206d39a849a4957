"""How much of a photo one request carries: halved when it was too much, grown back when it was not."""

from sync.media import MAX_PART_BYTES

SMALLEST_PART_BYTES = 16 * 1024
"""A smaller part than this is not what fails."""


class PartSize:
    """The present size in bytes; remembered from one sync to the next."""

    def __init__(self, first_bytes: int) -> None:
        self.size_bytes = first_bytes

    @property
    def is_smallest(self) -> bool:
        """Tell whether it cannot be halved any more."""
        return self.size_bytes <= SMALLEST_PART_BYTES

    def halve(self) -> None:
        """Make it half as much, at least the smallest."""
        self.size_bytes = max(SMALLEST_PART_BYTES, self.size_bytes // 2)

    def grow(self) -> None:
        """Make it twice as much, at most what the protocol allows."""
        self.size_bytes = min(MAX_PART_BYTES, self.size_bytes * 2)
