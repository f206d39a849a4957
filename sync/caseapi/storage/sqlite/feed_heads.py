"""Where every feed ends, kept in memory: most exchanges find their tablet there already, and need no read at all."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Protocol

from sync.caseapi.storage.base import Wanted
from sync.caseapi.storage.feed_chain import check_of, first_running
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer
from sync.caseapi.storage.values import FeedSlice


class Heads(Protocol):
    """Knows where feeds end."""

    async def nothing_new(self, wanted: Sequence[Wanted]) -> list[FeedSlice] | None:
        """Return empty pages when every cursor stands at the end of its feed, all at one moment; else None."""
        ...


class FeedHeads:
    """Knows the ends of all feeds as of the last transaction that could have moved one."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district
        self._loading = asyncio.Lock()
        self._heads: dict[str, tuple[int, str]] = {}
        self._known_at = -1

    async def nothing_new(self, wanted: Sequence[Wanted]) -> list[FeedSlice] | None:
        """Return empty pages when every cursor stands at the end of its feed, all at one moment; else None."""
        if any(each.cursor is None for each in wanted):
            return None
        await self._load()
        heads = [self._heads.get(each.scope) or (0, check_of(first_running(each.scope))) for each in wanted]
        if heads != [each.cursor for each in wanted]:
            return None
        return [FeedSlice(number, check) for number, check in heads]

    async def _load(self) -> None:
        if self._known_at == self._writer.alone_commits:
            return
        async with self._loading:
            # Exchanges move no feed. What else is committed while this reads only makes it read once more.
            at = self._writer.alone_commits
            if self._known_at != at:
                self._heads = await self._readers.read(self._read)
                self._known_at = at

    def _read(self, connection: sqlite3.Connection) -> dict[str, tuple[int, str]]:
        rows = connection.execute(
            "select scope, number, running from feed_scope where district_id = ?", (self._district,)
        )
        return {scope: (number, check_of(running)) for scope, number, running in rows}
