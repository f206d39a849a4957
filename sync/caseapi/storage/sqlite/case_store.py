"""The `CaseworkStore` of SQLite."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sync.caseapi.storage.casework import CaseFile, Decide, Near, Place, QueueRow, QueueWanted, SaidLine
from sync.caseapi.storage.sqlite import case_events, case_rows
from sync.caseapi.storage.sqlite.arrivals import read_arrivals
from sync.caseapi.storage.sqlite.case_queues import queues_of
from sync.caseapi.storage.sqlite.nearness import read_near
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer


class SqliteCasework:
    """Keeps cases after their report."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def change(self, case: UUID, decide: Decide) -> CaseFile:
        """Let an act decide over a case and write what it decides, in one transaction."""
        return await self._writer.run(
            lambda connection: case_events.change(connection, self._district, case, decide), is_alone=True
        )

    async def file(self, case: UUID) -> CaseFile | None:
        """Return all that is kept of a case, or None."""
        return await self._readers.read(lambda connection: case_events.read_file(connection, self._district, case))

    async def said(self, case: UUID) -> Sequence[SaidLine]:
        """Return what records say of a case, in the order received."""
        return await self._readers.read(lambda connection: case_rows.read_said(connection, self._district, case))

    async def queue(self, wanted: QueueWanted) -> Sequence[QueueRow]:
        """Return cases by rank, then id."""
        return await self._readers.read(lambda connection: case_rows.read_queue(connection, self._district, wanted))

    async def arrived(self, wanted: Sequence[QueueWanted]) -> int:
        """Return how many cases have come into these queues so far."""
        queues = queues_of(self._district, wanted)
        return await self._readers.read(lambda connection: read_arrivals(connection, self._district, queues))

    async def near(self, case: UUID, *, span_ms: int, within_m: float) -> Sequence[Near]:
        """Return the cases of a case's category that may be near it in place and time, itself included."""
        return await self._readers.read(
            lambda connection: read_near(connection, self._district, case, span_ms=span_ms, within_m=within_m)
        )

    async def place(self, building: UUID | None, entrance: UUID | None, matter: str) -> Place | None:
        """Return what is known of a place and a category, or None where the building has no such entrance."""
        return await self._readers.read(
            lambda connection: case_rows.read_place(connection, self._district, building, entrance, matter)
        )

    async def waking(self, now_ms: int) -> Sequence[UUID]:
        """Return the cases whose suspension has ended."""
        return await self._readers.read(lambda connection: case_rows.read_waking(connection, self._district, now_ms))

    async def acts_of(self, actor: str, from_ms: int) -> Mapping[str, int]:
        """Return how many events of each action somebody made since a moment."""
        return await self._readers.read(
            lambda connection: case_rows.read_acts(connection, self._district, actor, from_ms)
        )

    async def all_cases(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Return ids of cases in order, those after one."""
        return await self._readers.read(lambda connection: case_rows.read_ids(connection, self._district, after, limit))
