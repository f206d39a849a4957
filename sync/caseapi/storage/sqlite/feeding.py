"""Feeds as SQL: entries get their numbers in the transaction that writes them."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Raw

from sync.caseapi.storage.base import PageLimits, Wanted
from sync.caseapi.storage.feed_chain import check_of, first_running, next_running
from sync.caseapi.storage.values import FeedChange, FeedSlice, GridPlace
from sync.reference import GridEntry, decode_entry
from sync.wire import FeedEntry

_Scope = tuple[int, bytes]


def publish(connection: sqlite3.Connection, district: str, changes: Iterable[FeedChange]) -> int:
    """Write changes and return how many said something new; the caller's transaction makes them visible together."""
    scopes: dict[str, _Scope] = {}
    written = 0
    for change in changes:
        if not _is_news(connection, district, change):
            continue
        at = scopes.get(change.scope) or scope_head(connection, district, change.scope)
        scopes[change.scope] = _write(connection, district, change, at)
        written += 1
    connection.executemany(
        "insert into feed_scope (district_id, scope, number, running) values (?, ?, ?, ?)"
        " on conflict (district_id, scope) do update set number = excluded.number, running = excluded.running",
        [(district, scope, number, running) for scope, (number, running) in scopes.items()],
    )
    return written


def scope_head(connection: sqlite3.Connection, district: str, scope: str) -> _Scope:
    """Return the newest number of a scope and the running hash there."""
    row = connection.execute(
        "select number, running from feed_scope where district_id = ? and scope = ?", (district, scope)
    ).fetchone()
    return (0, first_running(scope)) if row is None else (row[0], row[1])


def pages(
    connection: sqlite3.Connection, district: str, wanted: Sequence[Wanted], limits: PageLimits
) -> list[FeedSlice]:
    """Return a page of each scope; see the contract."""
    left = limits.size_bytes
    found: list[FeedSlice] = []
    for each in wanted:
        if left > 0:
            found.append(_after(connection, district, each, PageLimits(limits.entries, left)))
        else:
            number, check = each.cursor or (0, check_of(first_running(each.scope)))
            found.append(FeedSlice(number, check, more=True))
        left -= sum(len(bytes(entry.body)) for entry in found[-1].entries)
    return found


def _after(connection: sqlite3.Connection, district: str, wanted: Wanted, limits: PageLimits) -> FeedSlice:
    scope, cursor = wanted.scope, wanted.cursor
    number, running = scope_head(connection, district, scope)
    begin = 0 if cursor is None else cursor[0]
    if cursor is not None and not _is_known(connection, district, scope, cursor):
        return FeedSlice(number, check_of(running), is_known=False)
    entries: list[FeedEntry] = []
    size = 0
    rows = connection.execute(
        "select number, type, id, op, body, running from feed_entry"
        " where district_id = ? and scope = ? and number > ? and is_replaced = 0 order by number limit ?",
        (district, scope, begin, limits.entries + 1),
    )
    reached = (begin, b"")
    for entry_number, entry_type, entry_id, op, body, entry_running in rows:
        size += len(body) + len(entry_id)
        if entries and (len(entries) == limits.entries or size > limits.size_bytes):
            return FeedSlice(reached[0], check_of(reached[1]), entries=tuple(entries), more=True)
        entries.append(FeedEntry(entry_number, entry_type, entry_id, entry_number, op, Raw(body)))
        reached = (entry_number, entry_running)
    return FeedSlice(number, check_of(running), entries=tuple(entries))


def current(connection: sqlite3.Connection, district: str, scope: str) -> FeedSlice:
    """Return all that stands in a scope."""
    number, running = scope_head(connection, district, scope)
    rows = connection.execute(
        "select number, type, id, body from feed_entry"
        " where district_id = ? and scope = ? and is_replaced = 0 and op = 'put' order by number",
        (district, scope),
    )
    entries = tuple(
        FeedEntry(entry_number, entry_type, entry_id, entry_number, "put", Raw(body))
        for entry_number, entry_type, entry_id, body in rows
    )
    return FeedSlice(number, check_of(running), entries=entries)


def standing(
    connection: sqlite3.Connection, district: str, types: Sequence[str]
) -> Mapping[tuple[str, str, str], bytes]:
    """Return the bodies that stand, by (scope, type, id)."""
    found: dict[tuple[str, str, str], bytes] = {}
    for entry_type in types:
        rows = connection.execute(
            "select scope, id, body from feed_entry"
            " where district_id = ? and type = ? and is_replaced = 0 and op = 'put' order by scope, id",
            (district, entry_type),
        )
        found |= {(scope, entry_type, entry_id): body for scope, entry_id, body in rows}
    return found


def standing_body(connection: sqlite3.Connection, district: str, entry_type: str, entry_id: str) -> bytes | None:
    """Return the body of an entry wherever it stands, or None."""
    row = connection.execute(
        "select body from feed_entry where district_id = ? and type = ? and id = ? and is_replaced = 0 and op = 'put'"
        " order by scope limit 1",
        (district, entry_type, entry_id),
    ).fetchone()
    return None if row is None else bytes(row[0])


def standing_entry(
    connection: sqlite3.Connection, district: str, entry_type: str, entry_id: str
) -> tuple[str, bytes] | None:
    """Return operation and body of an entry wherever it stands, deleted ones too, or None when there never was one."""
    row = connection.execute(
        "select op, body from feed_entry where district_id = ? and type = ? and id = ? and is_replaced = 0"
        " order by op desc, scope limit 1",
        (district, entry_type, entry_id),
    ).fetchone()
    return None if row is None else (row[0], bytes(row[1]))


def in_one_scope(
    connection: sqlite3.Connection, district: str, name: tuple[str, str], now: tuple[str, bytes] | None
) -> Iterator[FeedChange]:
    """Yield what makes an entry stand in one scope and in no other.

    Args:
        name: the entry's type and id.
        now: the scope with the body that stands there from now on; None when it stands nowhere any more.
    """
    told = connection.execute(
        "select scope from feed_entry where district_id = ? and type = ? and id = ? and is_replaced = 0"
        " and op = 'put' order by scope",
        (district, *name),
    ).fetchall()
    scope = now[0] if now is not None else ""
    yield from (FeedChange(other, *name, b"null", is_deleted=True) for (other,) in told if other != scope)
    if now is not None:
        yield FeedChange(scope, *name, now[1])


def place_of(connection: sqlite3.Connection, district: str, grid: str) -> GridPlace | None:
    """Return where a grid belongs, or None."""
    body = standing_body(connection, district, "grid", grid)
    entry = None if body is None else decode_entry("grid", body)
    return GridPlace(grid, entry.community, entry.district) if isinstance(entry, GridEntry) else None


def _is_news(connection: sqlite3.Connection, district: str, change: FeedChange) -> bool:
    row = connection.execute(
        "select op, body from feed_entry"
        " where district_id = ? and scope = ? and type = ? and id = ? and is_replaced = 0",
        (district, change.scope, change.type, change.id),
    ).fetchone()
    if row is None:
        return not change.is_deleted
    return bool(row[0] == "put") if change.is_deleted else (row[0], row[1]) != ("put", change.body)


def _write(connection: sqlite3.Connection, district: str, change: FeedChange, at: _Scope) -> _Scope:
    number = at[0] + 1
    op = "delete" if change.is_deleted else "put"
    body = b"null" if change.is_deleted else change.body
    running = next_running(at[1], number=number, entry_type=change.type, entry_id=change.id, op=op, body=body)
    connection.execute(
        "update feed_entry set is_replaced = 1, body = x'' where district_id = ? and type = ? and id = ?"
        " and scope = ? and is_replaced = 0",
        (district, change.type, change.id, change.scope),
    )
    connection.execute(
        "insert into feed_entry (district_id, scope, number, type, id, op, body, running)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (district, change.scope, number, change.type, change.id, op, body, running),
    )
    return number, running


def _is_known(connection: sqlite3.Connection, district: str, scope: str, cursor: tuple[int, str]) -> bool:
    number, check = cursor
    if number == 0:
        return check == check_of(first_running(scope))
    if not 0 < number < 1 << 62:
        return False
    row = connection.execute(
        "select running from feed_entry where district_id = ? and scope = ? and number = ?", (district, scope, number)
    ).fetchone()
    return row is not None and check_of(row[0]) == check
