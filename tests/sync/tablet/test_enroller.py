"""Enrolment: pending with six digits until the desk confirms; key, records and an older enrolment stay."""

from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from sync.enrolment import Offer, compare_digits
from sync.errors import WireError
from sync.tablet.enroller import Enroller
from sync.tablet.errors import PortalAnswered, ServerRefused, ServerUnreachable
from sync.tablet.store import Store
from sync.wire import EnrolReply, EnrolRequest
from tests.sync.tablet.makers import record

RECEIPT_KEY, SEAL_KEY, CODE = bytes(range(32)), bytes(range(32, 64)), "0123456789ABCDEFGHJKMNPQR"
OFFER = Offer("http://127.0.0.1:8080", CODE)


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def reply(status: str = "pending", device: str | None = None, receipt_key: bytes = RECEIPT_KEY) -> EnrolReply:
    return EnrolReply(status, b64(receipt_key), b64(SEAL_KEY), "平房区", device)  # type: ignore[arg-type]


class Desk:
    """The other end: answers as told, remembers what it was asked."""

    def __init__(self, *answers: EnrolReply | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[EnrolRequest] = []
        self.connected: list[tuple[str, tuple[str, ...]]] = []
        self.closed = 0

    def connect(self, origin: str, pins: tuple[str, ...]) -> "Desk":
        self.connected.append((origin, pins))
        return self

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def enroller_with(store: Store) -> Callable[[Desk], Enroller]:
    return lambda desk: Enroller(store, desk.connect, lambda size: bytes([7]) * size)


def test_a_fresh_tablet_is_not_enrolled(enroller_with: Callable[[Desk], Enroller]) -> None:
    assert enroller_with(Desk()).state().status == "none"


def test_it_is_pending_until_the_desk_confirms(store: Store, enroller_with: Callable[[Desk], Enroller]) -> None:
    desk = Desk(reply(), reply(), reply("confirmed", "device-1"))
    enroller = enroller_with(desk)
    begun = enroller.begin(OFFER.text)
    assert (begun.status, begun.origin, begun.server) == ("pending", OFFER.origin, "平房区")
    key = desk.asked[0].key
    assert begun.digits == compare_digits(CODE, b64decode(key), RECEIPT_KEY)
    assert enroller.poll() == begun == enroller.state()
    confirmed = enroller.poll()
    assert (confirmed.status, confirmed.device, confirmed.digits) == ("confirmed", "device-1", "")
    assert {request.key for request in desk.asked} == {key}
    assert desk.asked[0].streams == store.outbox.streams()
    assert desk.closed == 3
    joined = store.identity.membership()
    assert joined is not None
    assert (joined.receipt_key, joined.seal_key, joined.code) == (RECEIPT_KEY, SEAL_KEY, "")


def test_polling_without_a_pending_enrolment_asks_nobody(enroller_with: Callable[[Desk], Enroller]) -> None:
    desk = Desk()
    assert enroller_with(desk).poll().status == "none"
    assert desk.asked == []


def test_enrolling_again_keeps_key_records_and_the_old_district_until_confirmed(
    store: Store, enroller_with: Callable[[Desk], Enroller]
) -> None:
    desk = Desk(reply("confirmed", "device-1"), reply(receipt_key=bytes(32)), reply("confirmed", "device-2", bytes(32)))
    enroller = enroller_with(desk)
    enroller.begin(OFFER.text)
    saved = store.journal.append(record())
    other = Offer("http://127.0.0.1:9090", CODE)
    assert enroller.begin(other.text).status == "pending"
    joined = store.identity.membership()
    assert joined is not None
    assert joined.device == "device-1"
    assert enroller.poll().device == "device-2"
    assert desk.asked[0].key == desk.asked[-1].key
    assert store.journal.get(saved.record.id) == saved


def test_a_code_that_has_ended_is_forgotten(store: Store, enroller_with: Callable[[Desk], Enroller]) -> None:
    enroller = enroller_with(Desk(reply(), ServerRefused("expired", "E-CODE")))
    enroller.begin(OFFER.text)
    with pytest.raises(ServerRefused) as caught:
        enroller.poll()
    assert caught.value.code == "E-CODE"
    assert enroller.state().status == "none"


def test_a_lost_network_keeps_it_pending(enroller_with: Callable[[Desk], Enroller]) -> None:
    enroller = enroller_with(Desk(reply(), ServerUnreachable("cut")))
    begun = enroller.begin(OFFER.text)
    with pytest.raises(ServerUnreachable):
        enroller.poll()
    assert enroller.state() == begun
    assert enroller.cancel().status == "none"


def test_a_server_that_changes_its_key_meanwhile_is_not_believed(enroller_with: Callable[[Desk], Enroller]) -> None:
    enroller = enroller_with(Desk(reply(), reply("confirmed", "device-1", bytes(32))))
    enroller.begin(OFFER.text)
    with pytest.raises(PortalAnswered):
        enroller.poll()
    assert enroller.state().status == "pending"


@pytest.mark.parametrize("before", [[], [reply()]], ids=["at first", "while it waits"])
def test_an_answer_that_confirms_another_key_is_not_believed(
    enroller_with: Callable[[Desk], Enroller], before: list[EnrolReply]
) -> None:
    stale = replace(reply("confirmed", "device-1"), digits=compare_digits(OFFER.code, bytes(32), RECEIPT_KEY))
    enroller = enroller_with(Desk(*before, stale))
    for _ in before:
        enroller.begin(OFFER.text)
    with pytest.raises(PortalAnswered):
        enroller.poll() if before else enroller.begin(OFFER.text)
    assert enroller.state().status == ("pending" if before else "none")


def test_an_answer_that_says_this_tablets_digits_is_believed(enroller_with: Callable[[Desk], Enroller]) -> None:
    desk = Desk(reply(), reply("confirmed", "device-1"))
    enroller = enroller_with(desk)
    begun = enroller.begin(OFFER.text)
    desk.answers[0] = replace(reply("confirmed", "device-1"), digits=begun.digits)
    assert enroller.poll().device == "device-1"


@pytest.mark.parametrize("key", ["no base64!", "é", b64(b"short")])
def test_a_reply_without_a_real_key_is_not_believed(enroller_with: Callable[[Desk], Enroller], key: str) -> None:
    answer = EnrolReply("confirmed", key, b64(SEAL_KEY), "server", "device-1")
    with pytest.raises(PortalAnswered):
        enroller_with(Desk(answer)).begin(OFFER.text)


def test_a_text_that_is_no_offer_is_told_before_anybody_is_asked(enroller_with: Callable[[Desk], Enroller]) -> None:
    desk = Desk()
    with pytest.raises(WireError):
        enroller_with(desk).begin("XG1 something else")
    assert desk.asked == []
