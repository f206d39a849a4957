"""Joins this tablet to a district's case API: key and one-time code up, six digits to compare, then a device id.

A start only asks how far it has come: what speaks to the server is loaded when it is spoken to.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from sync.journal import Enrolment
from sync.tablet.errors import PortalAnswered, ServerRefused
from sync.tablet.store import Store
from sync.tablet.store.identity import Membership
from sync.text import clean_line

if TYPE_CHECKING:
    from sync.enrolment import Offer
    from sync.wire import EnrolReply, EnrolRequest

KEY_BYTES = 32
"""Length of every raw key here: Ed25519 and X25519."""

CODE_ENDED = frozenset({"E-CODE"})
"""Codes of a refusal that says the one-time code will never work (again)."""


class EnrolmentWire(Protocol):
    """The way to a case API that this tablet has not joined yet."""

    def enrol(self, request: "EnrolRequest") -> "EnrolReply":
        """Send an enrolment request and return the reply."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Enroller:
    """Enrols, and enrols again; keys, records and streams stay in any case.

    Until the desk confirms, an enrolment from before stays in force.
    """

    def __init__(
        self,
        store: Store,
        connect: Callable[[str, tuple[str, ...]], EnrolmentWire],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._connect = connect
        self._random_bytes = random_bytes

    def state(self) -> Enrolment:
        """Return the stored enrolment; a pending one before a confirmed one."""
        joining = self._store.identity.membership("joining")
        if joining is not None:
            return Enrolment("pending", joining.origin, joining.digits, server=joining.server)
        joined = self._store.identity.membership("joined")
        if joined is not None:
            return Enrolment("confirmed", joined.origin, device=joined.device, server=joined.server)
        return Enrolment("none")

    def begin(self, offer_text: str) -> Enrolment:
        """Send this tablet's key with the one-time code of a scanned or typed offer.

        Raises:
            WireError: not an enrolment code.
            ExchangeError: the server could not be reached, or refused; the code says which.
        """
        from sync.enrolment import parse_offer

        offer = parse_offer(offer_text)
        reply = self._ask(offer)
        membership = _membership(offer, reply, self._public_key())
        return self._keep(membership, reply)

    def poll(self) -> Enrolment:
        """Ask whether the desk has confirmed; without a pending enrolment, nothing is asked.

        Raises:
            ExchangeError: the server could not be reached, or refused. A one-time code that has ended is forgotten.
        """
        from sync.enrolment import Offer

        joining = self._store.identity.membership("joining")
        if joining is None:
            return self.state()
        try:
            reply = self._ask(Offer(joining.origin, joining.code, joining.pins))
        except ServerRefused as exc:
            if exc.code in CODE_ENDED:
                self._store.identity.forget_joining()
            raise
        if _raw_key(reply.receipt_key) != joining.receipt_key:
            raise PortalAnswered("the server answers with another receipt key than before: the digits would not match")
        return self._keep(joining, reply)

    def cancel(self) -> Enrolment:
        """Forget a pending enrolment; return what is left."""
        self._store.identity.forget_joining()
        return self.state()

    def _ask(self, offer: "Offer") -> "EnrolReply":
        from sync.wire import PROTOCOL, EnrolRequest

        wire = self._connect(offer.origin, offer.pins)
        key = b64encode(self._public_key()).decode()
        try:
            return wire.enrol(EnrolRequest(PROTOCOL, offer.code, key, self._store.outbox.streams()))
        finally:
            wire.close()

    def _keep(self, membership: Membership, reply: "EnrolReply") -> Enrolment:
        # A server from before says none.
        if reply.digits not in (None, membership.digits):
            raise PortalAnswered("the answer is about another code or key: its digits are not this tablet's")
        if reply.status == "confirmed" and reply.device:
            joined = replace(membership, device=clean_line(reply.device), code="", digits="")
            self._store.identity.keep("joined", joined)
        else:
            self._store.identity.keep("joining", membership)
        return self.state()

    def _public_key(self) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        kept = self._store.identity.device_key()
        if kept is None:
            kept = self._store.identity.keep_device_key(self._random_bytes(KEY_BYTES))
        return Ed25519PrivateKey.from_private_bytes(kept).public_key().public_bytes_raw()


def _membership(offer: "Offer", reply: "EnrolReply", device_key: bytes) -> Membership:
    from sync.enrolment import compare_digits

    receipt_key = _raw_key(reply.receipt_key)
    return Membership(
        origin=offer.origin,
        pins=offer.pins,
        code=offer.code,
        digits=compare_digits(offer.code, device_key, receipt_key),
        receipt_key=receipt_key,
        seal_key=_raw_key(reply.seal_key),
        server=clean_line(reply.server),
    )


def _raw_key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError as exc:
        raise PortalAnswered("an enrolment was answered without readable keys") from exc
    if len(key) != KEY_BYTES:
        raise PortalAnswered(f"an enrolment was answered with a key of {len(key)} bytes, not {KEY_BYTES}")
    return key
