"""What a restored server lacks and no tablet holds any more is named, with the stream that goes on without it."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.chain import first_head, head_after
from sync.errors import ProofInvalid
from sync.receipts import check_agreed, check_proof
from sync.wire import SyncReply, decode_message, encode_message
from tests.sync.caseapi.harness import Desk, Tablet


def goes_on(tablet: Tablet, records: int) -> None:
    """Let the tablet go on in a new stream that holds so many records."""
    tablet.stream = tablet.clock.uuid()
    tablet.records.clear()
    tablet.fill(records)


async def test_a_gap_is_what_neither_side_holds(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(4)
    old = tablet.stream
    await tablet.sync()
    goes_on(tablet, 2)
    assert (await tablet.sync(forked_from=(str(old), 10))).state == "ok"
    (gap,) = await desk.case_api.desk.gaps()
    assert (gap.stream, gap.first_n, gap.last_n) == (old, 5, 10)
    (fork,) = await desk.case_api.desk.forks()
    assert (fork.stream, fork.old, fork.agreed) == (tablet.stream, old, 10)


async def test_a_stream_of_which_nothing_is_held_is_a_gap_from_its_first_record(desk: Desk) -> None:
    tablet = await desk.tablet()
    old = tablet.stream
    goes_on(tablet, 1)
    await tablet.sync(forked_from=(str(old), 7))
    assert [(gap.first_n, gap.last_n) for gap in await desk.case_api.desk.gaps()] == [(1, 7)]


async def test_gaps_and_forks_are_listed_the_newest_first(desk: Desk) -> None:
    tablets = [await desk.tablet() for _ in range(3)]
    old = [tablet.stream for tablet in tablets]
    for tablet, stream in zip(tablets, old, strict=True):
        desk.clock.now_ms += 1_000
        goes_on(tablet, 1)
        await tablet.sync(forked_from=(str(stream), 7))
    assert [gap.stream for gap in await desk.case_api.desk.gaps()] == old[::-1]
    assert [fork.old for fork in await desk.case_api.desk.forks()] == old[::-1]


async def test_a_fork_at_what_is_held_leaves_no_gap_and_is_listed(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(4)
    old = tablet.stream
    await tablet.sync()
    goes_on(tablet, 3)
    await tablet.sync(forked_from=(str(old), 4))
    assert await desk.case_api.desk.gaps() == []
    assert len(await desk.case_api.desk.forks()) == 1


async def test_a_tablet_cannot_claim_a_gap_in_anothers_stream(desk: Desk) -> None:
    tablet, other = await desk.tablet(), await desk.tablet()
    other.fill(1)
    await other.sync()
    tablet.fill(1)
    await tablet.sync(forked_from=(str(other.stream), 99))
    assert await desk.case_api.desk.gaps() == []


async def test_a_request_that_comes_twice_notes_its_gap_once(desk: Desk) -> None:
    tablet = await desk.tablet()
    old = tablet.stream
    goes_on(tablet, 1)
    for _ in range(2):
        await tablet.sync(forked_from=(str(old), 3))
    assert len(await desk.case_api.desk.gaps()) == 1


async def test_a_server_that_lacks_what_a_tablet_still_holds_stores_nothing_and_asks_for_all(desk: Desk) -> None:
    tablet = await desk.tablet()
    old, head = tablet.stream, "ab" * 32
    goes_on(tablet, 2)
    reply = await tablet.sync(forked_from=(str(old), 3), behind=(3, head))
    assert (reply.state, reply.watermark) == ("rewind", 0)
    assert await desk.case_api.desk.gaps() == [], "the tablet has it: nothing is missing"
    assert (await tablet.sync(forked_from=(str(old), 3))).state == "ok"


async def test_a_server_that_holds_the_old_stream_takes_the_new_one(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(4)
    await tablet.sync()
    old, head = tablet.stream, head_after(first_head(tablet.stream), tablet.records).hex()
    goes_on(tablet, 2)
    wrong = await tablet.sync(forked_from=(str(old), 4), behind=(4, "ab" * 32))
    assert wrong.state == "rewind", "it holds other records there"
    assert (await tablet.sync(forked_from=(str(old), 4), behind=(4, head))).state == "ok"
    assert (await tablet.sync(forked_from=(str(old), 9), behind=(9, head))).state == "ok", "it is open already"


async def test_the_agreed_place_of_a_fork_is_signed(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(4)
    await tablet.sync(end=3)
    tablet.records[2:] = []
    tablet.fill(2)
    body = encode_message(tablet.request())
    reply = decode_message((await tablet.post(body)).content, SyncReply)
    assert (reply.state, reply.agreed) == ("fork", 2)
    assert reply.agreed_proof is not None
    key, proof = Ed25519PublicKey.from_public_bytes(tablet.receipt_key), b64decode(reply.agreed_proof)
    check_agreed(proof, 2, body, key)
    for agreed, about in ((1, body), (2, body + b" ")):
        with pytest.raises(ProofInvalid):
            check_agreed(proof, agreed, about, key)
    with pytest.raises(ProofInvalid):
        check_proof(proof, "fork", body, key)
