"""What store, engine, session and client pass to one another: values only."""

from typing import Literal

from msgspec import Struct

from sync.journal import StoredReceipt
from sync.media import UploadState
from sync.tablet.config import ExchangeConfig


class Stream(Struct, frozen=True):
    """One stream as its rows say.

    Attributes:
        number: its place among the streams of this database; records refer to it by this.
        id: the stream's id, canonical text.
        forked_from: id of the stream it continues, or None.
        agreed: largest n on which tablet and server agreed there.
        base_n, base_head: place and head before the oldest record that is still held.
        watermark: records 1 to this one are proven stored.
        missing_to: last place of `forked_from` that neither end holds any more: settled, purged here, and lost by the
            server since; `agreed` + 1 is the first. None for none.
    """

    number: int
    id: str
    forked_from: str | None
    agreed: int | None
    base_n: int
    base_head: bytes
    watermark: int
    missing_to: int | None = None


class OutboxRecord(Struct, frozen=True):
    """One waiting record.

    Attributes:
        data: its bytes as stored.
        damaged: they no longer are JSON, or no longer those that were hashed.
    """

    data: bytes
    damaged: bool = False


class Batch(Struct, frozen=True):
    """The oldest waiting records that fit, and where the open stream stands.

    Attributes:
        stream: the open stream.
        records: waiting records, the first at `stream.watermark` + 1; empty when nothing waits.
        prev, head: heads before the first and after the last of them.
        last_n: place of the newest record of the stream.
        behind: for a stream that continues another one and is not proven at all: the place up to which both ends agreed
            there, and the head there. None while no older stream holds a record.
    """

    stream: Stream
    records: tuple[OutboxRecord, ...]
    prev: bytes
    head: bytes
    last_n: int
    behind: tuple[int, bytes] | None = None


class ProvenReceipt(Struct, frozen=True):
    """A receipt whose signature was checked, on its way into the store.

    Attributes:
        kept: what the app reads.
        head: the server's head at the watermark.
        incarnation: first 8 bytes of the incarnation of the server's database.
    """

    kept: StoredReceipt
    head: bytes
    incarnation: bytes


class Answer(Struct, frozen=True):
    """What came back over HTTP with status 200.

    Attributes:
        content_type: as the header says.
        body: after inflating.
        sent: the request's body as it went over the wire, which the proof covers.
    """

    content_type: str
    body: bytes
    sent: bytes


PartOutcome = Literal["kept", "elsewhere", "unnamed", "discarded"]
"""What the server did with a part: kept it; holds another length; knows no such photo; found the whole one wrong."""


class PartAnswer(Struct, frozen=True):
    """What the server says to a part of a photo."""

    outcome: PartOutcome
    state: UploadState


class Speaker(Struct, frozen=True):
    """With whom to speak, and as whom.

    Attributes:
        pins: SHA-256 of the server's public keys, base64; empty without TLS on this machine.
        device, key: id and 32 bytes of the private Ed25519 key of an enrolled tablet, else empty.
        coding: the coding of request bodies that the server was known to read.
    """

    origin: str
    pins: tuple[str, ...]
    config: ExchangeConfig
    device: str = ""
    key: bytes = b""
    coding: str = ""
