"""Writes what the feeds bring: a page and its cursor in one transaction, a snapshot in place of a whole scope."""

from collections.abc import Callable, Collection, Iterable, Sequence

from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database
from sync.tablet.store.verdicts import note_verdict, withdraw_verdicts
from sync.wire import Cursor, FeedEntry

_IN_USE = """
    exists (select 1 from drafts where instr(value, :needle))
    or exists (
        select 1 from records join streams on streams.number = records.stream
        where (n > watermark or verdict in ('quarantined', 'parked')) and instr(record, cast(:needle as blob))
    )
"""


_USED_BY_NOTHING = ("seen",)
"""Types of entries that no record refers to, although their ids are those of places: when they are gone, they are."""


class Feeds:
    """Keeps the cursor of every scope, and its rows."""

    def __init__(self, database: Database, on_change: Callable[[Collection[str] | None], None]) -> None:
        self._database = database
        self._on_change = on_change

    def cursors(self) -> dict[str, Cursor]:
        """Return how far each scope has come, by scope; empty before the first download."""
        with self._database.reading("reading the feeds") as db:
            rows = db.execute("select scope, number, mark from feeds order by scope").fetchall()
        return {scope: (number, mark) for scope, number, mark in rows}

    def apply_page(self, scope: str, entries: Sequence[FeedEntry], cursor: Cursor) -> None:
        """Write the entries of a page and the cursor after them, in one transaction."""

        def change(connection: Connection) -> None:
            for entry in entries:
                _apply(connection, scope, entry)
            _move_cursor(connection, scope, cursor)

        self._database.write("applying a page of a feed", change)
        if entries:
            self._on_change({entry.type for entry in entries})

    def replace_scope(self, scope: str, entries: Iterable[FeedEntry], cursor: Cursor) -> None:
        """Put a snapshot in place of all rows of a scope, in one transaction; rows in use stay as retired."""

        def change(connection: Connection) -> None:
            withdraw_verdicts(connection, scope)
            _retire_scope(connection, scope)
            for entry in entries:
                _apply(connection, scope, entry)
            _move_cursor(connection, scope, cursor)

        self._database.write("applying a snapshot", change)
        self._on_change(None)

    def keep_only(self, scopes: Collection[str]) -> None:
        """Drop every scope that is not named, in one transaction; rows in use stay as retired."""
        dropped = sorted(set(self.cursors()) - set(scopes))
        if not dropped:
            return

        def change(connection: Connection) -> None:
            for scope in dropped:
                _retire_scope(connection, scope)
                connection.execute("delete from feeds where scope = ?", (scope,))

        self._database.write("dropping a scope", change)
        self._on_change(None)


def _apply(connection: Connection, scope: str, entry: FeedEntry) -> None:
    if entry.type == "verdict" and entry.op == "put":
        note_verdict(connection, entry.id, bytes(entry.body))
    if entry.op == "delete":
        _retire(connection, scope, entry.type, entry.id)
        return
    connection.execute(
        "insert into reference_rows (scope, type, id, version, number, body) values (?, ?, ?, ?, ?, ?)"
        " on conflict (scope, type, id) do update set version = excluded.version, number = excluded.number,"
        " body = excluded.body, retired = 0",
        (scope, entry.type, entry.id, entry.version, entry.number, bytes(entry.body)),
    )


def _move_cursor(connection: Connection, scope: str, cursor: Cursor) -> None:
    connection.execute(
        "insert into feeds (scope, number, mark) values (?, ?, ?)"
        " on conflict (scope) do update set number = excluded.number, mark = excluded.mark",
        (scope, *cursor),
    )


def _retire_scope(connection: Connection, scope: str) -> None:
    rows = connection.execute("select type, id from reference_rows where scope = ?", (scope,)).fetchall()
    for entry_type, entry_id in rows:
        _retire(connection, scope, entry_type, entry_id)


def _retire(connection: Connection, scope: str, entry_type: str, entry_id: str) -> None:
    if entry_type not in _USED_BY_NOTHING and _is_in_use(connection, entry_id):
        statement = "update reference_rows set retired = 1 where scope = ? and type = ? and id = ?"
    else:
        statement = "delete from reference_rows where scope = ? and type = ? and id = ?"
    connection.execute(statement, (scope, entry_type, entry_id))


def _is_in_use(connection: Connection, entry_id: str) -> bool:
    # A record names a matter by its code alone, the last part of the entry's id.
    needle = entry_id.rpartition(":")[2]
    return bool(connection.execute(f"select {_IN_USE}", {"needle": needle}).fetchone()[0])
