"""Whoever pages through a scope while others write to it ends with exactly what stands: nothing missed or left over."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.caseapi.storage.base import PageLimits, Wanted
from sync.caseapi.storage.sqlite import feeding
from sync.caseapi.storage.sqlite.connection import connect_reading, connect_writing
from sync.caseapi.storage.values import FeedChange
from tests.sync.caseapi.harness import DISTRICT, Clock, prepare

SCOPES = ("grid:1", "grid:2")
Cursor = tuple[int, str]

changes = st.builds(
    FeedChange,
    scope=st.sampled_from(SCOPES),
    type=st.just("case"),
    id=st.sampled_from("abcdef"),
    body=st.sampled_from([b"1", b"2", b'"' + b"x" * 200 + b'"']),
    is_deleted=st.booleans(),
)
steps = st.lists(st.lists(changes, min_size=1, max_size=6) | st.none(), max_size=20)
"""A list is a transaction that writes; None is a page that a reader asks for."""


class Reader:
    """A tablet that follows one scope in small pages."""

    def __init__(self, connection: sqlite3.Connection, scope: str) -> None:
        self.connection, self.scope = connection, scope
        self.cursor: Cursor | None = None
        self.has: dict[str, bytes] = {}

    def page(self, limits: PageLimits) -> bool:
        """Apply one page; return whether there is more."""
        (found,) = feeding.pages(self.connection, DISTRICT, [Wanted(self.scope, self.cursor)], limits)
        assert found.is_known
        for entry in found.entries:
            if entry.op == "put":
                self.has[entry.id] = bytes(entry.body)
            else:
                self.has.pop(entry.id, None)
        self.cursor = (found.number, found.check)
        return found.more


def write(connection: sqlite3.Connection, written: list[FeedChange]) -> None:
    connection.execute("begin immediate")
    feeding.publish(connection, DISTRICT, written)
    connection.execute("commit")


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(min_value=1, max_value=3), st.sampled_from([1, 150, 10_000]))
def test_a_reader_among_writers_misses_nothing(
    made: list[list[FeedChange] | None], entries: int, size_bytes: int
) -> None:
    with TemporaryDirectory() as folder:
        path = prepare(Path(folder) / "case.db", Clock())
        writer, reading = connect_writing(path), connect_reading(path)
        readers = [Reader(reading, scope) for scope in SCOPES]
        limits = PageLimits(entries, size_bytes)
        for step in made:
            if step is None:
                for reader in readers:
                    reader.page(limits)
            else:
                write(writer, step)
        for reader in readers:
            while reader.page(limits):
                pass
            standing = feeding.current(reading, DISTRICT, reader.scope)
            assert reader.has == {entry.id: bytes(entry.body) for entry in standing.entries}
            assert reader.cursor == (standing.number, standing.check)
        numbers = writer.execute("select scope, count(*), max(number) from feed_entry group by scope").fetchall()
        assert all(count == newest for _, count, newest in numbers)
        for connection in (writer, reading):
            connection.close()
