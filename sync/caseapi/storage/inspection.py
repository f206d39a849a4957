"""The part of the contract by which everything is read again, for `caseapi verify`."""

from collections.abc import Iterator, Sequence
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.casework import CaseFile
from sync.caseapi.storage.rows import HeldRow, MediaRow, ReceiptRow, StreamRow, Totals


class Inspection(Protocol):
    """Reads everything again, for `caseapi verify`; a consistent view while it is open."""

    def streams(self) -> Sequence[StreamRow]:
        """Return every stream, by id."""
        ...

    def held(self, stream: UUID) -> Iterator[HeldRow]:
        """Yield every held record of a stream, in order."""
        ...

    def receipts(self) -> Iterator[ReceiptRow]:
        """Yield every receipt, in the order given."""
        ...

    def media(self) -> Iterator[MediaRow]:
        """Yield every file that a record names, once, by its hash."""
        ...

    def case_files(self) -> Iterator[CaseFile]:
        """Yield every case with its events and where it stands, also those that were withdrawn, by id."""
        ...

    def queues_astray(self) -> Sequence[str]:
        """Return a sentence for each case that is missing in a queue, and one when queues hold what they should not."""
        ...

    def totals(self) -> Totals:
        """Return the counts over the district."""
        ...
