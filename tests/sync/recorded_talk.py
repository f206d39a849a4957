"""All that goes over the wire beside the day's exchanges, as it once went, and how it is played again.

Enrolment, photos, snapshots, refusals, and feeds with an entry of every type; see `tests.tools.talk_recorder`. A piece
holds the request and the answer to the byte, how today's client is asked for it, and what it understood then.
"""

import gzip
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.media import UploadState
from sync.receipts import receipt_code
from sync.reference import decode_entry
from sync.tablet.client import CaseApiClient, client_of
from sync.tablet.config import ExchangeConfig
from sync.tablet.engine import read_reply
from sync.tablet.errors import ExchangeError
from sync.tablet.speaking import Speaker
from sync.wire import EnrolRequest, FeedEntry, SyncReply, gzip_body
from tests.sync.caseapi.harness import NOW_MS, ORIGIN
from tests.sync.recorded_exchanges import FOLDER, Request
from tests.sync.tablet.makers import FixedClock
from tests.sync.tablet.speaking import Taken

TALKS = ("enrolment", "records", "refusals")
"""Each a folder of a version: pieces that follow one another on a server of its own."""

DEVICE = "01900000-0000-7000-8000-00000000dd01"
KEY = Ed25519PrivateKey.from_private_bytes(b"a synthetic key, of no tablet...")
RECEIPT_KEY = Ed25519PrivateKey.from_private_bytes(b"a synthetic key, of no server...")

Shown = dict[str, Any]
"""Plain values under names of their own, so that a field that is renamed here is missed there."""


class Spoken(msgspec.Struct):
    """What the server of that version answered, to the byte; the body in base64."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def received(self) -> bytes:
        """Return the body as it came over the wire."""
        return b64decode(self.body)


class Piece(msgspec.Struct, kw_only=True):
    """One request and its answer.

    Attributes:
        about: what it shows.
        before: what happens on the server before it; see `talk_world.TalkWorld.perform`.
        asked: what the client is asked for: the name of a call, and what it is given.
        understood: what the client of that version made of the answer.
    """

    about: str
    before: list[str]
    asked: dict[str, Any]
    request: Request
    reply: Spoken
    understood: Shown


def pieces(version: str, talk: str) -> list[Piece]:
    """Return the pieces of a talk, in order."""
    paths = sorted((FOLDER / version / talk).glob("*.json"))
    return [msgspec.json.decode(path.read_bytes(), type=Piece) for path in paths]


def talker(transport: httpx.BaseTransport, *, is_enrolled: bool) -> CaseApiClient:
    """Return a client of this program, of the synthetic tablet."""
    clock = FixedClock()
    clock.wall_ms = NOW_MS
    who = (DEVICE, KEY.private_bytes_raw()) if is_enrolled else ()
    speaker = Speaker(ORIGIN, (), ExchangeConfig(), *who)
    return client_of(speaker, clock=clock, on_time=lambda _: None, on_coding=lambda _: None, transport=transport)


def asked(client: CaseApiClient, given: Mapping[str, Any]) -> Shown:
    """Let a client ask for something, and return what it understood, also of a refusal."""
    try:
        return _CALLS[given["call"]](client, given)
    except ExchangeError as exc:
        told = {"refused": exc.code}
        return told | {"wait s": exc.retry_after_s} if hasattr(exc, "retry_after_s") else told


def packed(data: bytes) -> str:
    """Return bytes as a file of a piece holds them."""
    return b64encode(gzip_body(data)).decode()


def unpacked(text: str) -> bytes:
    """Return the bytes of `packed`."""
    return gzip.decompress(b64decode(text))


def _enrol(client: CaseApiClient, given: Mapping[str, Any]) -> Shown:
    public = b64encode(KEY.public_key().public_bytes_raw()).decode()
    reply = client.enrol(EnrolRequest(1, given["code"], public, [given["stream"]]))
    return {
        "how far": reply.status,
        "key of receipts": reply.receipt_key,
        "key to seal to": reply.seal_key,
        "name of the server": reply.server,
        "has a device": reply.device is not None,
        "digits to compare": reply.digits,
    }


def _exchange(client: CaseApiClient, given: Mapping[str, Any]) -> Shown:
    answer = client.exchange(unpacked(given["body"]))
    proven = read_reply(answer, stream=given["stream"], receipt_key=RECEIPT_KEY.public_key())
    return shown_reply(proven.reply) | {"has a receipt": proven.receipt is not None}


def shown_reply(reply: SyncReply) -> Shown:
    """Return all that a reply says, but for what holds for one server alone."""
    return {
        "state": reply.state,
        "place": reply.watermark,
        "head": reply.head,
        "said at": reply.time,
        "agreed": reply.agreed,
        "wait s": reply.retry_after_s,
        "photos wanted": reply.media_owed,
        "code": receipt_code(b64decode(reply.receipt.signed)) if reply.receipt else None,
        "counts": [[each.actor, each.shift, each.records] for each in reply.receipt.counts] if reply.receipt else [],
        "verdicts": [[each.n, each.verdict, each.id, each.reason, each.sentence] for each in reply.verdicts],
        "feeds": {
            scope: {
                "cursor": list(page.cursor),
                "more": page.more,
                "snapshot": None
                if page.snapshot is None
                else [page.snapshot.number, page.snapshot.check, page.snapshot.sha256, page.snapshot.bytes],
                "entries": [shown_entry(entry) for entry in page.entries],
            }
            for scope, page in reply.feeds.items()
        },
    }


def shown_entry(entry: FeedEntry) -> Shown:
    """Return an entry of a feed with its body as this program reads it."""
    body = decode_entry(entry.type, bytes(entry.body)) if entry.op == "put" else None
    return {
        "place": entry.number,
        "type": entry.type,
        "id": entry.id,
        "version": entry.version,
        "way": entry.op,
        "body": msgspec.to_builtins(body),
    }


def _snapshot(client: CaseApiClient, given: Mapping[str, Any]) -> Shown:
    kept = Taken(b64decode(given["held"]))
    client.snapshot(given["sha256"], kept)
    entries = msgspec.json.decode(gzip.decompress(kept.data), type=list[FeedEntry])
    return {"entries": [shown_entry(entry) for entry in entries]}


def _upload_state(client: CaseApiClient, given: Mapping[str, Any]) -> Shown:
    state = client.upload_state(given["sha256"])
    return {"is known": state is not None} | ({} if state is None else {"held": state.offset, "of": state.length})


def _send_part(client: CaseApiClient, given: Mapping[str, Any]) -> Shown:
    state = UploadState(given["offset"], given["length"])
    answer = client.send_part(given["sha256"], state, b64decode(given["part"]))
    return {"outcome": answer.outcome, "held": answer.state.offset, "of": answer.state.length}


_CALLS: dict[str, Callable[[CaseApiClient, Mapping[str, Any]], Shown]] = {
    "enrol": _enrol,
    "exchange": _exchange,
    "snapshot": _snapshot,
    "upload_state": _upload_state,
    "send_part": _send_part,
}


def missed(old: Any, new: Any, path: str = "$") -> list[str]:
    """Return where something of the old is not in the new as it was; what is new may stand beside it."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{path}.{name} is gone" for name in old if name not in new]
        return gone + [each for name in old if name in new for each in missed(old[name], new[name], f"{path}.{name}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [each for place, (one, other) in pairs for each in missed(one, other, f"{path}[{place}]")]
    return [] if old == new else [f"{path} was {str(old)[:80]!r}, is {str(new)[:80]!r}"]
