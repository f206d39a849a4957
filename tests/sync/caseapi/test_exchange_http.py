"""The exchange over HTTP, as a tablet sees it."""

import hashlib
import zlib
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.chain import first_head, head_after
from sync.receipts import receipt_code
from sync.reference import MatterEntry
from sync.wire import FeedEntry, gzip_body
from tests.sync.caseapi.harness import GRID, MATTER, OTHER_GRID, Clock, Desk, Tablet, entry


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()


async def held_rows(desk: Desk) -> tuple[int, int]:
    """Return how many records and receipts the database holds."""
    storage = desk.case_api.storage
    tablets = await storage.desk.tablets()
    return sum(tablet.held for tablet in tablets), len(await storage.desk.receipts())


async def test_a_shift_is_stored_and_answered_with_watermark_head_and_receipt(tablet: Tablet) -> None:
    tablet.fill(34)
    reply = await tablet.sync()
    assert (reply.state, reply.watermark) == ("ok", 34)
    assert reply.head == head_after(first_head(tablet.stream), tablet.records).hex()
    receipt = tablet.opened_receipt(reply)
    assert (receipt.stream, receipt.watermark, receipt.head.hex()) == (tablet.stream, 34, reply.head)
    assert receipt.incarnation == UUID(reply.incarnation).bytes[:8]


async def test_the_desk_shows_the_same_six_characters(desk: Desk, tablet: Tablet) -> None:
    from base64 import b64decode

    tablet.fill(3)
    reply = await tablet.sync()
    assert reply.receipt is not None
    (row,) = await desk.case_api.desk.receipts()
    assert row.code == receipt_code(b64decode(reply.receipt.signed))


async def test_five_hundred_records_fit_one_exchange_and_one_more_does_not(tablet: Tablet) -> None:
    tablet.fill(501)
    body = msgspec.json.encode(tablet.request(1, 501))
    answer = await tablet.post(gzip_body(body), content_encoding="gzip")
    assert (answer.status_code, answer.json()["path"]) == (422, "$.records")
    assert (await tablet.sync(1, 500)).watermark == 500


async def test_a_lost_reply_is_healed_by_the_watermark(desk: Desk, tablet: Tablet) -> None:
    tablet.fill(5)
    first = await tablet.sync()
    before = await held_rows(desk)
    replies = [await tablet.sync() for _ in range(10)]
    assert await held_rows(desk) == before
    assert {(reply.watermark, reply.head) for reply in replies} == {(first.watermark, first.head)}
    assert [verdict.verdict for verdict in replies[-1].verdicts] == ["duplicate"] * 5


async def test_an_exchange_without_records_gives_the_same_receipt_again(tablet: Tablet, clock: Clock) -> None:
    tablet.fill(2)
    first = await tablet.sync()
    clock.now_ms += 60_000
    again = await tablet.sync(start=3)
    assert (again.state, again.receipt, again.watermark) == ("ok", first.receipt, 2)


async def test_nothing_held_gives_no_receipt(tablet: Tablet) -> None:
    reply = await tablet.sync()
    assert (reply.state, reply.watermark, reply.receipt) == ("ok", 0, None)


async def test_a_gap_is_refused_by_rewind(tablet: Tablet) -> None:
    tablet.fill(6)
    await tablet.sync(1, 2)
    reply = await tablet.sync(5, 6)
    assert (reply.state, reply.watermark) == ("rewind", 2)


@pytest.mark.parametrize(("start", "agreed"), [(1, 3), (3, 3), (4, 3), (5, None)])
async def test_another_history_is_a_fork_with_the_last_agreed_place(tablet: Tablet, start: int, agreed: int) -> None:
    tablet.fill(5)
    await tablet.sync()
    tablet.records[3:] = tablet.records[3:][::-1]
    reply = await tablet.sync(start)
    assert (reply.state, reply.agreed, reply.watermark) == ("fork", agreed, 5)


async def test_a_wrong_head_before_the_first_record_is_a_fork_and_stores_nothing(desk: Desk, tablet: Tablet) -> None:
    tablet.fill(2)
    reply = await tablet.sync(prev="00" * 32)
    assert (reply.state, reply.agreed, reply.watermark) == ("fork", None, 0)
    assert await held_rows(desk) == (0, 0)


async def test_a_head_that_does_not_follow_from_the_bytes_stores_nothing(desk: Desk, tablet: Tablet) -> None:
    tablet.fill(2)
    reply = await tablet.sync(head="00" * 32)
    assert (reply.state, reply.agreed, reply.watermark) == ("fork", 0, 0)
    assert await held_rows(desk) == (0, 0)


async def test_another_tablets_stream_is_a_fork(desk: Desk, tablet: Tablet) -> None:
    tablet.fill(2)
    await tablet.sync()
    thief = await desk.tablet()
    thief.stream, thief.records = tablet.stream, list(tablet.records)
    thief.fill(1)
    reply = await thief.sync()
    assert (reply.state, reply.agreed, reply.watermark) == ("fork", 2, 2)


async def test_another_tablets_receipt_and_counts_are_not_given_away(desk: Desk) -> None:
    owner, other = await desk.tablet(), await desk.tablet()
    owner.fill(2)
    await owner.sync()
    other.stream, other.records = owner.stream, list(owner.records)
    reply = await other.sync()
    assert (reply.state, reply.agreed, reply.receipt) == ("fork", 2, None)


async def test_a_forked_stream_is_stored_with_its_origin_and_old_records_are_duplicates(
    desk: Desk, tablet: Tablet
) -> None:
    tablet.fill(3)
    await tablet.sync()
    await desk.fold()
    old, tablet.stream = tablet.stream, tablet.clock.uuid()
    reply = await tablet.sync(forked_from=(str(old), 1))
    assert (reply.state, reply.watermark) == ("ok", 3)
    await desk.fold()
    again = await tablet.sync()
    assert [verdict.verdict for verdict in again.verdicts] == ["duplicate"] * 3
    assert all(verdict.id is not None for verdict in again.verdicts)


async def test_a_revoked_tablet_is_drained_then_erased(desk: Desk, tablet: Tablet) -> None:
    tablet.fill(3)
    await tablet.sync(1, 1)
    await desk.case_api.storage.enrolments.set_status(UUID(tablet.device), "revoked")
    draining = await tablet.sync(2, 3)
    assert (draining.state, draining.watermark) == ("drain", 3)
    await desk.fold()
    again = await tablet.sync(2, 3)
    assert [(verdict.verdict, verdict.reason) for verdict in again.verdicts] == [("quarantined", "revoked")] * 2
    assert (await tablet.sync(start=4)).state == "erase"


async def test_counts_of_person_and_shift_stand_beside_the_receipt(tablet: Tablet) -> None:
    tablet.fill(3)
    reply = await tablet.sync()
    assert reply.receipt is not None
    assert [(count.shift, count.records) for count in reply.receipt.counts] == [(None, 3)]


async def test_records_keep_their_exact_bytes(desk: Desk, tablet: Tablet) -> None:
    tablet.check_in()
    odd = tablet.records[0].replace(b'","', b'" ,\t"').replace(b"1", b"1")
    tablet.records[0] = odd
    reply = await tablet.sync()
    assert reply.head == head_after(first_head(tablet.stream), [odd]).hex()


@given(cuts=st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=12))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_overlapping_cuts_leave_an_exact_prefix(desk: Desk, cuts: list[tuple[int, int]]) -> None:
    tablet = await desk.tablet()
    tablet.fill(30)
    held = 0
    for start, length in cuts:
        end = min(start - 1 + length, 30)
        reply = await tablet.sync(start, end)
        is_joined = start - 1 <= held
        held = max(held, end) if is_joined else held
        assert (reply.state, reply.watermark) == ("ok" if is_joined else "rewind", held)
        assert reply.head == head_after(first_head(tablet.stream), tablet.records[:held]).hex()


# Feeds ---------------------------------------------------------------------------------------------------------------


async def test_the_scopes_follow_from_the_assignment(tablet: Tablet) -> None:
    reply = await tablet.sync()
    assert list(reply.feeds) == [
        f"device:{tablet.device}",
        f"grid:{GRID}",
        "community:230108001001",
        "district:230108",
        "catalogue",
    ]
    types = [entry.type for entry in reply.feeds[f"grid:{GRID}"].entries]
    assert types == ["grid", "building", "entrance"]
    assert (await tablet.sync()).feeds[f"grid:{GRID}"].entries == []


async def test_another_grids_rows_do_not_reach_the_tablet(desk: Desk, tablet: Tablet) -> None:
    reply = await tablet.sync()
    assert not any(OTHER_GRID in entry.id for page in reply.feeds.values() for entry in page.entries)


async def test_a_long_feed_comes_in_pages_that_join(desk: Desk, tablet: Tablet) -> None:
    matter = MatterEntry("local", "matter", "10001", "名" * 200, "n" * 500, "", "")
    await desk.publish([entry("catalogue", "matter", f"local:matter:{n}", matter) for n in range(1200)])
    got: list[FeedEntry] = []
    pages = 0
    while True:
        page = (await tablet.sync()).feeds["catalogue"]
        got += page.entries
        pages += 1
        if not page.more:
            break
    assert len({entry.id for entry in got}) == len(got) == 1201
    assert pages >= 3


@pytest.mark.parametrize("cursor", [(3, "0" * 16), (10**15, "f" * 16)])
async def test_a_cursor_of_another_database_is_answered_by_a_snapshot(
    desk: Desk, tablet: Tablet, cursor: tuple[int, str]
) -> None:
    tablet.feeds["catalogue"] = cursor
    page = (await tablet.sync()).feeds["catalogue"]
    assert page.entries == []
    assert page.snapshot is not None
    answer = await tablet.get(f"/v1/snapshots/{page.snapshot.sha256}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == page.snapshot.sha256
    assert len(answer.content) == page.snapshot.bytes
    entries = msgspec.json.decode(zlib.decompress(answer.content, 31), type=list[FeedEntry])
    assert [entry.id for entry in entries] == [MATTER]
    assert (await tablet.sync()).feeds["catalogue"].entries == []


async def test_a_snapshot_of_a_scope_that_is_not_the_tablets_is_not_given(desk: Desk, tablet: Tablet) -> None:
    stranger = await desk.tablet(OTHER_GRID)
    stranger.feeds[f"grid:{OTHER_GRID}"] = (9, "0" * 16)
    snapshot = (await stranger.sync()).feeds[f"grid:{OTHER_GRID}"].snapshot
    assert snapshot is not None
    assert (await stranger.get(f"/v1/snapshots/{snapshot.sha256}")).status_code == 200
    refused = await tablet.get(f"/v1/snapshots/{snapshot.sha256}")
    assert (refused.status_code, refused.json()["code"]) == (404, "E-SNAPSHOT")


async def test_snapshots_of_one_content_are_given_to_everybody_whose_scope_says_so(desk: Desk) -> None:
    first, second = await desk.tablet(), await desk.tablet()
    digests = []
    for each in (first, second):
        each.feeds[f"device:{each.device}"] = (9, "0" * 16)
        snapshot = (await each.sync()).feeds[f"device:{each.device}"].snapshot
        assert snapshot is not None
        digests.append(snapshot.sha256)
    assert digests[0] == digests[1]
    for each, digest in zip((first, second), digests, strict=True):
        assert (await each.get(f"/v1/snapshots/{digest}")).status_code == 200


async def test_a_whole_district_can_fetch_the_snapshots_that_it_was_offered(desk: Desk, tablet: Tablet) -> None:
    offered = []
    for place in range(100):
        await desk.publish(
            [entry("catalogue", "matter", str(place), MatterEntry("local", "matter", "1", "名", "n", "", ""))]
        )
        tablet.feeds["catalogue"] = (place + 1, "0" * 16)
        snapshot = (await tablet.sync()).feeds["catalogue"].snapshot
        assert snapshot is not None
        offered.append(snapshot.sha256)
    answers = [(await tablet.get(f"/v1/snapshots/{digest}")).status_code for digest in offered]
    assert answers == [200] * 100


async def test_a_revoked_tablet_is_told_of_its_own_records_alone(desk: Desk, tablet: Tablet) -> None:
    tablet.feeds[f"grid:{GRID}"] = (9, "0" * 16)
    snapshot = (await tablet.sync()).feeds[f"grid:{GRID}"].snapshot
    assert snapshot is not None
    tablet.fill(1)
    await desk.case_api.storage.enrolments.set_status(UUID(tablet.device), "revoked")
    await tablet.sync()
    await desk.fold()
    reply = await tablet.sync(2, feeds={})
    assert list(reply.feeds) == [f"device:{tablet.device}"]
    assert [b"revoked" in bytes(entry.body) for entry in reply.feeds[f"device:{tablet.device}"].entries] == [True]
    assert (await tablet.get(f"/v1/snapshots/{snapshot.sha256}")).status_code == 404
