"""What the desk reads, as SQL over the folded tables."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sync.caseapi.storage.figures import FigureRow, OpenPlace
from sync.caseapi.storage.judged import CaseRow
from sync.caseapi.storage.rows import (
    BuildingRounds,
    FoldLag,
    ForkRow,
    GapRow,
    LookedAt,
    QuarantinedRow,
    ReceiptRow,
    TabletRow,
    WaitingTablet,
)
from sync.caseapi.storage.sqlite.case_figures import read_figures, read_open_places
from sync.caseapi.storage.sqlite.case_rows import newest_cases
from sync.caseapi.storage.sqlite.enrolling import read_waiting
from sync.caseapi.storage.sqlite.feeding import standing
from sync.caseapi.storage.sqlite.gaps import read_forks, read_gaps
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.rounds import read_looked_at, read_rounds
from sync.reference import GridEntry, decode_entry


class SqliteDesk:
    """The `DeskReads` of SQLite."""

    def __init__(self, readers: Readers, district: str, changes: Callable[[], int]) -> None:
        self._readers = readers
        self._district = district
        self._changes = changes

    async def changes(self) -> int:
        """Return a number that grows with every visible change."""
        return self._changes()

    async def cases(self, limit: int = 100) -> Sequence[CaseRow]:
        """Return the newest cases that stand, newest first."""
        return await self._readers.read(lambda connection: newest_cases(connection, self._district, limit))

    async def rounds(self, day: str, *, grid: str = "", community: str = "") -> Sequence[BuildingRounds]:
        """Return every building with its rounds of a day."""
        return await self._readers.read(
            lambda connection: read_rounds(connection, self._district, day, grid=grid, community=community)
        )

    async def looked_at(self, from_day: str, to_day: str, *, within: str = "") -> Sequence[LookedAt]:
        """Return which buildings and entrances somebody was at from one day to another."""
        return await self._readers.read(
            lambda connection: read_looked_at(connection, self._district, from_day, to_day, within=within)
        )

    async def open_places(self, within: str) -> Sequence[OpenPlace]:
        """Return the open cases of an area, by grid, building and state."""
        return await self._readers.read(lambda connection: read_open_places(connection, self._district, within))

    async def figures(
        self, areas: Sequence[str], months: tuple[str, str], *, by_matter: bool = False
    ) -> Sequence[FigureRow]:
        """Return the sums of areas from one month to another, by area, month and matter."""
        return await self._readers.read(
            lambda connection: read_figures(connection, self._district, areas, months, by_matter=by_matter)
        )

    async def receipts(self, limit: int = 100) -> Sequence[ReceiptRow]:
        """Return the newest receipts, newest first."""
        return await self._readers.read(lambda connection: _receipts(connection, self._district, limit))

    async def tablets(self) -> Sequence[TabletRow]:
        """Return every tablet, by grid, then id."""
        return await self._readers.read(lambda connection: _tablets(connection, self._district))

    async def grids(self) -> Sequence[tuple[str, GridEntry]]:
        """Return the id and entry of every grid, by id."""
        return await self._readers.read(lambda connection: tuple(_grids(connection, self._district).items()))

    async def lag(self) -> FoldLag:
        """Return how far the read tables are behind."""
        return await self._readers.read(lambda connection: fold_lag(connection, self._district))

    async def quarantined(self) -> Sequence[QuarantinedRow]:
        """Return how many records of each tablet are kept apart for which reason."""
        return await self._readers.read(lambda connection: _quarantined(connection, self._district))

    async def gaps(self) -> Sequence[GapRow]:
        """Return what no copy can bring back, the newest first."""
        return await self._readers.read(lambda connection: read_gaps(connection, self._district))

    async def forks(self) -> Sequence[ForkRow]:
        """Return the streams that go on where another one forked, the newest first."""
        return await self._readers.read(lambda connection: read_forks(connection, self._district))

    async def waiting(self, now_ms: int) -> Sequence[WaitingTablet]:
        """Return the tablets that wait for the desk, the longest first."""
        return await self._readers.read(lambda connection: read_waiting(connection, self._district, now_ms))


def fold_lag(connection: sqlite3.Connection, district: str) -> FoldLag:
    """Return how many held records wait to be judged, and since when."""
    records, oldest_ms = connection.execute(
        "select coalesce(sum(watermark - judged_to), 0), min((select received_ms from inbox"
        " where inbox.district_id = stream.district_id and inbox.stream = stream.stream and n = judged_to + 1))"
        " from stream where district_id = ? and judged_to < watermark",
        (district,),
    ).fetchone()
    return FoldLag(records, oldest_ms)


def _grids(connection: sqlite3.Connection, district: str) -> dict[str, GridEntry]:
    entries = {key[2]: decode_entry("grid", body) for key, body in standing(connection, district, ["grid"]).items()}
    return {grid: entry for grid, entry in sorted(entries.items()) if isinstance(entry, GridEntry)}


def _receipts(connection: sqlite3.Connection, district: str, limit: int) -> list[ReceiptRow]:
    rows = connection.execute(
        "select code, stream, receipt.device, coalesce(grid, ''), watermark, time_s, signed"
        " from receipt left join device using (district_id, device)"
        " where receipt.district_id = ? order by given desc limit ?",
        (district, limit),
    )
    return [ReceiptRow(code, UUID(bytes=stream), UUID(bytes=device), *rest) for code, stream, device, *rest in rows]


def _quarantined(connection: sqlite3.Connection, district: str) -> list[QuarantinedRow]:
    rows = connection.execute(
        "select device, reason, count(*) from place_verdict where district_id = ? and verdict <> 'duplicate'"
        " group by device, reason order by device, reason",
        (district,),
    )
    return [QuarantinedRow(UUID(bytes=device), reason, records) for device, reason, records in rows]


def _tablets(connection: sqlite3.Connection, district: str) -> list[TabletRow]:
    rows = connection.execute(
        "select device, grid, status, coalesce(app, ''), last_exchange_ms, coalesce(unsettled, 0), oldest_unsettled,"
        " coalesce(quarantined, 0), free_bytes, last_fault,"
        " (select count(*) from place_verdict where place_verdict.district_id = device.district_id"
        "  and place_verdict.device = device.device and verdict = 'quarantined'),"
        " (select count(*) from shift where shift.district_id = device.district_id and shift.device = device.device"
        "  and ended_by is null and is_void = 0),"
        " (select coalesce(sum(watermark), 0) from stream where stream.district_id = device.district_id"
        "  and stream.device = device.device),"
        " coalesce((select code from receipt where receipt.district_id = device.district_id"
        "  and receipt.device = device.device order by given desc limit 1), ''), clock_offset_ms, is_wiped,"
        " (select count(distinct sha256) from media_ref where media_ref.district_id = device.district_id"
        "  and media_ref.device = device.device and is_owed = 1)"
        " from device left join device_hello using (district_id, device)"
        " where district_id = ? order by grid, device",
        (district,),
    )
    return [_tablet(row) for row in rows]


def _tablet(row: tuple[Any, ...]) -> TabletRow:
    device, grid, status, app, last_exchange_ms, unsettled, oldest_unsettled, quarantined, *rest = row
    free_bytes, last_fault, quarantined_here, open_shifts, held, receipt_code, *more = rest
    clock_offset_ms, is_wiped, media_owed = more
    return TabletRow(
        device=UUID(bytes=device),
        grid=grid,
        status=status,
        app=app,
        last_exchange_ms=last_exchange_ms,
        unsettled=unsettled,
        oldest_unsettled=oldest_unsettled,
        quarantined=quarantined,
        quarantined_here=quarantined_here,
        free_bytes=free_bytes,
        last_fault=last_fault,
        open_shifts=open_shifts,
        held=held,
        receipt_code=receipt_code,
        clock_offset_ms=clock_offset_ms,
        is_wiped=bool(is_wiped),
        media_owed=media_owed,
    )
