"""Requests that were good once or elsewhere: replayed, stolen, on a wrong chain; the answer is the watermark."""

from pathlib import Path

import msgspec
import pytest

from sync.wire import SNAPSHOT_PATH, SYNC_PATH, encode_message
from tests.sync.caseapi.harness import ORIGIN, Desk, Tablet
from tests.sync.caseapi.hostile.hostility import refused, state_of, unchanged, works_on


async def test_a_replayed_request_is_answered_by_the_watermark(tablet: Tablet, database: Path) -> None:
    tablet.fill(3)
    body = encode_message(tablet.request())
    headers = tablet.signed("POST", f"{ORIGIN}{SYNC_PATH}", body)
    first = await tablet.client.post(SYNC_PATH, content=body, headers=headers)
    async with unchanged(database):
        for _ in range(20):
            again = await tablet.client.post(SYNC_PATH, content=body, headers=headers)
            assert (again.status_code, again.json()["watermark"], again.json()["state"]) == (200, 3, "ok")
            assert again.json()["receipt"] == first.json()["receipt"]
    await works_on(tablet)


async def test_a_replay_of_an_old_request_does_not_move_the_watermark_back(tablet: Tablet) -> None:
    tablet.fill(2)
    body = encode_message(tablet.request())
    headers = tablet.signed("POST", f"{ORIGIN}{SYNC_PATH}", body)
    await tablet.client.post(SYNC_PATH, content=body, headers=headers)
    await works_on(tablet)
    again = await tablet.client.post(SYNC_PATH, content=body, headers=headers)
    assert (again.status_code, again.json()["watermark"]) == (200, 3)


async def test_a_replay_after_five_minutes_is_refused(tablet: Tablet, database: Path) -> None:
    tablet.fill(1)
    body = encode_message(tablet.request())
    headers = tablet.signed("POST", f"{ORIGIN}{SYNC_PATH}", body)
    tablet.clock.now_ms += 301_000
    async with unchanged(database):
        answer = await tablet.client.post(SYNC_PATH, content=body, headers=headers)
        assert refused(answer, 401)["code"] == "E-CLOCK"


def held(database: Path) -> list[tuple[bytes, int]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute("select stream, watermark from stream order by stream").fetchall()


async def test_another_tablets_stream_cannot_be_written(desk: Desk, tablet: Tablet, database: Path) -> None:
    await works_on(tablet)
    thief = await desk.tablet()
    thief.stream, thief.records = tablet.stream, list(tablet.records)
    thief.check_in()
    before = held(database)
    answer = await thief.post(encode_message(thief.request()))
    assert (answer.status_code, answer.json()["state"], answer.json().get("receipt")) == (200, "fork", None)
    assert held(database) == before
    await works_on(tablet)


WRONG_CHAINS = {
    "another head before": {"prev": "0" * 64},
    "another head after": {"head": "0" * 64},
    "a gap": {"start": 9},
    "the end of all places": {"start": 2**32 - 1},
    "another start": {"start": 1},
}


@pytest.mark.parametrize("changes", WRONG_CHAINS.values(), ids=WRONG_CHAINS.keys())
async def test_records_off_the_chain_are_not_stored(tablet: Tablet, database: Path, changes: dict[str, object]) -> None:
    await works_on(tablet)
    tablet.fill(2)
    before = held(database)
    body = msgspec.json.decode(encode_message(tablet.request(2))) | changes
    answer = await tablet.post(msgspec.json.encode(body))
    assert (answer.status_code, answer.json()["state"] in ("fork", "rewind")) == (200, True)
    assert held(database) == before
    tablet.records = tablet.records[:1]
    await works_on(tablet)


async def test_records_that_were_swapped_or_changed_are_a_fork(tablet: Tablet, database: Path) -> None:
    tablet.fill(3)
    body = msgspec.json.decode(encode_message(tablet.request()))
    before = held(database)
    for records in (body["records"][::-1], body["records"][:2], [*body["records"], {}], [1, 2, 3]):
        answer = await tablet.post(msgspec.json.encode(body | {"records": records}))
        assert (answer.status_code, answer.json()["state"]) == (200, "fork")
    assert held(database) == before


async def test_one_tablets_noise_changes_nothing_of_anothers(desk: Desk, tablet: Tablet, database: Path) -> None:
    await works_on(tablet)
    other = await desk.tablet()
    before = held(database)
    await other.post(encode_message(other.request(1, prev="0" * 64)))
    assert held(database) == before


async def snapshot_of(tablet: Tablet) -> tuple[str, int]:
    reply = await works_on(tablet)
    answer = await tablet.post(encode_message(tablet.request(2, feeds=dict.fromkeys(reply.feeds, (9, "f" * 16)))))
    snapshots = [page["snapshot"] for page in answer.json()["feeds"].values() if page.get("snapshot")]
    return snapshots[0]["sha256"], snapshots[0]["bytes"]


NAMES = ("", "0", "A" * 64, "f" * 64, "../" * 20, "%2e%2e%2f", "f" * 5000, "%00", "%c3%a9", "f" * 63 + "%0a")


@pytest.mark.parametrize("name", NAMES, ids=lambda text: text[:12])
async def test_a_snapshot_that_nobody_offered_is_not_there(tablet: Tablet, database: Path, name: str) -> None:
    async with unchanged(database):
        refused(await tablet.get(f"{SNAPSHOT_PATH}/{name}"), 401, 404)


RANGES = (
    "bytes=0-0", "bytes=-1", "bytes=5-", "bytes=0-999999999999", "bytes=9-1", "bytes=-0", "bytes=99999999999999999999-",
    "bytes=0-0,0-0", "bytes=" + ",".join(["0-"] * 500), "bytes=a-b", "bytes", "lines=1-2", "bytes=--5", "bytes=1-2-3",
    "bytes=-" + "9" * 5000, "", "=", "bytes=\t1-2",
)  # fmt: skip


@pytest.mark.parametrize("wanted", RANGES, ids=lambda text: text[:16])
@pytest.mark.parametrize("condition", ["", '"other"', 'W/"x"', "Thu, 01 Jan 1970 00:00:00 GMT", "\x7f"])
async def test_any_range_of_a_snapshot_is_the_right_bytes_or_refused(
    tablet: Tablet, database: Path, wanted: str, condition: str
) -> None:
    digest, size = await snapshot_of(tablet)
    path = f"{SNAPSHOT_PATH}/{digest}"
    whole = (await tablet.get(path)).content
    assert len(whole) == size
    headers = tablet.signed("GET", f"{ORIGIN}{path}", b"") | {"range": wanted}
    before = state_of(database)
    answer = await tablet.client.get(path, headers=headers | ({"if-range": condition} if condition else {}))
    assert state_of(database) == before
    if answer.status_code == 200:
        assert answer.content == whole
    elif answer.status_code == 206:
        first, last = answer.headers["content-range"].removeprefix("bytes ").partition("/")[0].split("-")
        assert (answer.content, condition) == (whole[int(first) : int(last) + 1], "")
    else:
        refused(answer, 400, 416)
