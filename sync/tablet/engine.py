"""Decides what to send and what an answer means. Pure: rows and bytes in, effects out as data.

A request is planned from the batch that waits and the cursors. A reply counts only when its content type, protocol,
stream, receipt and proof are right; then its watermark counts only when it is at most the last n and its head is the
tablet's own head there. Whatever is lost, repeated or late, the next request starts at what is proven.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import msgspec

from sync.clock import parse_time
from sync.errors import ProofInvalid, ReceiptInvalid, WireError
from sync.journal import StoredReceipt
from sync.receipts import ReceiptKey, check_agreed, check_proof, open_receipt, receipt_code
from sync.tablet.errors import PortalAnswered, ProtocolTooOld
from sync.tablet.speaking import Answer
from sync.tablet.values import Batch, OutboxRecord, ProvenReceipt
from sync.text import clean_text
from sync.wire import (
    CONTENT_TYPE,
    PROTOCOL,
    Cursor,
    Damaged,
    FeedEntry,
    Hello,
    RecordVerdict,
    Snapshot,
    SyncReply,
    SyncRequest,
    decode_message,
    encode_message,
)

Notice = Literal["", "revoked", "erased", "upgrade"]
"""What the server says of the tablet as a whole, beside the records; `erased` once it knows that nothing is left."""

DEVICE_SCOPE = "device:"
"""How the name of the scope begins that one tablet has for itself."""

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Proven:
    """A reply that is certainly the server's answer to this request.

    Attributes:
        reply: what it says.
        receipt: the receipt in it, checked, or None while the server holds nothing.
        incarnation: first 8 bytes of the incarnation of the server's database.
        time_ms: the server's Unix time in milliseconds.
    """

    reply: SyncReply
    receipt: ProvenReceipt | None
    incarnation: bytes
    time_ms: int


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much one request carries; halved when it was too much, grown back when it was not."""

    records: int
    size_bytes: int

    def halved(self) -> "BatchLimits":
        """Return half of it, at least one record."""
        return BatchLimits(max(1, self.records // 2), max(1, self.size_bytes // 2))

    def grown(self, most: "BatchLimits") -> "BatchLimits":
        """Return twice of it, at most `most`."""
        return BatchLimits(min(most.records, self.records * 2), min(most.size_bytes, self.size_bytes * 2))


@dataclass(frozen=True, slots=True)
class Settle:
    """Take the watermark over: records up to it are stored, those after it wait (again)."""

    watermark: int
    head: bytes
    receipt: ProvenReceipt | None
    verdicts: tuple[RecordVerdict, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """Open a new stream with everything after the agreed place, or with everything when that is unknown."""

    agreed: int | None


@dataclass(frozen=True, slots=True)
class OfferAgain:
    """Offer everything that is held again, of older streams too, in a new one: the server was restored."""


@dataclass(frozen=True, slots=True)
class ApplyPage:
    """Write a page of a feed and its cursor."""

    scope: str
    entries: tuple[FeedEntry, ...]
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class FetchSnapshot:
    """Fetch a whole scope and put it in place of what is there."""

    scope: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class KeepScopes:
    """Drop every scope that is not named: the assignment has changed."""

    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase what this revoked tablet holds; its key stays until the server has heard of it.

    Attributes:
        at_once: also what the server lacks: it was told what that is, and two administrators have confirmed it.
    """

    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget the key and the district: the server has heard that everything else is erased."""


Effect = Settle | Fork | OfferAgain | ApplyPage | FetchSnapshot | KeepScopes | Erase | Forget


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a proven reply comes to.

    Attributes:
        effects: what to do, in order.
        more: something is left either way, so exchange again.
        notice: what the server says of the tablet as a whole.
        retry_after_s: the server asks to wait so long before the next exchange.
        media_owed: SHA-256 names of attachments that the server lacks.
    """

    effects: tuple[Effect, ...]
    more: bool
    notice: Notice = ""
    retry_after_s: float = 0.0
    media_owed: tuple[str, ...] = ()


def plan_request(
    batch: Batch,
    *,
    cursors: Mapping[str, Cursor],
    hello: Hello,
    is_erased: bool = False,
    is_pulling: bool = True,
) -> SyncRequest:
    """Return the request that carries a batch and names the feeds.

    Args:
        is_erased: a proven `erase` was carried out; it is said as soon as nothing waits.
        is_pulling: there is room for what the feeds bring.
    """
    stream = batch.stream
    forked_from = behind = None
    if stream.forked_from is not None and stream.watermark == 0:
        # Said until the first watermark proves that the server has heard it. Where the place is beyond what the server
        # holds, it knows what neither end holds any more.
        forked_from = (stream.forked_from, stream.missing_to or stream.agreed or 0)
        behind = None if batch.behind is None else (batch.behind[0], batch.behind[1].hex())
    return SyncRequest(
        protocol=PROTOCOL,
        hello=hello,
        stream=stream.id,
        start=stream.watermark + 1,
        prev=batch.prev.hex(),
        head=batch.head.hex(),
        records=[_raw(record) for record in batch.records],
        feeds=dict(cursors),
        forked_from=forked_from,
        erased=is_erased and not batch.records,
        pull=is_pulling,
        behind=behind,
    )


def read_reply(answer: Answer, *, stream: str, receipt_key: ReceiptKey) -> Proven:
    """Return the reply, once it is certain that the server made it for this request.

    Raises:
        PortalAnswered: it is not the server's answer: a captive portal, a proxy, an older reply.
        ProtocolTooOld: it is, in a protocol that this program does not speak.
        ReceiptInvalid: it is, but its receipt does not prove what it says.
    """
    if answer.content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise PortalAnswered(f"an answer of type {answer.content_type[:60]!r}: not the case API")
    try:
        reply = decode_message(answer.body, SyncReply)
        check_proof(b64decode(reply.proof, validate=True), reply.state, answer.sent, receipt_key)
        time_ms, incarnation = parse_time(reply.time), UUID(reply.incarnation).bytes[:8]
    except (WireError, ProofInvalid, ValueError) as exc:
        raise PortalAnswered(f"not this server's answer to this request: {exc}") from exc
    if reply.protocol != PROTOCOL:
        raise ProtocolTooOld(f"the server speaks protocol {reply.protocol}, this program {PROTOCOL}")
    if reply.stream != stream:
        raise PortalAnswered("an answer about another stream")
    if not _is_agreed_proven(reply, answer.sent, receipt_key):
        reply = msgspec.structs.replace(reply, agreed=None)
    return Proven(reply, _proven_receipt(reply, receipt_key), incarnation, time_ms)


def judge(batch: Batch, proven: Proven, *, own_head: bytes | None, request: SyncRequest) -> Judgement:
    """Return what a proven reply to a batch comes to.

    Args:
        own_head: the open stream's own head at the reply's watermark, or None when it is not held.
        request: what was asked, the cursors of the feeds among it.
    """
    reply = proven.reply
    if reply.state == "erase" and request.erased:
        return _judgement(reply, (Forget(),), more=False, notice="erased")
    erase = Erase(at_once=not _is_empty_handed(reply, request)) if reply.state == "erase" else None
    if erase is not None and erase.at_once:
        return _judgement(reply, (erase,), more=True)
    feeds = _feed_effects(reply, request) if request.pull else _own_feed_effects(reply, request)
    if reply.state == "rewind" and request.behind is not None:
        return _judgement(reply, (OfferAgain(), *feeds), more=True)
    fork = _fork(batch, reply, own_head)
    if fork is not None:
        return _judgement(reply, (fork, *feeds), more=True)
    settle = Settle(reply.watermark, bytes.fromhex(reply.head), proven.receipt, _verdicts(batch, reply))
    if erase is not None:
        return _judgement(reply, (settle, erase), more=True)
    is_left_up = reply.watermark < batch.last_n
    is_left_down = request.pull and any(page.more or page.snapshot is not None for page in reply.feeds.values())
    return _judgement(reply, (settle, *feeds), more=is_left_up or is_left_down)


def _judgement(reply: SyncReply, effects: tuple[Effect, ...], *, more: bool, notice: Notice = "") -> Judgement:
    owed = tuple(dict.fromkeys(name for name in reply.media_owed if _SHA256.fullmatch(name)))
    return Judgement(effects, more, notice or _notice(reply), reply.retry_after_s, owed)


def _is_empty_handed(reply: SyncReply, request: SyncRequest) -> bool:
    # The tablet's own rows are asked again in the transaction that erases: something may have been saved meanwhile.
    return not request.records and request.hello.unsettled == 0 and not reply.media_owed


def _fork(batch: Batch, reply: SyncReply, own_head: bytes | None) -> Fork | None:
    if reply.state == "fork":
        is_known = reply.agreed is not None and reply.agreed <= batch.last_n
        return Fork(reply.agreed if is_known else None)
    if own_head is None or own_head.hex() != reply.head:
        return Fork(None)
    return None


def _raw(record: OutboxRecord) -> msgspec.Raw:
    if not record.damaged:
        return msgspec.Raw(record.data)
    return msgspec.Raw(encode_message(Damaged(b64encode(record.data).decode())))


def _is_agreed_proven(reply: SyncReply, sent: bytes, receipt_key: ReceiptKey) -> bool:
    """Tell whether the server has signed the place it agrees to; without that, everything is offered again."""
    if reply.agreed is None or reply.agreed_proof is None:
        return False
    try:
        check_agreed(b64decode(reply.agreed_proof, validate=True), reply.agreed, sent, receipt_key)
    except (ProofInvalid, ValueError):
        return False
    return True


def _proven_receipt(reply: SyncReply, receipt_key: ReceiptKey) -> ProvenReceipt | None:
    if reply.receipt is None:
        if reply.watermark and reply.state != "fork":
            raise ReceiptInvalid(f"watermark {reply.watermark} without a receipt")
        return None
    try:
        signed = b64decode(reply.receipt.signed, validate=True)
    except ValueError as exc:
        raise ReceiptInvalid(f"a receipt is base64: {exc}") from exc
    receipt = open_receipt(signed, receipt_key)
    said = (str(receipt.stream), receipt.watermark, receipt.head.hex())
    if said != (reply.stream, reply.watermark, reply.head):
        raise ReceiptInvalid("the receipt proves something else than the reply says")
    kept = StoredReceipt(signed, receipt_code(signed), reply.stream, receipt.watermark, receipt.time_s)
    return ProvenReceipt(kept, receipt.head, receipt.incarnation)


def _verdicts(batch: Batch, reply: SyncReply) -> tuple[RecordVerdict, ...]:
    # `duplicate` here means that the place was held already: the watermark says that too. A record that is held at
    # another place comes as a verdict in the device's feed.
    first = batch.stream.watermark + 1
    places = range(first, min(first + len(batch.records), reply.watermark + 1))
    return tuple(
        msgspec.structs.replace(row, sentence=clean_text(row.sentence))
        for row in reply.verdicts
        if row.verdict != "duplicate" and row.n in places
    )


def _own_feed_effects(reply: SyncReply, request: SyncRequest) -> tuple[Effect, ...]:
    """Return the pages of the device's own feed alone: verdicts are small, and shown on a full disk too."""
    pages = {scope: page for scope, page in reply.feeds.items() if scope.startswith(DEVICE_SCOPE)}
    return tuple(
        ApplyPage(scope, tuple(page.entries), page.cursor)
        for scope, page in sorted(pages.items())
        if page.snapshot is None and (page.entries or request.feeds.get(scope) != page.cursor)
    )


def _feed_effects(reply: SyncReply, request: SyncRequest) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    cursors = request.feeds
    for scope, page in sorted(reply.feeds.items()):
        if page.snapshot is not None:
            effects.append(FetchSnapshot(scope, page.snapshot))
        elif page.entries or cursors.get(scope) != page.cursor:
            effects.append(ApplyPage(scope, tuple(page.entries), page.cursor))
    # Every assignment has at least the device's own scope: no scopes at all is no answer about scopes. A revoked
    # tablet, which other states may hide, keeps what it needs to show what it still holds.
    is_assignment = bool(reply.feeds) and reply.state in ("ok", "upgrade")
    if is_assignment and not set(cursors) <= set(reply.feeds):
        effects.append(KeepScopes(tuple(sorted(reply.feeds))))
    return tuple(effects)


def _notice(reply: SyncReply) -> Notice:
    notices: dict[str, Notice] = {"drain": "revoked", "erase": "revoked", "upgrade": "upgrade"}
    return notices.get(reply.state, "")
