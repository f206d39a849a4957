"""One exchange: records in, and back the watermark, verdicts, feeds, a receipt and a proof."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.caseapi.errors import DeviceLocked, UnknownDevice
from sync.caseapi.service.arriving import to_incoming
from sync.caseapi.service.feeds import FeedService
from sync.caseapi.storage.base import ExchangeStore
from sync.caseapi.storage.values import Device, PlaceVerdict, Settled
from sync.clock import format_time
from sync.receipts import sign_proof
from sync.wire import PROTOCOL, RecordVerdict, SignedReceipt, State, SyncReply, SyncRequest


class ExchangeService:
    """Runs exchanges of known devices."""

    def __init__(
        self,
        exchanges: ExchangeStore,
        feeds: FeedService,
        *,
        incarnation: UUID,
        proof_key: Ed25519PrivateKey,
        now_ms: Callable[[], int],
        on_stored: Callable[[], None],
    ) -> None:
        """Keep what an exchange needs.

        Args:
            on_stored: told after records were stored, so that judging begins.
        """
        self._exchanges = exchanges
        self._keys: dict[UUID, bytes] = {}
        self._feeds = feeds
        self._incarnation = incarnation
        self._proof_key = proof_key
        self._now_ms = now_ms
        self._on_stored = on_stored

    async def device(self, device: UUID) -> Device:
        """Return a device of the district as it is now.

        Raises:
            UnknownDevice: there is none with this id.
            DeviceLocked: it was revoked and erased.
        """
        found = await self._exchanges.device(device)
        if found is None:
            raise UnknownDevice("this district knows no such device; enrol the tablet")
        if found.status == "erased":
            raise DeviceLocked("this tablet was revoked and erased; enrol it anew")
        self._keys[device] = found.public_key
        return found

    async def key_of(self, device: UUID) -> bytes:
        """Return the public key with which a device signs; a device's key never changes.

        Raises:
            UnknownDevice: there is none with this id.
            DeviceLocked: it was revoked and erased, and nothing was heard of it before.
        """
        return self._keys.get(device) or (await self.device(device)).public_key

    async def exchange(self, device: UUID, request: SyncRequest, received: bytes) -> SyncReply:
        """Store what is new and answer.

        Args:
            received: the request's body as it came, before inflating; the proof covers its digest.

        Raises:
            DeviceLocked: the device was erased.
            ProtocolUnknown: the request speaks another protocol.
            WireError: an id or a head is no such thing.
            Overloaded: too many exchanges wait; nothing was stored.
            StorageFailed: the database could not commit; nothing was stored.
        """
        incoming = to_incoming(request, device, self._now_ms())
        settled = await self._exchanges.exchange(incoming)
        if incoming.records:
            self._on_stored()
        state = _state_of(settled, request)
        return SyncReply(
            protocol=PROTOCOL,
            incarnation=str(self._incarnation),
            time=format_time(self._now_ms()),
            stream=request.stream,
            state=state,
            watermark=settled.watermark,
            head=settled.head.hex(),
            proof=b64encode(sign_proof(state, received, self._proof_key)).decode(),
            receipt=_receipt_of(settled),
            agreed=settled.agreed,
            verdicts=list(_verdicts(settled.duplicates)),
            feeds=await self._feeds.pages(settled.device, request.feeds),
        )


def _state_of(settled: Settled, request: SyncRequest) -> State:
    if settled.state != "ok" or settled.device.status != "revoked":
        return settled.state
    is_empty = not request.records and request.hello.unsettled == 0
    return "erase" if is_empty else "drain"


def _receipt_of(settled: Settled) -> SignedReceipt | None:
    if settled.receipt is None:
        return None
    return SignedReceipt(b64encode(settled.receipt).decode(), counts=list(settled.counts))


def _verdicts(places: Iterable[PlaceVerdict]) -> Iterable[RecordVerdict]:
    for place in places:
        record_id = None if place.id is None else str(place.id)
        if place.verdict in ("quarantined", "parked"):
            yield RecordVerdict(place.n, place.verdict, record_id, place.reason or None, place.sentence)  # type: ignore[arg-type]  # the judge gives reasons of the closed list only
        else:
            yield RecordVerdict(place.n, "duplicate", record_id)
