"""Tags as SQL: what was published of them, what records say over it, and the feed entries that follow from both."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from sync.caseapi.storage.judged import TagsSaid
from sync.caseapi.storage.sqlite import feeding
from sync.caseapi.storage.values import FeedChange
from sync.mounting import Saying, standing
from sync.reference import BuildingEntry, EntranceEntry, TagEntry, decode_entry

TAG = "tag"
"""Type of the entries that say what a tag means."""


def publish(connection: sqlite3.Connection, district: str, changes: Sequence[FeedChange], *, is_moving: bool) -> int:
    """Take over what the district says of tags, write what follows from it, and return how many entries were news.

    Args:
        is_moving: buildings or entrances changed, so that tags of records may belong to another grid now.
    """
    _take_over(connection, district, changes)
    said = _said_of(connection, district, {change.id for change in changes}, is_every=is_moving)
    plain = [change for change in changes if change.id not in said]
    return feeding.publish(connection, district, [*plain, *restated(connection, district, said)])


def carried(connection: sqlite3.Connection, district: str, scopes: Mapping[str, str]) -> Iterator[FeedChange]:
    """Yield what carries published tags into the scope of their place or person, by its id."""
    rows = connection.execute(
        "select tag, scope, body from tag_published where district_id = ?", (district,)
    ).fetchall()
    for tag, scope, body in rows:
        entry = decode_entry(TAG, body)
        to = scopes.get(entry.target, scope) if isinstance(entry, TagEntry) else scope
        if to != scope:
            yield FeedChange(scope, TAG, tag, b"null", is_deleted=True)
            yield FeedChange(to, TAG, tag, bytes(body))


def write_said(connection: sqlite3.Connection, district: str, rows: Iterable[TagsSaid]) -> set[str]:
    """Put what records say of tags in the place of what they said before, and return every tag concerned."""
    concerned: set[str] = set()
    for row in rows:
        key = (district, row.id.bytes)
        before = connection.execute("select tag from tag_saying where district_id = ? and root = ?", key)
        concerned |= {tag for (tag,) in before} | row.sayings.keys()
        connection.execute("delete from tag_saying where district_id = ? and root = ?", key)
        connection.executemany(
            "insert into tag_saying (district_id, tag, root, record, medium, place, status, grid, received_ms,"
            " stream, n) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_values(district, row, tag, saying) for tag, saying in row.sayings.items()],
        )
    return concerned


def restated(connection: sqlite3.Connection, district: str, tags: Iterable[str]) -> list[FeedChange]:
    """Return what the tablets are told of tags now: the entry in the one scope that it belongs to, none elsewhere."""
    return [change for tag in sorted(tags) for change in _restated(connection, district, tag)]


def published_role(connection: sqlite3.Connection, district: str, tag: str) -> str:
    """Return what a tag stands for by the district's own word, or empty."""
    published = _published(connection, district, tag)
    return "" if published is None else published[1].role


def grid_of_place(connection: sqlite3.Connection, district: str, place: str) -> str:
    """Return the grid of a building, or of an entrance's building; empty for one that is not there any more."""
    body = feeding.standing_body(connection, district, "entrance", place)
    entrance = None if body is None else decode_entry("entrance", body)
    building = entrance.building if isinstance(entrance, EntranceEntry) else place
    body = feeding.standing_body(connection, district, "building", building)
    entry = None if body is None else decode_entry("building", body)
    return entry.grid if isinstance(entry, BuildingEntry) else ""


def _take_over(connection: sqlite3.Connection, district: str, changes: Sequence[FeedChange]) -> None:
    published = {change.id: change for change in changes if not change.is_deleted}
    connection.executemany(
        "insert or replace into tag_published (district_id, tag, scope, body) values (?, ?, ?, ?)",
        [(district, change.id, change.scope, change.body) for change in published.values()],
    )
    connection.executemany(
        "delete from tag_published where district_id = ? and tag = ?",
        # Who moves a tag to another scope deletes it from where it stood.
        [(district, change.id) for change in changes if change.id not in published],
    )


def _said_of(connection: sqlite3.Connection, district: str, tags: set[str], *, is_every: bool) -> set[str]:
    """Return those of some tags, or of all, of which records say something."""
    if not tags and not is_every:
        return set()
    said = {
        tag for (tag,) in connection.execute("select distinct tag from tag_saying where district_id = ?", (district,))
    }
    return said if is_every else said & tags


def _values(district: str, row: TagsSaid, tag: str, saying: Saying) -> tuple[object, ...]:
    return (
        *(district, tag, row.id.bytes, row.record.bytes, saying.medium, saying.place, saying.status, row.grid),
        *(row.received_ms, row.stream.bytes, row.n),
    )


def _restated(connection: sqlite3.Connection, district: str, tag: str) -> Iterator[FeedChange]:
    scope, body = _standing(connection, district, tag)
    yield from feeding.in_one_scope(connection, district, (TAG, tag), (scope, body) if scope else None)


def _standing(connection: sqlite3.Connection, district: str, tag: str) -> tuple[str, bytes]:
    """Return the scope and the entry of a tag; an empty scope for a tag that means nothing."""
    rows = connection.execute(
        "select record, medium, place, status, grid from tag_saying where district_id = ? and tag = ?"
        " order by received_ms, stream, n",
        (district, tag),
    ).fetchall()
    published = _published(connection, district, tag)
    base = None if published is None else published[1]
    entry = standing(base, [Saying(str(UUID(bytes=record)), *said) for record, *said, _ in rows])
    if entry is None:
        return "", b"null"
    if published is not None and entry == base:
        return published[0], published[2]
    grid = grid_of_place(connection, district, entry.target)
    scope = f"grid:{grid}" if grid else published[0] if published is not None else f"grid:{rows[-1][-1]}"
    return scope, msgspec.json.encode(entry)


def _published(connection: sqlite3.Connection, district: str, tag: str) -> tuple[str, TagEntry, bytes] | None:
    row = connection.execute(
        "select scope, body from tag_published where district_id = ? and tag = ?", (district, tag)
    ).fetchone()
    entry = None if row is None else decode_entry(TAG, row[1])
    return (row[0], entry, bytes(row[1])) if isinstance(entry, TagEntry) else None
