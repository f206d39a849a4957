"""What is written in cases, kept so that it is found: put in the transaction that changes any of it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from sync.caseapi.storage.search_text import stored
from sync.caseapi.storage.searching import MOST_FOUND, Reach, SearchField, SearchHit, SearchWanted
from sync.caseapi.storage.sqlite import case_index
from sync.caseapi.storage.sqlite.case_rows import building_entry, read_queue_row
from sync.reference import HistoryLine

EPOCH_S = 1_577_836_800
"""2020-01-01, before any case: places count from here."""

PLACES_A_SECOND = 1_024
"""Cases of one second that keep their order; of more, the last ones count to the next."""

_NEWEST = 1 << 62

_CODE_REASONS = frozenset({"void"})
"""Actions whose reason is a code and no words."""


class _Said(msgspec.Struct):
    """The words of an event or of a row beside a case."""

    action: str = ""
    note: str = ""
    reason: str = ""
    text: str = ""
    reply: str = ""


def put_text(connection: sqlite3.Connection, district: str, case: bytes) -> None:
    """Put what is written in a case as it stands now; of one that was withdrawn nothing stays."""
    before = connection.execute(
        "select place, words, restricted, reach from case_text where district_id = ? and case_id = ?",
        (district, case),
    ).fetchone()
    row = connection.execute(
        "select cases.grid, received_ms, is_void, is_restricted, coalesce(orgs, '') from cases left join case_handling"
        " on case_handling.district_id = cases.district_id and case_handling.case_id = cases.id"
        " where cases.district_id = ? and cases.id = ?",
        (district, case),
    ).fetchone()
    after = None
    if row is not None and not row[2]:
        grid, received_ms, _, is_restricted, orgs = row
        fields = read_fields(connection, district, case)
        place = before[0] if before is not None else _new_place(connection, received_ms)
        restricted = stored(each.text for each in fields) if is_restricted else ""
        words = stored(each.text for each in fields if not each.is_restricted)
        after = (place, words, restricted, case_index.reach_words(grid, orgs.split()))
    if before == after:
        return
    if before is not None:
        _take_out(connection, district, case, *before)
    if after is not None:
        _put(connection, district, case, *after)


def read_fields(connection: sqlite3.Connection, district: str, case: bytes) -> tuple[SearchField, ...]:
    """Return the texts of a case that are looked through, in the order of its page."""
    key = (district, case)
    row = connection.execute(
        "select matter, matter_name, building, is_restricted, coalesce(case_words.place, cases.place),"
        " coalesce(case_words.description, summary), coalesce(case_words.action, '') from cases left join case_words"
        " on case_words.district_id = cases.district_id and case_words.case_id = cases.id"
        " where cases.district_id = ? and cases.id = ?",
        key,
    ).fetchone()
    if row is None:
        return ()
    matter, matter_name, building, is_restricted, place, description, action = row
    entry = building_entry(connection, district, building) if building else None
    open_to_all = [SearchField("matter", f"{matter_name} {matter.rpartition(':')[2]}")]
    if entry is not None:
        open_to_all.append(SearchField("place", entry.name))
    only_some = [SearchField("place", place), SearchField("words", description), SearchField("action", action)]
    only_some += [SearchField("note", text) for text in _notes(connection, key)]
    hidden = (replace(each, is_restricted=bool(is_restricted)) for each in only_some if each.text)
    return (*open_to_all, *hidden)


def find(connection: sqlite3.Connection, district: str, wanted: SearchWanted) -> list[SearchHit]:
    """Return cases that have every phrase, the newest first."""
    before = _NEWEST if wanted.before is None else wanted.before
    limit = min(wanted.limit, MOST_FOUND)
    asked: tuple[tuple[case_index.IndexName, Reach], ...] = (
        ("case_index", wanted.reach),
        ("case_index_restricted", wanted.restricted),
    )
    places = {
        place
        for index, reach in asked
        for place in case_index.index_of(connection).places(connection, index, wanted.phrases, reach, before, limit)
    }
    hits = (_hit(connection, district, place) for place in sorted(places, reverse=True)[:limit])
    return [hit for hit in hits if hit is not None]


def _hit(connection: sqlite3.Connection, district: str, place: int) -> SearchHit | None:
    row = connection.execute(
        "select case_id from case_text where place = ? and district_id = ?", (place, district)
    ).fetchone()
    found = None if row is None else read_queue_row(connection, district, row[0])
    return None if found is None else SearchHit(place, found, read_fields(connection, district, row[0]))


def _notes(connection: sqlite3.Connection, key: tuple[str, bytes]) -> Iterator[str]:
    events = connection.execute(
        "select body from case_event where district_id = ? and case_id = ? order by place", key
    ).fetchall()
    for (body,) in events:
        said = _said(body)
        # How it was solved on the spot stands in the report's own words.
        if said.action not in ("report", "self_resolve"):
            yield said.note or ("" if said.action in _CODE_REASONS else said.reason)
    lines = connection.execute(
        "select line from case_said where district_id = ? and case_id = ? order by received_ms, stream, n", key
    ).fetchall()
    for (line,) in lines:
        told = msgspec.json.decode(line, type=HistoryLine)
        if told.what == "note":
            yield told.text
    asides = connection.execute(
        "select body from case_aside where district_id = ? and case_id = ? order by made_ms, id", key
    ).fetchall()
    for (body,) in asides:
        beside = _said(body)
        yield from (beside.text, beside.reply)


def _said(body: bytes) -> _Said:
    """Return the words of an event or a row beside a case; none of one that a disk has spoilt."""
    try:
        return msgspec.json.decode(body, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Said()


def _new_place(connection: sqlite3.Connection, received_ms: int) -> int:
    first = max(received_ms // 1000 - EPOCH_S, 0) * PLACES_A_SECOND
    while True:
        (last,) = connection.execute(
            "select max(place) from case_text where place >= ? and place < ?", (first, first + PLACES_A_SECOND)
        ).fetchone()
        place = first if last is None else int(last) + 1
        if place < first + PLACES_A_SECOND:
            return place
        first += PLACES_A_SECOND


def _put(
    connection: sqlite3.Connection, district: str, case: bytes, place: int, words: str, restricted: str, reach: str
) -> None:
    connection.execute(
        "insert into case_text (place, district_id, case_id, words, restricted, reach) values (?, ?, ?, ?, ?, ?)",
        (place, district, case, words, restricted, reach),
    )
    index = case_index.index_of(connection)
    index.put(connection, "case_index", place, words, reach)
    if restricted:
        index.put(connection, "case_index_restricted", place, restricted, reach)


def _take_out(
    connection: sqlite3.Connection, district: str, case: bytes, place: int, words: str, restricted: str, reach: str
) -> None:
    index = case_index.index_of(connection)
    index.take_out(connection, "case_index", place, words, reach)
    if restricted:
        index.take_out(connection, "case_index_restricted", place, restricted, reach)
    connection.execute("delete from case_text where district_id = ? and case_id = ?", (district, case))
