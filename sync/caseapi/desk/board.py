"""One reading of the database for everybody who looks at the desk."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.storage.desk_reads import DeskReads
from sync.caseapi.storage.judged import CaseRow
from sync.caseapi.storage.rows import (
    BuildingRounds,
    FoldLag,
    ForkRow,
    GapRow,
    QuarantinedRow,
    ReceiptRow,
    TabletRow,
    WaitingTablet,
)
from sync.reference import GridEntry

MIN_AGE_MS = 1_000
"""A reading is shared at least this long: at the end of a shift every second brings changes, and every viewer asks."""

CASES_READ = 100
"""Newest cases read."""

RECEIPTS_READ = 100
"""Newest receipts read."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the desk shows of one moment.

    Attributes:
        changes: the database's counter, read before all else: what is newer is shown at the next reading.
        day: ``YYYY-MM-DD`` of the rounds, in the district's time zone.
    """

    changes: int
    day: str
    cases: Sequence[CaseRow]
    rounds: Sequence[BuildingRounds]
    receipts: Sequence[ReceiptRow]
    tablets: Sequence[TabletRow]
    grids: Mapping[str, GridEntry]
    lag: FoldLag
    quarantined: Sequence[QuarantinedRow] = ()
    gaps: Sequence[GapRow] = ()
    forks: Sequence[ForkRow] = ()
    waiting: Sequence[WaitingTablet] = ()


class Board:
    """Reads when something changed, and shares the reading."""

    def __init__(self, reads: DeskReads, now_ms: Callable[[], int]) -> None:
        self._reads = reads
        self._now_ms = now_ms
        self._lock = asyncio.Lock()
        self._latest: Snapshot | None = None
        self._read_at_ms = 0

    async def snapshot(self, day: str) -> Snapshot:
        """Return a reading of a day that is at most `MIN_AGE_MS` behind the database."""
        async with self._lock:
            latest = self._latest
            if latest is not None and latest.day == day and 0 <= self._now_ms() - self._read_at_ms < MIN_AGE_MS:
                return latest
            changes = await self._reads.changes()
            if latest is None or latest.day != day or latest.changes != changes:
                latest = self._latest = await self._read(changes, day)
            self._read_at_ms = self._now_ms()
            return latest

    async def _read(self, changes: int, day: str) -> Snapshot:
        reads = self._reads
        return Snapshot(
            changes=changes,
            day=day,
            cases=await reads.cases(CASES_READ),
            rounds=await reads.rounds(day),
            receipts=await reads.receipts(RECEIPTS_READ),
            tablets=await reads.tablets(),
            grids=dict(await reads.grids()),
            lag=await reads.lag(),
            quarantined=await reads.quarantined(),
            gaps=await reads.gaps(),
            forks=await reads.forks(),
            waiting=await reads.waiting(self._now_ms()),
        )
