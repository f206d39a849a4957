"""One exchange: records in, and back the watermark, verdicts, feeds, a receipt and a proof."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.caseapi.errors import DeviceLocked, UnknownDevice
from sync.caseapi.service.arriving import to_incoming
from sync.caseapi.service.feeds import FeedService
from sync.caseapi.storage.base import ExchangeStore
from sync.caseapi.storage.values import Device, PlaceVerdict, Settled
from sync.clock import format_time
from sync.receipts import sign_agreed, sign_proof
from sync.wire import PROTOCOL, RecordVerdict, SignedReceipt, State, SyncReply, SyncRequest

BUSY_LOAD = 0.5
"""How full the queue is when tablets that have more to send are asked to wait, before anybody must be refused."""

_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}", re.ASCII)


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
        oldest_app: tuple[int, ...] = (),
        retry_after_s: Callable[[], float] = lambda: 1.0,
    ) -> None:
        """Keep what an exchange needs.

        Args:
            retry_after_s: how long a busy server asks a tablet with more to send to wait, jittered.
            oldest_app: version of the app below which a tablet is told to upgrade; its records are stored all the same.
            on_stored: told after records were stored, so that judging begins.
        """
        self._exchanges = exchanges
        self._keys: dict[UUID, bytes] = {}
        self._has_learnt = False
        self._learning = asyncio.Lock()
        self._feeds = feeds
        self._incarnation = incarnation
        self._proof_key = proof_key
        self._now_ms = now_ms
        self._on_stored = on_stored
        self._oldest_app = oldest_app
        self._retry_after_s = retry_after_s
        self._waiting = 0

    @property
    def is_waited_for(self) -> bool:
        """Tell whether a tablet waits for its records to be on disk."""
        return self._waiting > 0

    async def device(self, device: UUID) -> Device:
        """Return a device of the district as it is now.

        Raises:
            UnknownDevice: there is none with this id.
            DeviceLocked: it was revoked and erased.
        """
        found = await self._found(device)
        if found.status == "erased":
            raise DeviceLocked("this tablet was revoked and erased; enrol it anew")
        return found

    async def key_of(self, device: UUID) -> bytes:
        """Return the public key with which a device signs; a device's key never changes.

        Raises:
            UnknownDevice: there is none with this id.
        """
        if device not in self._keys:
            await self._learn_keys()
        if device not in self._keys:
            self._keys[device] = (await self._found(device)).public_key
        return self._keys[device]

    async def exchange(self, device: UUID, request: SyncRequest, received: bytes) -> SyncReply:
        """Store what is new and answer.

        Args:
            received: the request's body as it came, before inflating; the proof covers its digest.

        Raises:
            DeviceLocked: the device was erased.
            ProtocolUnknown: the request speaks a newer protocol.
            WireError: an id or a head is no such thing.
            Overloaded: too many exchanges wait; nothing was stored.
            StorageFailed: the database could not commit; nothing was stored.
        """
        incoming = to_incoming(request, device, self._now_ms())
        # The request's own records would keep its whole body in memory beside those that wait for their commit.
        request = msgspec.structs.replace(request, records=[])
        self._waiting += 1
        try:
            settled = await self._exchanges.exchange(incoming)
        finally:
            self._waiting -= 1
        if incoming.records:
            self._on_stored()
        state = _state_of(settled, request, self._oldest_app, has_records=bool(incoming.records))
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
            agreed_proof=self._agreed_proof(settled.agreed, received),
            verdicts=list(_verdicts(settled.duplicates)),
            feeds=await self._feeds.pages(settled.device, request.feeds, is_pulling=request.pull),
            media_owed=list(settled.media_owed),
            retry_after_s=self._retry_after_s() if self._exchanges.load > BUSY_LOAD else 0.0,
        )

    def _agreed_proof(self, agreed: int | None, received: bytes) -> str | None:
        if agreed is None:
            return None
        return b64encode(sign_agreed(agreed, received, self._proof_key)).decode()

    async def _learn_keys(self) -> None:
        # Once, all together: a whole district's tablets come in the same second, none of them known yet.
        async with self._learning:
            if not self._has_learnt:
                self._keys |= await self._exchanges.keys()
                self._has_learnt = True

    async def _found(self, device: UUID) -> Device:
        found = await self._exchanges.device(device)
        if found is None:
            raise UnknownDevice("this district knows no such device; enrol the tablet")
        return found


def _state_of(settled: Settled, request: SyncRequest, oldest_app: tuple[int, ...], *, has_records: bool) -> State:
    device = settled.device
    if device.status == "erased" or (device.status == "revoked" and (device.is_wiped or request.erased)):
        return "erase"
    if settled.state != "ok":
        return settled.state
    if device.status == "active":
        return "upgrade" if request.protocol < PROTOCOL or app_version(request.hello.app) < oldest_app else "ok"
    is_empty = not has_records and request.hello.unsettled == 0 and not settled.media_owed
    return "erase" if is_empty else "drain"


def app_version(app: str) -> tuple[int, ...]:
    """Return the numbers of the first version in an app's own words, as in ``fieldapp 0.1.0``; empty without one."""
    found = _VERSION.search(app)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


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
