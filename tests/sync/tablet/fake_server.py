"""A case API in one page, for tests of the tablet: honest about the protocol, and able to fail on demand."""

import copy
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.chain import first_head, head_after
from sync.clock import format_time
from sync.receipts import Receipt, sign_agreed, sign_proof, sign_receipt
from sync.tablet.download import Download
from sync.tablet.errors import BatchTooLarge, ServerSilent, ServerUnreachable
from sync.tablet.speaking import Answer
from sync.wire import (
    CONTENT_TYPE,
    PROTOCOL,
    FeedEntry,
    FeedPage,
    SignedReceipt,
    Snapshot,
    State,
    SyncReply,
    SyncRequest,
    decode_message,
    encode_message,
    gzip_body,
)
from tests.sync.tablet.makers import AT_MS

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DEVICE_SCOPE = "device:1"


class FakeServer:
    """Holds streams and feeds in memory.

    Attributes:
        streams: the held records by stream, in order.
        feeds: entries by scope, in order.
        faults: what happens to the next exchanges, in order; see `exchange`.
        requests: every request that arrived.
        page_size: most feed entries in one page.
        most_records: more in a request is answered 413.
    """

    def __init__(self) -> None:
        self.streams: dict[str, list[bytes]] = {}
        self.feeds: dict[str, list[FeedEntry]] = {DEVICE_SCOPE: []}
        self.incarnation = UUID(int=1 << 64)
        self.faults: list[str] = []
        self.requests: list[SyncRequest] = []
        self.delayed: list[bytes] = []
        self.last_answer: Answer | None = None
        self.page_size = 500
        self.most_records = 500
        self.state: State | None = None
        self.snapshots: dict[str, bytes] = {}
        self.time_ms = AT_MS + 5_000

    def exchange(self, body: bytes) -> Answer:
        """Answer a request, after what the next fault says: lose it, lose the answer, double or delay it, a portal."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "silent":
            self.requests.append(decode_message(body, SyncRequest))
            raise ServerSilent("no answer in time")
        if fault == "lose_request":
            raise ServerUnreachable("lost on the way up")
        if fault == "delay":
            self.delayed.append(body)
            raise ServerUnreachable("late on the way up")
        for late in self.delayed:
            self._answer(late)
        self.delayed.clear()
        if fault == "portal":
            return Answer("text/html", b"<html>please log in</html>", body)
        if fault == "stale" and self.last_answer is not None:
            return Answer(CONTENT_TYPE, self.last_answer.body, body)
        answer = self._answer(body)
        if fault == "double":
            answer = self._answer(body)
        if fault == "lose_reply":
            raise ServerUnreachable("lost on the way down")
        self.last_answer = answer
        return answer

    def snapshot(self, digest: str, into: Download) -> None:
        into.add(self.snapshots[digest][into.size_bytes :])

    def backup(self) -> dict[str, list[bytes]]:
        """Return what `restore` brings back."""
        return copy.deepcopy(self.streams)

    def restore(self, backup: dict[str, list[bytes]]) -> None:
        """Become yesterday's server: another incarnation that knows only what was backed up."""
        self.streams = copy.deepcopy(backup)
        self.incarnation = UUID(int=self.incarnation.int + (1 << 64))

    def held_ids(self) -> list[str]:
        """Return the id of every held record, once for each place that holds it."""
        return [json.loads(data)["id"] for held in self.streams.values() for data in held]

    def publish(self, scope: str, entries: Iterable[FeedEntry]) -> None:
        self.feeds.setdefault(scope, []).extend(entries)

    def make_snapshot(self, scope: str) -> None:
        """Answer every cursor of a scope but its newest with a snapshot from now on."""
        data = gzip_body(msgspec.json.encode(self.feeds[scope]))
        self.snapshots[sha256(data).hexdigest()] = data

    def _answer(self, body: bytes) -> Answer:
        request = decode_message(body, SyncRequest)
        self.requests.append(request)
        if len(request.records) > self.most_records:
            raise BatchTooLarge("the server wants smaller requests")
        state, agreed = self._store(request)
        held = self.streams.get(request.stream, [])
        head = head_after(first_head(UUID(request.stream)), held)
        state = self.state or state
        reply = SyncReply(
            protocol=PROTOCOL,
            incarnation=str(self.incarnation),
            time=format_time(self.time_ms),
            stream=request.stream,
            state=state,
            watermark=len(held),
            head=head.hex(),
            proof=b64encode(sign_proof(state, body, KEY)).decode(),
            receipt=self._receipt(request.stream, len(held), head),
            agreed=agreed,
            agreed_proof=None if agreed is None else b64encode(sign_agreed(agreed, body, KEY)).decode(),
            feeds={scope: self._page(scope, request.feeds.get(scope, (0, ""))) for scope in self.feeds},
        )
        return Answer(CONTENT_TYPE, encode_message(reply), body)

    def _store(self, request: SyncRequest) -> tuple[State, int | None]:
        held = self.streams.get(request.stream, [])
        if request.stream not in self.streams and self._lacks_what_is_behind(request):
            return "rewind", None
        before = request.start - 1
        if before > len(held):
            return "rewind", None
        own = [first_head(UUID(request.stream))]
        for data in held:
            own.append(head_after(own[-1], [data]))
        theirs = [bytes.fromhex(request.prev)]
        records = [_bytes_of(raw) for raw in request.records]
        for data in records:
            theirs.append(head_after(theirs[-1], [data]))
        overlap = range(before, min(before + len(records), len(held)) + 1)
        agreed = max((n for n in overlap if own[n] == theirs[n - before]), default=None)
        if agreed != overlap[-1] or theirs[-1].hex() != request.head:
            return "fork", agreed
        self.streams.setdefault(request.stream, []).extend(records[len(held) - before :])
        return "ok", None

    def _lacks_what_is_behind(self, request: SyncRequest) -> bool:
        if request.forked_from is None or request.behind is None:
            return False
        (old, _), (n, head) = request.forked_from, request.behind
        held = self.streams.get(old, [])
        return len(held) < n or head_after(first_head(UUID(old)), held[:n]).hex() != head

    def _receipt(self, stream: str, watermark: int, head: bytes) -> SignedReceipt | None:
        if not watermark:
            return None
        receipt = Receipt(self.incarnation.bytes[:8], UUID(stream), watermark, head, self.time_ms // 1000)
        return SignedReceipt(b64encode(sign_receipt(receipt, KEY)).decode())

    def _page(self, scope: str, cursor: tuple[int, str]) -> FeedPage:
        entries = self.feeds[scope]
        number = cursor[0]
        data = gzip_body(msgspec.json.encode(entries))
        digest = sha256(data).hexdigest()
        if digest in self.snapshots and number != len(entries):
            return FeedPage(cursor=cursor, snapshot=Snapshot(len(entries), f"{len(entries):016x}", digest, len(data)))
        page = entries[number : number + self.page_size]
        last = number + len(page)
        return FeedPage(cursor=(last, f"{last:016x}"), entries=page, more=last < len(entries))


def _bytes_of(raw: msgspec.Raw) -> bytes:
    data = bytes(raw)
    value = json.loads(data)
    if isinstance(value, dict) and set(value) == {"damaged"}:
        return b64decode(value["damaged"])
    return data
