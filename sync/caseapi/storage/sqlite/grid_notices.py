"""The `NoticeStore` of SQLite."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sync.caseapi.storage.exporting import ExportSpan
from sync.caseapi.storage.grid_notices import NoticeRow
from sync.caseapi.storage.sqlite import feeding
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer
from sync.caseapi.storage.values import FeedChange

NOTICE = "notice"
"""Type of the feed's entries."""

_COLUMNS = "id, area, org, desk, text, is_urgent, at_ms, until_ms, account, ends_ms, withdrawn_by, grids"
_ONE = f"select {_COLUMNS} from grid_notice where district_id = ? and id = ?"  # noqa: S608 - our own words
_AFTER_ALL = "\U0010ffff"
"""Behind every code that begins as another one does."""


class SqliteGridNotices:
    """Keeps notices, and tells the grids of their areas."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def send(self, notice: NoticeRow, body: bytes) -> NoticeRow:
        """Keep a notice and tell every grid that its area has now, in one transaction."""

        def work(connection: sqlite3.Connection) -> NoticeRow:
            kept = _one(connection, self._district, notice.id)
            if kept is not None:
                return kept
            grids = _grids(connection, self._district, notice.area)
            told = [FeedChange(f"grid:{grid}", NOTICE, str(notice.id), body) for grid in grids]
            feeding.publish(connection, self._district, told)
            sent = replace(notice, grids=len(grids))
            _insert(connection, self._district, sent)
            return sent

        return await self._writer.run(work, is_alone=True)

    async def withdraw(self, notice: UUID, account: str, now_ms: int) -> bool:
        """End a notice now and take it out of every feed, in one transaction."""

        def work(connection: sqlite3.Connection) -> bool:
            kept = _one(connection, self._district, notice)
            if kept is None or kept.ends_ms <= now_ms:
                return False
            connection.execute(
                "update grid_notice set ends_ms = ?, withdrawn_by = ? where district_id = ? and id = ?",
                (now_ms, account, self._district, notice.bytes),
            )
            self._untell(connection, notice)
            return True

        return await self._writer.run(work, is_alone=True)

    async def end(self, now_ms: int) -> int:
        """Take what has ended out of every feed, in one transaction; return how many notices there were."""

        def over(connection: sqlite3.Connection) -> list[UUID]:
            rows = connection.execute(
                "select id from grid_notice where district_id = ? and is_told = 1 and ends_ms <= ?"
                " order by ends_ms, id",
                (self._district, now_ms),
            )
            return [UUID(bytes=bytes(notice)) for (notice,) in rows]

        def work(connection: sqlite3.Connection) -> int:
            due = over(connection)
            for notice in due:
                self._untell(connection, notice)
            return len(due)

        if not await self._readers.read(over):
            return 0
        return await self._writer.run(work, is_alone=True)

    async def get(self, notice: UUID) -> NoticeRow | None:
        """Return a notice, or None."""
        return await self._readers.read(lambda connection: _one(connection, self._district, notice))

    async def standing(self, areas: Sequence[str], now_ms: int) -> Sequence[NoticeRow]:
        """Return what has not ended and is told to a grid of these areas: urgent ones first, then the newest."""
        where, given = _reaching(areas)
        return await self._rows(
            f"ends_ms > ? and ({where}) order by is_urgent desc, at_ms desc, id desc", (now_ms, *given)
        )

    async def ended(self, areas: Sequence[str], now_ms: int, limit: int) -> Sequence[NoticeRow]:
        """Return what was told to a grid of these areas and has ended, what ended last first."""
        where, given = _reaching(areas)
        return await self._rows(
            f"ends_ms <= ? and ({where}) order by ends_ms desc, id desc limit ?", (now_ms, *given, limit)
        )

    async def _rows(self, rest: str, given: tuple[object, ...]) -> list[NoticeRow]:
        query = f"select {_COLUMNS} from grid_notice where district_id = ? and {rest}"  # noqa: S608 - our own words
        return await self._readers.read(
            lambda connection: [_row(row) for row in connection.execute(query, (self._district, *given))]
        )

    def _untell(self, connection: sqlite3.Connection, notice: UUID) -> None:
        gone = feeding.in_one_scope(connection, self._district, (NOTICE, str(notice)), None)
        feeding.publish(connection, self._district, gone)
        connection.execute(
            "update grid_notice set is_told = 0 where district_id = ? and id = ?", (self._district, notice.bytes)
        )


def read_sent(connection: sqlite3.Connection, district: str, span: ExportSpan) -> Iterator[NoticeRow]:
    """Yield the notices that were told to a grid of the patches and sent within the span, in that order."""
    where, given = ("1 = 1", ()) if "" in span.patches else _reaching(span.patches)
    rows = connection.execute(
        f"select {_COLUMNS} from grid_notice where district_id = ? and at_ms >= ? and at_ms < ? and ({where})"  # noqa: S608 - our own words
        " order by at_ms, id",
        (district, span.from_ms, span.to_ms, *given),
    )
    return map(_row, rows)


def _grids(connection: sqlite3.Connection, district: str, area: str) -> list[str]:
    rows = connection.execute(
        "select distinct id from feed_entry where district_id = ? and type = 'grid' and id >= ? and id < ?"
        " and is_replaced = 0 and op = 'put' order by id",
        (district, area, area + _AFTER_ALL),
    )
    return [grid for (grid,) in rows]


def _insert(connection: sqlite3.Connection, district: str, notice: NoticeRow) -> None:
    connection.execute(
        f"insert into grid_notice (district_id, {_COLUMNS}, is_told) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
        (
            district,
            notice.id.bytes,
            notice.area,
            notice.org,
            notice.desk,
            notice.text,
            int(notice.is_urgent),
            notice.at_ms,
            notice.until_ms,
            notice.account,
            notice.ends_ms,
            notice.withdrawn_by,
            notice.grids,
            1,
        ),
    )


def _one(connection: sqlite3.Connection, district: str, notice: UUID) -> NoticeRow | None:
    row = connection.execute(_ONE, (district, notice.bytes)).fetchone()
    return None if row is None else _row(row)


def _row(row: Sequence[Any]) -> NoticeRow:
    notice, area, org, desk, text, is_urgent, *rest = row
    return NoticeRow(UUID(bytes=bytes(notice)), area, org, desk, text, bool(is_urgent), *rest)


def _reaching(areas: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the condition that an area of a notice lies in one of these areas, or around one."""
    conditions: list[str] = ["1 = 0"]
    given: list[str] = []
    for area in areas:
        around = [area[:digits] for digits in range(1, len(area) + 1)]
        conditions.append(f"area >= ? and area < ? or area in ({', '.join('?' * len(around))})")
        given += [area, area + _AFTER_ALL, *around]
    return " or ".join(conditions), tuple(given)
