"""The streams of this database: one is open, and a fork opens the next."""

from uuid import UUID

from sync.chain import first_head
from sync.tablet.errors import StoreCorrupt
from sync.tablet.store.connections import Connection
from sync.tablet.values import Stream

_COLUMNS = "number, id, forked_from, agreed, base_n, base_head, watermark"


def begin_stream(
    connection: Connection, stream: UUID, *, forked_from: str | None = None, agreed: int | None = None
) -> Stream:
    """Open a new, empty stream; records are appended to the newest one."""
    connection.execute(
        "insert into streams (id, forked_from, agreed, base_head) values (?, ?, ?, ?)",
        (str(stream), forked_from, agreed, first_head(stream)),
    )
    return open_stream(connection)


def open_stream(connection: Connection) -> Stream:
    """Return the stream that records are appended to.

    Raises:
        StoreCorrupt: there is none, which no working database ever shows.
    """
    row = connection.execute(f"select {_COLUMNS} from streams order by number desc limit 1").fetchone()  # noqa: S608
    if row is None:
        raise StoreCorrupt("the journal has no stream")
    return Stream(*row)


def all_streams(connection: Connection) -> list[Stream]:
    """Return every stream, oldest first."""
    return [
        Stream(*row)
        for row in connection.execute(f"select {_COLUMNS} from streams order by number")  # noqa: S608
    ]


def tail(connection: Connection, stream: Stream) -> tuple[int, bytes]:
    """Return the place and the head after the newest record of a stream, those of its base when it holds none."""
    row = connection.execute(
        "select n, head from records where stream = ? order by n desc limit 1", (stream.number,)
    ).fetchone()
    return (stream.base_n, stream.base_head) if row is None else (int(row[0]), bytes(row[1]))


def head_at(connection: Connection, stream: Stream, n: int) -> bytes | None:
    """Return the head after record n, or None when this database does not (or no longer) hold it."""
    if n == stream.base_n:
        return stream.base_head
    row = connection.execute("select head from records where stream = ? and n = ?", (stream.number, n)).fetchone()
    return None if row is None else bytes(row[0])
