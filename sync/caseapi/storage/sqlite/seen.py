"""Last visits as SQL: which check-in of each place stands last, and the feed entry that follows from it.

What is kept and what is told of a place never says who was there.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from sync.caseapi.storage.judged import CheckInRow
from sync.caseapi.storage.sqlite import feeding, mounting
from sync.caseapi.storage.sqlite.inserting import in_parts, insert_rows
from sync.caseapi.storage.values import FeedChange
from sync.reference import SeenEntry

SEEN = "seen"
"""Type of the entries that say when somebody was last at a place."""

LOOK_BACK_DAYS = 62
"""How far back another check-in is looked for when the last one of a place is withdrawn."""

_MINUTE_MS = 60_000

_PLACE_OF = "coalesce(entrance, building)"
"""SQL: where a check-in was."""

Concerned = Mapping[UUID, Sequence[CheckInRow]]
"""Places at which something changes, each with the rows that stand there from now on."""


class _Last(NamedTuple):
    """A check-in that stands; of two the greater one came later."""

    at_ms: int
    id: bytes
    result: str


class _Stood(NamedTuple):
    """The check-in that was the last of a place until now, as it is since.

    Attributes:
        stands: it was neither withdrawn nor moved to another place.
    """

    last: _Last
    stands: bool
    day: str
    grid: str


def concerned(connection: sqlite3.Connection, district: str, rows: Sequence[CheckInRow]) -> Concerned:
    """Return the places that rows concern: where they stand from now on, and where they stood before.

    Call it before the rows are written.
    """
    found: dict[UUID, list[CheckInRow]] = defaultdict(list)
    now = {row.id: row for row in rows}
    for part in in_parts([row_id.bytes for row_id in now]):
        stood = connection.execute(
            f"select {_PLACE_OF} from check_in where district_id = ? and id in ({_marks(part)})",  # noqa: S608 - question marks
            (district, *part),
        )
        for (place,) in stood:
            found[UUID(bytes=bytes(place))] = []
    for row in now.values():
        found[row.place] += [] if row.is_void else [row]
    return found


def restated(connection: sqlite3.Connection, district: str, places: Concerned) -> list[FeedChange]:
    """Let the last check-in of each place stand, and return what the tablets are told of these places now.

    Call it after the rows were written.
    """
    stood = _stood(connection, district, places)
    last = {place: _last(connection, district, place, stood.get(place), rows) for place, rows in places.items()}
    _let_stand(connection, district, last, stood)
    scopes = _scopes(connection, district, last)
    # In the order of their ids, so that the numbers of entries do not say who went where after whom.
    return [
        change
        for place in sorted(last)
        for change in _told(place, last[place], scopes.get(place) or _scope_of(connection, district, place))
    ]


def moved(connection: sqlite3.Connection, district: str, changed: Collection[str]) -> Iterator[FeedChange]:
    """Yield what carries entries to where their places belong, after some buildings or entrances changed."""
    rows = connection.execute(
        "select place, building, at_ms, id, result from place_seen join check_in"
        " on check_in.district_id = place_seen.district_id and id = check_in where place_seen.district_id = ?"
        " order by place",
        (district,),
    ).fetchall()
    for place, building, *last in rows:
        if {str(UUID(bytes=bytes(each))) for each in (place, building)}.isdisjoint(changed):
            continue
        name = str(UUID(bytes=bytes(place)))
        scope = _scope_of(connection, district, UUID(name))
        now = (scope, _body(_Last(*last))) if scope else None
        yield from feeding.in_one_scope(connection, district, (SEEN, name), now)


def _stood(connection: sqlite3.Connection, district: str, places: Collection[UUID]) -> dict[UUID, _Stood]:
    found: dict[UUID, _Stood] = {}
    for part in in_parts([place.bytes for place in places]):
        rows = connection.execute(
            f"select place, is_void = 0 and {_PLACE_OF} = place, day, grid, at_ms, id, result"  # noqa: S608 - question marks
            " from place_seen join check_in on check_in.district_id = place_seen.district_id and id = check_in"
            f" where place_seen.district_id = ? and place in ({_marks(part)})",
            (district, *part),
        )
        for place, stands, day, grid, at_ms, row_id, result in rows:
            last = _Last(at_ms, bytes(row_id), result)
            found[UUID(bytes=bytes(place))] = _Stood(last, bool(stands), day, grid)
    return found


def _last(
    connection: sqlite3.Connection, district: str, place: UUID, stood: _Stood | None, rows: Sequence[CheckInRow]
) -> _Last | None:
    found = [_Last(row.at_ms, row.id.bytes, row.result) for row in rows]
    if stood is not None:
        found += [stood.last] if stood.stands else _before(connection, district, place, stood)
    return max(found, default=None)


def _before(connection: sqlite3.Connection, district: str, place: UUID, stood: _Stood) -> Iterator[_Last]:
    """Yield the newest check-in before one that stands no more, among those of its grid, if there is one."""
    newest = date.fromisoformat(stood.day)
    days = [(newest - timedelta(days=back)).isoformat() for back in range(LOOK_BACK_DAYS)]
    row = connection.execute(
        "select at_ms, id, result from check_in where district_id = ?"  # noqa: S608 - question marks
        f" and day in ({_marks(days)}) and grid = ? and is_void = 0 and {_PLACE_OF} = ? and at_ms is not null"
        " order by at_ms desc, id desc limit 1",
        (district, *days, stood.grid, place.bytes),
    ).fetchone()
    if row is not None:
        yield _Last(row[0], bytes(row[1]), row[2])


def _let_stand(
    connection: sqlite3.Connection,
    district: str,
    last: Mapping[UUID, _Last | None],
    stood: Mapping[UUID, _Stood],
) -> None:
    put = [
        (district, place.bytes, each.id)
        for place, each in last.items()
        if each is not None and (place not in stood or stood[place].last.id != each.id)
    ]
    insert_rows(connection, "place_seen (district_id, place, check_in)", put, is_replacing=True)
    connection.executemany(
        "delete from place_seen where district_id = ? and place = ?",
        [(district, place.bytes) for place, each in last.items() if each is None and place in stood],
    )


def _scopes(connection: sqlite3.Connection, district: str, places: Collection[UUID]) -> dict[UUID, str]:
    """Return where places are told of already: where they belong, since an entry goes along with its building."""
    found: dict[UUID, str] = {}
    for part in in_parts([str(place) for place in places]):
        rows = connection.execute(
            f"select id, scope from feed_entry where district_id = ? and type = ? and id in ({_marks(part)})"  # noqa: S608 - question marks
            " and is_replaced = 0 and op = 'put'",
            (district, SEEN, *part),
        )
        found |= {UUID(place): scope for place, scope in rows}
    return found


def _scope_of(connection: sqlite3.Connection, district: str, place: UUID) -> str:
    """Return the scope of a place's grid, empty for a place that nobody knows."""
    grid = mounting.grid_of_place(connection, district, str(place))
    return f"grid:{grid}" if grid else ""


def _told(place: UUID, last: _Last | None, scope: str) -> Iterator[FeedChange]:
    if scope and last is not None:
        yield FeedChange(scope, SEEN, str(place), _body(last))
    elif scope:
        yield FeedChange(scope, SEEN, str(place), b"null", is_deleted=True)


def _body(last: _Last) -> bytes:
    at = datetime.fromtimestamp(last.at_ms // _MINUTE_MS * 60, UTC)
    return msgspec.json.encode(SeenEntry(f"{at:%Y-%m-%dT%H:%M:00Z}", last.result))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
