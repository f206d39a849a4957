"""A table on its way to a browser: read in a thread of its own, a piece when one is asked for."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from sync.caseapi.errors import InputRefused, Overloaded
from sync.caseapi.service.exports.rows import ExportTask, Row, rows_of
from sync.caseapi.sheets.columns import SheetLanguage
from sync.caseapi.sheets.writing import PIECE_BYTES, Format, csv_pieces, jsonl_pieces, write_xlsx
from sync.caseapi.storage.exporting import ExportStore, ExportView, Taken

MOST_AT_ONCE = 2
"""Tables under way at one moment; each has a connection and a thread."""

MOST_XLSX_ROWS = 20_000
"""Rows of a spreadsheet at the desk: it is made whole before its first byte leaves, and the proxy waits 75 s; 600 cases
a second are written here."""

RETRY_AFTER_S = 20


class Downloads:
    """The tables under way."""

    def __init__(self, store: ExportStore) -> None:
        self._store = store
        self._running = 0

    async def begin(
        self, task: ExportTask, taken: Taken, file_format: Format, language: SheetLanguage
    ) -> AsyncIterator[bytes]:
        """Write down who takes what along, and return its pieces; a spreadsheet is whole by then.

        Raises:
            Overloaded: there are as many under way as this server allows.
            StorageFailed: the database could not be read or written.
            InputRefused: a spreadsheet would have too many rows.
        """
        if self._running >= MOST_AT_ONCE:
            raise Overloaded("too many tables are under way", RETRY_AFTER_S)
        self._running += 1
        reading = _Reading(self._store, task, file_format, language)
        try:
            number = await self._store.add(taken)
            made = await reading.begin()
        except BaseException:
            self._end(reading)
            raise
        pieces = self._streamed(reading, made, number)
        # Begun at once: what never began would give nothing back when the browser has gone already.
        await anext(pieces)
        return pieces

    async def _streamed(self, reading: "_Reading", made: Iterator[bytes], number: int) -> AsyncIterator[bytes]:
        try:
            yield b""
            async for piece in reading.pieces(made):
                yield piece
            await self._store.finish(number, reading.rows)
        finally:
            self._end(reading)

    def _end(self, reading: "_Reading") -> None:
        self._running -= 1
        reading.close()


class _Reading:
    """One table; `rows` counts what was read so far."""

    def __init__(self, store: ExportStore, task: ExportTask, file_format: Format, language: SheetLanguage) -> None:
        self.rows = 0
        self._store = store
        self._task = task
        self._format = file_format
        self._language: SheetLanguage = language
        self._opened = ExitStack()
        self._pool = ThreadPoolExecutor(1, "caseapi-export")

    async def begin(self) -> Iterator[bytes]:
        """Open the view and return the pieces."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._begin)

    async def pieces(self, made: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the pieces."""
        loop = asyncio.get_running_loop()
        while (piece := await loop.run_in_executor(self._pool, next, made, None)) is not None:
            yield piece

    def close(self) -> None:
        """Give back connection and thread; what the thread does at this moment it finishes first."""
        self._pool.submit(self._opened.close)
        self._pool.shutdown(wait=False)

    def _begin(self) -> Iterator[bytes]:
        rows = self._counted(self._opened.enter_context(self._store.view()))
        if self._format == "xlsx":
            return self._spreadsheet(rows)
        kind = self._task.kind
        return csv_pieces(kind, rows, self._language) if self._format == "csv" else jsonl_pieces(kind, rows)

    def _counted(self, view: ExportView) -> Iterator[Row]:
        for row in rows_of(view, self._task):
            self.rows += 1
            if self._format == "xlsx" and self.rows > MOST_XLSX_ROWS:
                raise InputRefused("a spreadsheet would have too many rows", "format")
            yield row

    def _spreadsheet(self, rows: Iterator[Row]) -> Iterator[bytes]:
        folder = self._opened.enter_context(tempfile.TemporaryDirectory(prefix="xunge-export-"))
        path = Path(folder) / "table.xlsx"
        write_xlsx(path, self._task.kind, rows, self._language)
        file = self._opened.enter_context(path.open("rb"))
        return iter(lambda: file.read(PIECE_BYTES), b"")
