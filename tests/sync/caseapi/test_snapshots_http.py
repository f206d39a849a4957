"""A snapshot is fetched at any byte, by those whose scope it is, and made once for all who ask."""

import gzip
from contextlib import suppress
from hashlib import sha256

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.api.problems import RangeRefused
from sync.caseapi.api.snapshots import wanted_range
from sync.wire import SNAPSHOT_PATH, FeedEntry, Snapshot
from tests.sync.caseapi.harness import GRID, ORIGIN, OTHER_GRID, Desk, Tablet

SCOPE = f"grid:{GRID}"


async def offered(tablet: Tablet) -> Snapshot:
    """Let the tablet show a cursor that nobody gave, and return the snapshot it is offered."""
    reply = await tablet.sync(feeds={SCOPE: (99, "0" * 16)})
    snapshot = reply.feeds[SCOPE].snapshot
    assert snapshot is not None
    return snapshot


async def fetched(tablet: Tablet, snapshot: Snapshot, **headers: str) -> httpx.Response:
    url = f"{ORIGIN}{SNAPSHOT_PATH}/{snapshot.sha256}"
    signed = tablet.signed("GET", url, b"")
    return await tablet.client.get(
        url, headers=signed | {name.replace("_", "-"): text for name, text in headers.items()}
    )


async def test_a_snapshot_is_the_whole_scope(desk: Desk) -> None:
    tablet = await desk.tablet()
    snapshot = await offered(tablet)
    answer = await fetched(tablet, snapshot)
    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "bytes")
    assert (len(answer.content), sha256(answer.content).hexdigest()) == (snapshot.bytes, snapshot.sha256)
    entries = msgspec.json.decode(gzip.decompress(answer.content), type=list[FeedEntry])
    assert {entry.type for entry in entries} == {"grid", "building", "entrance"}


async def test_a_download_goes_on_where_it_was_cut(desk: Desk) -> None:
    tablet = await desk.tablet()
    snapshot = await offered(tablet)
    whole = (await fetched(tablet, snapshot)).content
    rest = await fetched(tablet, snapshot, range="bytes=10-", if_range=f'"{snapshot.sha256}"')
    assert (rest.status_code, whole[:10] + rest.content) == (206, whole)
    assert rest.headers["content-range"] == f"bytes 10-{len(whole) - 1}/{len(whole)}"
    other = await fetched(tablet, snapshot, range="bytes=10-", if_range='"another"')
    assert (other.status_code, other.content) == (200, whole)


async def test_a_range_behind_the_end_is_refused_with_the_size(desk: Desk) -> None:
    tablet = await desk.tablet()
    snapshot = await offered(tablet)
    answer = await fetched(tablet, snapshot, range=f"bytes={snapshot.bytes}-")
    assert (answer.status_code, answer.json()["code"]) == (416, "E-RANGE")
    assert answer.headers["content-range"] == f"bytes */{snapshot.bytes}"


async def test_a_snapshot_is_given_to_those_whose_scope_it_is_and_signed(desk: Desk) -> None:
    tablet, stranger = await desk.tablet(), await desk.tablet(OTHER_GRID)
    snapshot = await offered(tablet)
    assert (await fetched(stranger, snapshot)).status_code == 404
    assert (await tablet.client.get(f"{SNAPSHOT_PATH}/{snapshot.sha256}")).status_code == 401


async def test_all_tablets_of_a_grid_share_one_file_until_the_scope_changes(desk: Desk) -> None:
    tablet, neighbour = await desk.tablet(), await desk.tablet()
    first = await offered(tablet)
    assert await offered(neighbour) == first
    tablet.case()
    await tablet.sync()
    await desk.fold()
    assert (await offered(neighbour)).number == first.number + 1


@given(
    st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True) | st.text(max_size=20),
    st.integers(min_value=1, max_value=300),
)
def test_a_wanted_range_lies_within_the_file(header: str, size_bytes: int) -> None:
    with suppress(RangeRefused):
        wanted = wanted_range(header, "", "digest", size_bytes)
        assert wanted is None or 0 <= wanted.start < wanted.stop <= size_bytes


@pytest.mark.parametrize(
    ("header", "first", "end"),
    [("bytes=0-0", 0, 1), ("bytes=5-", 5, 100), ("bytes=5-700", 5, 100), ("bytes=-1", 99, 100), ("bytes=-500", 0, 100)],
)
def test_the_range_a_header_names(header: str, first: int, end: int) -> None:
    assert wanted_range(header, "", "digest", 100) == range(first, end)


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=9-3", "bytes=1-2,4-5", "lines=1-2"])
def test_a_header_that_names_no_single_range_counts_for_nothing(header: str) -> None:
    assert wanted_range(header, "", "digest", 100) is None
