"""The engine alone: what is asked, what counts as an answer, and what an answer comes to."""

from base64 import b64encode
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.chain import first_head, head_after
from sync.clock import format_time
from sync.errors import ReceiptInvalid
from sync.receipts import Receipt, receipt_code, sign_agreed, sign_proof, sign_receipt
from sync.tablet.engine import (
    ApplyPage,
    BatchLimits,
    FetchSnapshot,
    Fork,
    Judgement,
    KeepScopes,
    OfferAgain,
    Settle,
    judge,
    plan_request,
    read_reply,
)
from sync.tablet.errors import PortalAnswered, ProtocolTooOld
from sync.tablet.speaking import Answer
from sync.tablet.values import Batch, OutboxRecord, Stream
from sync.wire import CONTENT_TYPE, FeedPage, Hello, RecordVerdict, SignedReceipt, Snapshot, SyncReply, encode_message
from tests.sync.tablet.fake_server import KEY
from tests.sync.tablet.makers import AT_MS

STREAM = UUID("0195a2c0-0000-4000-8000-00000000000a")
RECORDS = [b'{"id": %d}' % number for number in range(1, 6)]
HEADS = [head_after(first_head(STREAM), RECORDS[:n]) for n in range(6)]
SENT = b"the request as sent"
HELLO = Hello("test", "2026-11-23T08:15:03.120+08:00", 1, "boot", 0)
CURSORS = {"device:1": (3, "c" * 16)}


def batch(watermark: int = 0, last: int = 5, *, forked: bool = False, damaged: int | None = None) -> Batch:
    """Return a batch of records watermark + 1 to last of a stream of five."""
    stream = Stream(1, str(STREAM), "old" if forked else None, 2 if forked else None, 0, HEADS[0], watermark)
    rows = tuple(OutboxRecord(RECORDS[n], n + 1 == damaged) for n in range(watermark, last))
    return Batch(stream, rows, HEADS[watermark], HEADS[last], 5)


def reply(proven: int = 5, **changes: object) -> SyncReply:
    """Return an honest reply up to a place, but for the changes."""
    state = changes.get("state", "ok")
    receipt = Receipt(bytes(8), STREAM, proven, HEADS[min(proven, 5)], AT_MS // 1000)
    honest = SyncReply(
        protocol=1,
        incarnation=str(UUID(int=0)),
        time=format_time(AT_MS),
        stream=str(STREAM),
        state=state,  # type: ignore[arg-type]
        watermark=proven,
        head=HEADS[min(proven, 5)].hex(),
        proof=b64encode(sign_proof(str(state), SENT, KEY)).decode(),
        receipt=SignedReceipt(b64encode(sign_receipt(receipt, KEY)).decode()) if proven else None,
        feeds={"device:1": FeedPage((3, "c" * 16))},
    )
    return msgspec.structs.replace(honest, **changes)


def agreed_proof(agreed: int, sent: bytes = SENT) -> str:
    return b64encode(sign_agreed(agreed, sent, KEY)).decode()


def answer(value: SyncReply, content_type: str = CONTENT_TYPE) -> Answer:
    return Answer(content_type, encode_message(value), SENT)


def judged(given_batch: Batch, value: SyncReply, **asked: bool) -> Judgement:
    request = plan_request(given_batch, cursors=CURSORS, hello=HELLO, **asked)
    proven = read_reply(answer(value), stream=str(STREAM), receipt_key=KEY.public_key())
    own = HEADS[value.watermark] if value.watermark <= 5 else None
    return judge(given_batch, proven, own_head=own, request=request)


def test_a_request_begins_after_what_is_proven() -> None:
    request = plan_request(batch(2), cursors=CURSORS, hello=HELLO)
    assert (request.stream, request.start, request.feeds) == (str(STREAM), 3, CURSORS)
    assert (request.prev, request.head) == (HEADS[2].hex(), HEADS[5].hex())
    assert [bytes(raw) for raw in request.records] == RECORDS[2:]


def test_records_are_sent_as_the_bytes_they_are() -> None:
    body = encode_message(plan_request(batch(), cursors={}, hello=HELLO))
    assert b",".join(RECORDS) in body


def test_a_damaged_record_is_wrapped() -> None:
    request = plan_request(batch(damaged=2), cursors={}, hello=HELLO)
    assert msgspec.json.decode(request.records[1]) == {"damaged": b64encode(RECORDS[1]).decode()}


def test_a_fork_is_told_until_the_first_watermark() -> None:
    assert plan_request(batch(forked=True), cursors={}, hello=HELLO).forked_from == ("old", 2)
    assert plan_request(batch(1, forked=True), cursors={}, hello=HELLO).forked_from is None


def test_what_must_be_held_of_the_old_stream_is_said_with_the_fork() -> None:
    behind = msgspec.structs.replace(batch(forked=True), behind=(2, HEADS[2]))
    assert plan_request(behind, cursors={}, hello=HELLO).behind == (2, HEADS[2].hex())
    proven = msgspec.structs.replace(batch(1, forked=True), behind=(2, HEADS[2]))
    assert plan_request(proven, cursors={}, hello=HELLO).behind is None


def test_a_server_that_lacks_the_old_stream_is_offered_everything_again() -> None:
    behind = msgspec.structs.replace(batch(forked=True), behind=(2, HEADS[2]))
    outcome = judged(behind, reply(0, state="rewind"))
    assert isinstance(outcome.effects[0], OfferAgain)
    assert outcome.more


@pytest.mark.parametrize("content_type", ["text/html", "", "application/jsonp", "application/problem+json"])
def test_an_answer_of_another_type_does_not_count(content_type: str) -> None:
    with pytest.raises(PortalAnswered):
        read_reply(answer(reply(), content_type), stream=str(STREAM), receipt_key=KEY.public_key())


FORGED = {
    "a proof of another request": {"proof": b64encode(sign_proof("ok", b"other", KEY)).decode()},
    "a proof of another state": {"proof": b64encode(sign_proof("rewind", SENT, KEY)).decode()},
    "no proof": {"proof": ""},
    "a proof that is no base64": {"proof": "é"},
    "another stream": {"stream": str(UUID(int=9))},
    "no time": {"time": "yesterday"},
    "no incarnation": {"incarnation": "new"},
    "a watermark beyond every database": {"watermark": 10**30, "receipt": None},
    "a watermark before the first record": {"watermark": -1, "receipt": None},
    "a head that is none": {"head": "é" * 64},
    "an agreed place before the first record": {"agreed": -1},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED.keys())
def test_a_forged_answer_does_not_count(changes: dict[str, object]) -> None:
    with pytest.raises(PortalAnswered):
        read_reply(answer(reply(**changes)), stream=str(STREAM), receipt_key=KEY.public_key())


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_not_count(body: bytes) -> None:
    with pytest.raises(PortalAnswered):
        read_reply(Answer(CONTENT_TYPE, body, SENT), stream=str(STREAM), receipt_key=KEY.public_key())


def test_another_protocol_is_told() -> None:
    with pytest.raises(ProtocolTooOld):
        read_reply(answer(reply(protocol=2)), stream=str(STREAM), receipt_key=KEY.public_key())


def receipt_of(watermark: int, stream: UUID = STREAM, head: bytes = HEADS[5]) -> SignedReceipt:
    signed = sign_receipt(Receipt(bytes(8), stream, watermark, head, 1), KEY)
    return SignedReceipt(b64encode(signed).decode())


WRONG_RECEIPTS = {
    "none": None,
    "of another watermark": receipt_of(4),
    "of another stream": receipt_of(5, stream=UUID(int=9)),
    "of another head": receipt_of(5, head=HEADS[4]),
    "no base64": SignedReceipt("é"),
    "too short": SignedReceipt(b64encode(b"short").decode()),
}


@pytest.mark.parametrize("receipt", WRONG_RECEIPTS.values(), ids=WRONG_RECEIPTS.keys())
def test_a_watermark_without_its_receipt_does_not_count(receipt: SignedReceipt | None) -> None:
    with pytest.raises(ReceiptInvalid):
        read_reply(answer(reply(receipt=receipt)), stream=str(STREAM), receipt_key=KEY.public_key())


def test_a_whole_reply_settles_and_ends() -> None:
    judgement = judged(batch(), reply())
    (settle,) = judgement.effects
    assert isinstance(settle, Settle)
    assert settle.receipt is not None
    assert (settle.watermark, settle.head, settle.receipt.kept.watermark) == (5, HEADS[5], 5)
    assert settle.receipt.kept.code == receipt_code(settle.receipt.kept.signed)
    assert not judgement.more


@pytest.mark.parametrize("watermark", [0, 1, 4])
def test_a_lower_watermark_settles_to_it_and_goes_on(watermark: int) -> None:
    judgement = judged(batch(5), reply(watermark, state="rewind"))
    (settle,) = judgement.effects
    assert isinstance(settle, Settle)
    assert settle.watermark == watermark
    assert judgement.more


@pytest.mark.parametrize(
    ("changes", "agreed"),
    [
        ({"state": "fork", "agreed": 3, "agreed_proof": agreed_proof(3)}, 3),
        ({"state": "fork", "agreed": 3, "agreed_proof": agreed_proof(2)}, None),
        ({"state": "fork", "agreed": 3, "agreed_proof": agreed_proof(3, b"another request")}, None),
        ({"state": "fork", "agreed": 3, "agreed_proof": "é"}, None),
        ({"state": "fork", "agreed": 3}, None),
        ({"state": "fork", "agreed": None}, None),
        ({"state": "fork", "agreed": 6, "agreed_proof": agreed_proof(6)}, None),
        ({"watermark": 0, "head": HEADS[1].hex(), "receipt": None}, None),
    ],
)
def test_a_fork_is_a_fork_whatever_state_says(changes: dict[str, object], agreed: int | None) -> None:
    judgement = judged(batch(), reply(**changes))
    assert judgement.effects == (Fork(agreed),)
    assert judgement.more


def test_a_watermark_beyond_the_last_record_is_a_fork() -> None:
    receipt = receipt_of(7)
    proven = read_reply(answer(reply(7, receipt=receipt)), stream=str(STREAM), receipt_key=KEY.public_key())
    request = plan_request(batch(), cursors=CURSORS, hello=HELLO)
    assert judge(batch(), proven, own_head=None, request=request).effects == (Fork(None),)


def test_only_verdicts_of_settled_records_of_the_request_count() -> None:
    verdicts = [
        RecordVerdict(2, "quarantined", reason="unknown_ref"),
        RecordVerdict(3, "quarantined", reason="bad_shape", sentence="\x1b[2J错"),
        RecordVerdict(4, "duplicate"),
        RecordVerdict(5, "parked", reason="unknown_kind"),
        RecordVerdict(99, "quarantined", reason="bad_shape"),
    ]
    (settle,) = judged(batch(2), reply(4, verdicts=verdicts)).effects
    assert isinstance(settle, Settle)
    assert [(row.n, row.verdict) for row in settle.verdicts] == [(3, "quarantined")]
    assert "\x1b" not in settle.verdicts[0].sentence


def test_feeds_become_pages_snapshots_and_dropped_scopes() -> None:
    feeds = {
        "catalogue": FeedPage((9, "s" * 16), snapshot=Snapshot(9, "s" * 16, "d" * 64, 10)),
        "grid:2": FeedPage((1, "e" * 16), more=True),
    }
    judgement = judged(batch(), reply(feeds=feeds))
    assert judgement.effects[1:] == (
        FetchSnapshot("catalogue", feeds["catalogue"].snapshot),
        ApplyPage("grid:2", (), (1, "e" * 16)),
        KeepScopes(("catalogue", "grid:2")),
    )
    assert judgement.more


@pytest.mark.parametrize(
    "changes",
    [
        {"feeds": {}},
        *({"feeds": {"grid:2": FeedPage((0, ""))}, "state": state} for state in ("drain", "rewind", "fork")),
    ],
)
def test_no_scope_is_dropped_by_an_answer_that_is_not_about_scopes(changes: dict[str, object]) -> None:
    assert not any(isinstance(effect, KeepScopes) for effect in judged(batch(), reply(**changes)).effects)


@given(st.integers(1, 500), st.integers(1, 1_000_000), st.integers(0, 30), st.integers(0, 30))
def test_limits_shrink_to_one_and_grow_back_to_the_most(records: int, size: int, halvings: int, growths: int) -> None:
    most = BatchLimits(records, size)
    limits = most
    for _ in range(halvings):
        limits = limits.halved()
        assert limits.records >= 1
        assert limits.size_bytes >= 1
    for _ in range(growths):
        limits = limits.grown(most)
        assert limits.records <= most.records
        assert limits.size_bytes <= most.size_bytes
    if growths >= 20:
        assert limits == most
