"""What store, engine and session pass to one another: values only."""

from msgspec import Struct

from sync.journal import StoredReceipt


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
