"""The `ExportStore` of SQLite: a connection of its own for each view, so that rows leave as they are read."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.casework import AsideRow, CaseFile, SaidLine
from sync.caseapi.storage.catalogue import VersionRow
from sync.caseapi.storage.exporting import CheckInFact, DayEvent, ExportSpan, OpenTerm, Taken, VisitFact
from sync.caseapi.storage.grid_notices import NoticeRow
from sync.caseapi.storage.orgs import OrgRow
from sync.caseapi.storage.rows import BuildingRounds
from sync.caseapi.storage.sqlite.case_events import read_file
from sync.caseapi.storage.sqlite.case_rows import read_said
from sync.caseapi.storage.sqlite.catalogue import read_versions
from sync.caseapi.storage.sqlite.connection import connect_reading
from sync.caseapi.storage.sqlite.feeding import standing
from sync.caseapi.storage.sqlite.grid_notices import read_sent
from sync.caseapi.storage.sqlite.orgs import read_orgs
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.rounds import read_rounds
from sync.caseapi.storage.sqlite.writer import Writer

_View = TypeVar("_View")


@contextmanager
def sqlite_view(path: Path, district: str, kind: Callable[[sqlite3.Connection, str], _View]) -> Iterator[_View]:
    """Give a view of this moment.

    Args:
        kind: makes the view over a connection that only reads.

    Raises:
        DatabaseMissing: there is no database.
        StorageFailed: it cannot be read.
    """
    connection = connect_reading(path)
    try:
        connection.execute("begin")
        yield kind(connection, district)
    except sqlite3.Error as exc:
        raise StorageFailed(f"the database could not be read: {exc}") from exc
    finally:
        connection.close()


class SqliteExportView:
    """The `ExportView` of SQLite."""

    def __init__(self, connection: sqlite3.Connection, district: str) -> None:
        self._connection = connection
        self._district = district

    def cases(self, span: ExportSpan) -> Iterator[CaseFile]:
        """Yield the cases that stand with their events, by time received, then id."""
        where, given = _of_patches("cases.grid", span.patches)
        for org in span.orgs:
            where += " or instr(' ' || case_handling.orgs || ' ', ?) > 0"
            given.append(f" {org} ")
        rows = self._connection.execute(
            "select cases.id from cases join case_handling on case_handling.district_id = cases.district_id"  # noqa: S608 - our own words
            " and case_handling.case_id = cases.id where cases.district_id = ? and is_void = 0"
            f" and received_ms >= ? and received_ms < ? and ({where}) order by received_ms, cases.id",
            (self._district, span.from_ms, span.to_ms, *given),
        )
        for (case,) in rows:
            kept = read_file(self._connection, self._district, UUID(bytes=case))
            if kept is not None:
                yield kept

    def said(self, case: UUID) -> Sequence[SaidLine]:
        """Return what records say of a case, in the order received."""
        return read_said(self._connection, self._district, case)

    def notices(self, span: ExportSpan) -> Iterator[NoticeRow]:
        """Yield the notices that were told to a grid of the patches and sent within the span, in that order."""
        return read_sent(self._connection, self._district, span)

    def check_ins(self, span: ExportSpan) -> Iterator[CheckInFact]:
        """Yield check-ins that stand, by day and building."""
        # Sorted by what was found, so that the order tells nothing of who went where after whom.
        for day in self.round_days(span):
            rows = self._of_day("check_in", day, span, "round, result, method, geofence, clock")
            for grid, building, entrance, *rest in rows:
                yield CheckInFact(day, grid, UUID(bytes=building), _uuid(entrance), *rest)

    def visits(self, span: ExportSpan) -> Iterator[VisitFact]:
        """Yield visits that stand, by day and building."""
        for day in self._days("visit", span):
            for grid, building, entrance, *rest in self._of_day("visit", day, span, "purpose, outcome, clock"):
                yield VisitFact(day, grid, UUID(bytes=building), _uuid(entrance), *rest)

    def round_days(self, span: ExportSpan) -> Sequence[str]:
        """Return the days that have a check-in, in order."""
        return self._days("check_in", span)

    def rounds(self, day: str) -> Sequence[BuildingRounds]:
        """Return every building of the district with its rounds of a day."""
        return read_rounds(self._connection, self._district, day, grid="", community="")

    def standing(self, types: Sequence[str]) -> Mapping[tuple[str, str, str], bytes]:
        """Return the bodies of reference entries that stand."""
        return standing(self._connection, self._district, types)

    def orgs(self) -> Sequence[OrgRow]:
        """Return every organisation, by code."""
        return read_orgs(self._connection, self._district)

    def versions(self) -> Sequence[VersionRow]:
        """Return every version of the catalogue, by number."""
        return read_versions(self._connection, self._district)

    def _days(self, table: str, span: ExportSpan) -> list[str]:
        days: list[str] = []
        after, relation = span.from_day, ">="
        # One look-up a day: a count over the index would read every row of a year.
        while True:
            row = self._connection.execute(
                f"select min(day) from {table} where district_id = ? and is_void = 0 and day {relation} ?",  # noqa: S608 - our own words
                (self._district, after),
            ).fetchone()
            if row[0] is None or row[0] > span.to_day:
                return days
            days.append(row[0])
            after, relation = row[0], ">"

    def _of_day(self, table: str, day: str, span: ExportSpan, columns: str) -> Iterator[tuple[Any, ...]]:
        where, given = _of_patches("grid", span.patches)
        return self._connection.execute(
            f"select grid, building, entrance, {columns} from {table}"  # noqa: S608 - our own words
            f" where district_id = ? and is_void = 0 and day = ? and ({where})"
            f" order by grid, building, entrance is not null, entrance, {columns}",
            (self._district, day, *given),
        )


class SqliteDayView(SqliteExportView):
    """The `DayView` of SQLite."""

    def case(self, case: UUID) -> CaseFile | None:
        """Return all that is kept of a case that stands, or None."""
        return read_file(self._connection, self._district, case)

    def events(self, patch: str, from_ms: int, to_ms: int) -> Iterator[DayEvent]:
        """Yield what the server heard of cases from a moment until before another."""
        where, given = _of_patches("cases.grid", (patch,))
        rows = self._connection.execute(
            "select case_id, cases.grid, case_event.place, action, why, case_event.state from case_event join cases"  # noqa: S608 - our own words
            " on cases.district_id = case_event.district_id and cases.id = case_id where case_event.district_id = ?"
            f" and case_event.received_ms >= ? and case_event.received_ms < ? and is_void = 0 and ({where})"
            " order by case_event.received_ms, case_id, case_event.place",
            (self._district, from_ms, to_ms, *given),
        )
        for case, *rest in rows:
            yield DayEvent(UUID(bytes=case), *rest)

    def asides(self, patch: str, from_ms: int, to_ms: int) -> Sequence[tuple[UUID, AsideRow]]:
        """Return what was put beside cases from a moment until before another."""
        where, given = _of_patches("cases.grid", (patch,))
        rows = self._connection.execute(
            "select case_id, case_aside.id, kind, case_aside.state, made_ms, body from case_aside join cases"  # noqa: S608 - our own words
            " on cases.district_id = case_aside.district_id and cases.id = case_id where case_aside.district_id = ?"
            f" and made_ms >= ? and made_ms < ? and is_void = 0 and ({where}) order by made_ms, case_aside.id",
            (self._district, from_ms, to_ms, *given),
        )
        return [
            (UUID(bytes=case), AsideRow(UUID(bytes=aside), kind, state, made_ms, bytes(body)))
            for case, aside, kind, state, made_ms, body in rows
        ]

    def open_terms(self, patch: str) -> Sequence[OpenTerm]:
        """Return the open cases, by id."""
        queue = f"in:{'' if patch in ('', self._district) else patch}"
        rows = self._connection.execute(
            "select case_handling.case_id, case_handling.grid, due_ms, case_ms from case_queue as open"
            " join case_handling on case_handling.district_id = open.district_id"
            " and case_handling.case_id = open.case_id"
            " where open.district_id = ? and open.queue = ? and open.state = 'open' order by case_handling.case_id",
            (self._district, queue),
        )
        return [OpenTerm(UUID(bytes=case), *terms) for case, *terms in rows]


class SqliteExports:
    """The `ExportStore` of SQLite."""

    def __init__(self, writer: Writer, readers: Readers, path: Path, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._path = path
        self._district = district

    @contextmanager
    def view(self) -> Iterator[SqliteExportView]:
        """Give a view of this moment."""
        with self._opened(SqliteExportView) as view:
            yield view

    @contextmanager
    def day_view(self) -> Iterator[SqliteDayView]:
        """Give a view of this moment for a day's report."""
        with self._opened(SqliteDayView) as view:
            yield view

    def _opened(self, kind: Callable[[sqlite3.Connection, str], _View]) -> AbstractContextManager[_View]:
        return sqlite_view(self._path, self._district, kind)

    async def add(self, taken: Taken) -> int:
        """Write down that somebody takes a table along."""

        def work(connection: sqlite3.Connection) -> int:
            (number,) = connection.execute(
                "insert into export_taken (district_id, account, kind, format, span, at_ms, rows)"
                " values (?, ?, ?, ?, ?, ?, ?) returning given",
                (self._district, taken.account, taken.kind, taken.format, taken.span, taken.at_ms, taken.rows),
            ).fetchone()
            return int(number)

        return await self._writer.run(work, is_alone=True)

    async def finish(self, number: int, rows: int) -> None:
        """Write down how many rows left under a line."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "update export_taken set rows = ? where given = ? and district_id = ?", (rows, number, self._district)
            )

        await self._writer.run(work, is_alone=True)

    async def taken(self, limit: int = 100) -> Sequence[Taken]:
        """Return the newest lines, newest first."""

        def query(connection: sqlite3.Connection) -> list[Taken]:
            rows = connection.execute(
                "select account, kind, format, span, at_ms, rows from export_taken where district_id = ?"
                " order by given desc limit ?",
                (self._district, limit),
            )
            return [Taken(*row) for row in rows]

        return await self._readers.read(query)


def _of_patches(column: str, patches: Sequence[str]) -> tuple[str, list[str]]:
    """Return a condition on the code of a grid, and what is bound to it."""
    if "" in patches:
        return "true", []
    words = " or ".join(f"({column} >= ? and {column} < ?)" for _ in patches) or "false"
    # A colon sorts right behind the digits of which every code is made.
    return words, [bound for patch in patches for bound in (patch, f"{patch}:")]


def _uuid(value: bytes | None) -> UUID | None:
    return UUID(bytes=value) if value else None
