"""The engine's small numbers and strict readings: how much a request carries, and texts that only almost are base64."""

import json
from collections.abc import Callable

import pytest

from sync.errors import ReceiptInvalid
from sync.tablet.engine import BatchLimits, Judgement, plan_request, read_reply
from sync.tablet.errors import PortalAnswered
from sync.tablet.speaking import Answer
from sync.tablet.store import Store
from sync.wire import Hello, encode_message
from tests.sync.tablet.fake_server import KEY, FakeServer
from tests.sync.tablet.makers import record

HELLO = Hello("test", "2026-11-23T08:15:03.120+08:00", 1, "boot", 0)


@pytest.mark.parametrize(
    ("limits", "half"), [((10, 100), (5, 50)), ((3, 7), (1, 3)), ((1, 1), (1, 1)), ((1, 2), (1, 1)), ((2, 1), (1, 1))]
)
def test_half_of_a_request_is_at_least_one_record(limits: tuple[int, int], half: tuple[int, int]) -> None:
    assert BatchLimits(*limits).halved() == BatchLimits(*half)


def test_a_request_grows_to_twice_and_no_further_than_the_most() -> None:
    most = BatchLimits(500, 1_000)
    assert BatchLimits(10, 100).grown(most) == BatchLimits(20, 200)
    assert BatchLimits(300, 900).grown(most) == most


def test_a_judgement_asks_for_no_wait_of_its_own() -> None:
    assert Judgement((), more=False).retry_after_s == 0.0


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda reply: reply | {"proof": reply["proof"] + "\n"}, PortalAnswered),
        (lambda reply: reply | {"proof": "!" + reply["proof"]}, PortalAnswered),
        (lambda reply: reply | {"receipt": {"signed": reply["receipt"]["signed"] + "\n"}}, ReceiptInvalid),
        (lambda reply: reply | {"receipt": {"signed": "!" + reply["receipt"]["signed"]}}, ReceiptInvalid),
    ],
)
def test_a_text_that_only_almost_is_base64_does_not_count(
    store: Store, spoil: Callable[[dict[str, object]], dict[str, object]], error: type[Exception]
) -> None:
    store.journal.append(record())
    batch = store.outbox.batch(max_records=9, max_bytes=10**6)
    assert batch is not None
    answer = FakeServer().exchange(encode_message(plan_request(batch, cursors={}, hello=HELLO)))
    spoilt = Answer(answer.content_type, json.dumps(spoil(json.loads(answer.body))).encode(), answer.sent)
    assert read_reply(answer, stream=batch.stream.id, receipt_key=KEY.public_key()).receipt is not None
    with pytest.raises(error):
        read_reply(spoilt, stream=batch.stream.id, receipt_key=KEY.public_key())
