"""The messages of the protocol, as typed values, and their bytes.

A record travels as the raw JSON value it was stored as: `msgspec.Raw` keeps the bytes that were hashed.
"""

import zlib
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from sync.clock import MAX_WHOLE
from sync.coding import XUNGE_1, xunge_unpacker
from sync.errors import BodyTooLarge, WireError
from sync.records.base import Digest, Uuid

_Message = TypeVar("_Message", bound=Struct)

PROTOCOL = 1
"""Version of the protocol that this program speaks."""

CONTENT_TYPE = "application/json"
MAX_RECORDS = 500
"""Most records in one exchange."""

MAX_BODY_BYTES = 1024 * 1024
"""Largest request before compression."""

MAX_REPLY_BYTES = 8 * 1024 * 1024
"""Largest reply the tablet accepts, after inflating."""

MAX_FEED_ENTRIES = 500
"""Most entries in one page of a feed."""

SYNC_PATH = "/v1/sync"
ENROL_PATH = "/v1/enrol"
SNAPSHOT_PATH = "/v1/snapshots"

State = Literal["ok", "rewind", "fork", "drain", "erase", "upgrade"]
"""What a reply says of the stream as a whole; see PROTOCOL.md."""

Reason = Literal[
    "unknown_kind",
    "bad_shape",
    "unknown_ref",
    "not_allowed",
    "id_reused",
    "bad_amend",
    "damaged",
    "revoked",
    "not_judged",
]
"""Why a record is in quarantine; a closed list, never clock, position, plate or badge quality."""

Whole = Annotated[int, Meta(ge=0, le=MAX_WHOLE)]
"""A count or number from 0."""

MAX_PLACE = 2**32 - 1
"""Largest n of a record: a receipt keeps it in four bytes."""

Place = Annotated[int, Meta(ge=0, le=MAX_PLACE)]
"""A record's n, or 0 before the first."""

Cursor = tuple[Whole, str]
"""A feed's number and check: 16 hex digits of the running hash over the scope's entries."""


class Hello(Struct, frozen=True, omit_defaults=True):
    """How the tablet is: only facts about the tablet itself.

    Attributes:
        free_bytes: free space of the disk that holds the database.
        oldest_unsettled: RFC 3339 time of the oldest record not yet proven stored.
    """

    app: str
    time: str
    mono_ms: Whole
    boot: str
    unsettled: Whole
    oldest_unsettled: str | None = None
    free_bytes: Whole | None = None
    quarantined: Whole = 0
    last_fault: str | None = None


class Damaged(Struct, frozen=True, forbid_unknown_fields=True):
    """Stored bytes that no longer are JSON or miss the chain."""

    damaged: str


class SyncRequest(Struct, frozen=True, omit_defaults=True):
    """What a tablet sends in one exchange; hex digits for digests, canonical text for ids.

    Attributes:
        erased: the erase receipt of a revoked tablet: it carried a proven `erase` out and holds nothing but its key. It
            is repeated until it is answered 200 with state `erase`; from then on the server answers 403.
        pull: false while the tablet's disk is nearly full: only the device's own feed may come in the reply.
        behind: last place of the old stream that both ends agreed on, and the head there; said with `forked_from` while
            the tablet holds records of older streams. A server that has never seen the new stream and lacks that place
            (it was restored) answers `rewind`: everything held is offered again, in another stream.
    """

    protocol: int
    hello: Hello
    stream: Uuid
    start: Annotated[int, Meta(ge=1, le=MAX_PLACE)]
    prev: Digest
    head: Digest
    records: Annotated[list[Raw], Meta(max_length=MAX_RECORDS)] = []
    feeds: dict[str, Cursor] = {}
    forked_from: tuple[Uuid, Place] | None = None
    erased: bool = False
    pull: bool = True
    behind: tuple[Place, Digest] | None = None


class RecordVerdict(Struct, frozen=True, omit_defaults=True):
    """What is known of one record of the request, when it is not plainly stored."""

    n: Place
    verdict: Literal["duplicate", "quarantined", "parked"]
    id: str | None = None
    reason: Reason | None = None
    sentence: str = ""


class FeedEntry(Struct, frozen=True, omit_defaults=True):
    """One entry of a scope, numbered without gaps by the transaction that wrote it."""

    number: Whole
    type: str
    id: str
    version: Whole
    op: Literal["put", "delete"] = "put"
    body: Raw = Raw(b"null")


class Snapshot(Struct, frozen=True):
    """Where a whole scope can be fetched: `GET /v1/snapshots/{sha256}`."""

    number: Whole
    check: str
    sha256: Digest
    bytes: Whole


class FeedPage(Struct, frozen=True, omit_defaults=True):
    """Entries of one scope after the cursor, or a snapshot instead of them."""

    cursor: Cursor
    entries: list[FeedEntry] = []
    more: bool = False
    snapshot: Snapshot | None = None


class ShiftCount(Struct, frozen=True):
    """How many records of one person's shift the server holds; stands beside the receipt."""

    actor: str
    shift: str | None
    records: int


class SignedReceipt(Struct, frozen=True, omit_defaults=True):
    """The receipt's 129 bytes as base64, and counts beside it."""

    signed: str
    counts: list[ShiftCount] = []


class SyncReply(Struct, frozen=True, omit_defaults=True):
    """What the server answers once it knows the device and can read the body.

    Attributes:
        agreed_proof: signature over `agreed` and the request's digest, base64; without it `agreed` counts as unknown.
    """

    protocol: int
    incarnation: str
    time: str
    stream: str
    state: State
    watermark: Place
    head: Digest
    proof: str
    receipt: SignedReceipt | None = None
    agreed: Place | None = None
    verdicts: list[RecordVerdict] = []
    feeds: dict[str, FeedPage] = {}
    media_owed: list[str] = []
    retry_after_s: float = 0.0
    agreed_proof: str | None = None


class EnrolRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A tablet asks to join: the code, its Ed25519 public key (base64), the streams it already has."""

    protocol: int
    code: str
    key: str
    streams: list[str] = []


class EnrolReply(Struct, frozen=True, omit_defaults=True):
    """Pending until the desk confirms the six digits; then also the device's id. Keys are base64, raw 32 bytes.

    Attributes:
        digits: of the code and the key that are answered here; an answer to another request does not have the tablet's.
    """

    status: Literal["pending", "confirmed"]
    receipt_key: str
    seal_key: str
    server: str
    device: str | None = None
    digits: str | None = None


class Problem(Struct, frozen=True, omit_defaults=True):
    """An error body: `application/problem+json` (RFC 9457) with a stable code."""

    code: str
    title: str
    status: int
    detail: str = ""
    path: str = ""
    time: str = ""


def encode_message(message: Struct) -> bytes:
    """Return the JSON bytes of a message."""
    return msgspec.json.encode(message)


def decode_message(data: bytes, message_type: type[_Message]) -> _Message:
    """Return the typed message of some JSON bytes.

    Raises:
        WireError: not JSON, or a field is missing or of a wrong type; says which.
    """
    try:
        return msgspec.json.decode(data, type=message_type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WireError(f"{message_type.__name__}: {exc}") from exc


def gzip_body(data: bytes) -> bytes:
    """Return the body compressed for `Content-Encoding: gzip`; the same bytes for the same body."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def inflate_body(data: bytes, encoding: str, *, limit_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Return a body's bytes after undoing its content encoding.

    Args:
        encoding: ``gzip``, ``x-xunge-1``, or ``identity`` or empty for none.
        limit_bytes: largest result; a bomb is refused before it unfolds.

    Raises:
        BodyTooLarge: larger than the limit, before or after.
        WireError: damaged, cut short, or an encoding this program does not know.
    """
    if len(data) > limit_bytes:
        raise BodyTooLarge(f"a body has at most {limit_bytes} bytes, this one {len(data)}")
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", XUNGE_1):
        raise WireError(f"content encoding {encoding!r} is not known here")
    unpacker = xunge_unpacker() if encoding == XUNGE_1 else zlib.decompressobj(31)
    try:
        body = unpacker.decompress(data, limit_bytes + 1)
    except zlib.error as exc:
        raise WireError(f"damaged {encoding} body: {exc}") from exc
    if len(body) > limit_bytes:
        raise BodyTooLarge(f"a body has at most {limit_bytes} bytes after inflating")
    if not unpacker.eof:
        raise WireError(f"{encoding} body cut short")
    if unpacker.unused_data:
        raise WireError(f"{len(unpacker.unused_data)} bytes behind the end of the {encoding} body")
    return body
