"""The streams of this database: one is open, and a fork opens the next."""

from uuid import UUID

from sync.chain import first_head
from sync.tablet.errors import StoreCorrupt
from sync.tablet.store.connections import Connection
from sync.tablet.values import Stream

_COLUMNS = "number, id, forked_from, agreed, base_n, base_head, watermark, missing_to"


def begin_stream(connection: Connection, stream: UUID) -> Stream:
    """Open a new, empty stream; records are appended to the newest one."""
    return _begin(connection, stream, None, None, None)


def begin_fork(connection: Connection, stream: UUID, old: Stream, *, agreed: int, missing_to: int | None) -> Stream:
    """Open the stream that continues another one; see `Stream` for what is kept of that one."""
    return _begin(connection, stream, old.id, agreed, missing_to)


def open_stream(connection: Connection) -> Stream:
    """Return the stream that records are appended to.

    Raises:
        StoreCorrupt: there is none, which no working database ever shows.
    """
    row = connection.execute(f"select {_COLUMNS} from streams order by number desc limit 1").fetchone()  # noqa: S608
    if row is None:
        raise StoreCorrupt("the journal has no stream")
    return Stream(*row)


def stream_named(connection: Connection, stream_id: str) -> Stream | None:
    """Return a stream of this database by its id."""
    row = connection.execute(f"select {_COLUMNS} from streams where id = ?", (stream_id,)).fetchone()  # noqa: S608
    return None if row is None else Stream(*row)


def all_streams(connection: Connection) -> list[Stream]:
    """Return every stream, oldest first."""
    return [
        Stream(*row)
        for row in connection.execute(f"select {_COLUMNS} from streams order by number")  # noqa: S608
    ]


def tail(connection: Connection, stream: Stream) -> tuple[int, bytes]:
    """Return the place and the head after the newest record of a stream, those of its base when it holds none."""
    row = connection.execute(
        "select n, head from (select n, head from records where stream = :stream order by n desc limit 1)"
        " union all select n, head from (select n, head from purged where stream = :stream order by n desc limit 1)"
        " order by n desc limit 1",
        {"stream": stream.number},
    ).fetchone()
    return (stream.base_n, stream.base_head) if row is None else (int(row[0]), bytes(row[1]))


def head_at(connection: Connection, stream: Stream, n: int) -> bytes | None:
    """Return the head after record n, also when that was purged; None when this database never held it."""
    if n == stream.base_n:
        return stream.base_head
    row = connection.execute(
        "select head from records where stream = :stream and n = :n"
        " union all select head from purged where stream = :stream and n = :n",
        {"stream": stream.number, "n": n},
    ).fetchone()
    return None if row is None else bytes(row[0])


def _begin(
    connection: Connection, stream: UUID, forked_from: str | None, agreed: int | None, missing_to: int | None
) -> Stream:
    connection.execute(
        "insert into streams (id, forked_from, agreed, missing_to, base_head) values (?, ?, ?, ?, ?)",
        (str(stream), forked_from, agreed, missing_to, first_head(stream)),
    )
    return open_stream(connection)
