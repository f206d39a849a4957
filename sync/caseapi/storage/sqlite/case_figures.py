"""What cases count for, and the sums of it by month: moved on in the transaction that changes a case."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from sync.caseapi.storage.casework import Figures
from sync.caseapi.storage.figures import COUNTED, Counts, FigureRow, OpenPlace

_AREA_DIGITS = (9, 12)
"""Of a community's code: its street, itself."""

_Sum = tuple[str, str, str]
"""Area, month and matter of a row of sums."""


def put_figures(connection: sqlite3.Connection, district: str, case: bytes, told: Figures) -> None:
    """Put what a case counts for now, and move the sums by what that changes."""
    key = (district, case)
    before = connection.execute(
        "select community, matter, told from case_figure where district_id = ? and case_id = ?", key
    ).fetchone()
    row = connection.execute("select grid, matter from cases where district_id = ? and id = ?", key).fetchone()
    if row is None:
        return
    after = (row[0][:12], row[1], " ".join(told))
    if before == after:
        return
    changes: dict[_Sum, Counter[str]] = defaultdict(Counter)
    for (community, matter, words), by in ((before, -1), (after, 1)) if before is not None else ((after, 1),):
        for word in words.split():
            month, _, what = word.partition(".")
            for place in _sums(district, community, month, matter):
                changes[place][what] += by
    for place in sorted(changes):
        _move(connection, district, place, changes[place])
    connection.execute(
        "insert into case_figure (district_id, case_id, community, matter, told) values (?, ?, ?, ?, ?)"
        " on conflict (district_id, case_id) do update set community = excluded.community, matter = excluded.matter,"
        " told = excluded.told",
        (*key, *after),
    )


def read_figures(
    connection: sqlite3.Connection, district: str, areas: Sequence[str], months: tuple[str, str], *, by_matter: bool
) -> list[FigureRow]:
    """Return the sums of areas from one month to another, by area, month and matter."""
    # A month at a time: asked for a span, an index would be walked through all its categories.
    matter = "" if by_matter else " and matter = ''"
    found: list[FigureRow] = []
    for area in sorted(set(areas)):
        for month in _months(*months):
            rows = connection.execute(
                "select matter, counts from figure_month where district_id = ? and area = ?"  # noqa: S608 - our own words
                f" and month = ?{matter} order by matter",
                (district, area, month),
            )
            found += [FigureRow(area, month, name, msgspec.json.decode(counts, type=Counts)) for name, counts in rows]
    return found


def read_open_places(connection: sqlite3.Connection, district: str, within: str) -> list[OpenPlace]:
    """Return the open cases of an area, by grid, building and state."""
    rows = connection.execute(
        "select cases.grid, building, case_handling.state, count(*) from case_queue as open"
        " join cases on cases.district_id = open.district_id and cases.id = open.case_id"
        " join case_handling on case_handling.district_id = open.district_id and case_handling.case_id = open.case_id"
        " where open.district_id = ? and open.queue = ? and open.state = 'open'"
        " group by cases.grid, building, case_handling.state order by cases.grid, building is not null, building,"
        " case_handling.state",
        (district, f"in:{'' if within == district else within}"),
    )
    return [
        OpenPlace(grid, UUID(bytes=building) if building else None, state, cases)
        for grid, building, state, cases in rows
    ]


def _months(first: str, last: str) -> Iterator[str]:
    begins, ends = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    for passed in range(begins, ends + 1):
        yield f"{passed // 12:04}-{passed % 12 + 1:02}"


def _sums(district: str, community: str, month: str, matter: str) -> Iterator[_Sum]:
    for area in (district, *(community[:digits] for digits in _AREA_DIGITS)):
        yield area, month, ""
        yield area, month, matter


def _move(connection: sqlite3.Connection, district: str, place: _Sum, by: Counter[str]) -> None:
    moved = {what: count for what, count in by.items() if count}
    if not moved:
        return
    row = connection.execute(
        "select counts from figure_month where district_id = ? and area = ? and month = ? and matter = ?",
        (district, *place),
    ).fetchone()
    before = msgspec.json.decode(row[0], type=Counts) if row is not None else ()
    counts = [*before, *([0] * (len(COUNTED) - len(before)))]
    for what, count in moved.items():
        counts[COUNTED.index(what)] += count
    connection.execute(
        "insert into figure_month (district_id, area, month, matter, counts) values (?, ?, ?, ?, ?)"
        " on conflict (district_id, area, month, matter) do update set counts = excluded.counts",
        (district, *place, msgspec.json.encode(counts).decode()),
    )
