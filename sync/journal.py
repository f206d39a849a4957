"""What a tablet's journal and its exchange tell: values that the store makes and the app's services read."""

from typing import Literal

from msgspec import Struct

from sync.records import Envelope

RecordState = Literal["waiting", "stored", "duplicate", "quarantined", "parked"]
"""Waiting: saved on this tablet, not yet proven stored. All else is the server's word."""

SyncPhase = Literal["idle", "connecting", "sending", "receiving", "done", "offline", "failed"]
"""What the exchange is doing now; `offline` and `failed` say why in the status's fault."""

RESTING: tuple[SyncPhase, ...] = ("idle", "done", "offline", "failed")
"""Phases in which no sync is under way."""


class JournalEntry(Struct, frozen=True):
    """One saved record and what is known of it.

    Attributes:
        n: place in its stream, from 1.
        stream: id of the stream.
        record: the envelope; its body is raw JSON, see `sync.records.read_body`.
        state: what is proven of it.
        reason: code of a quarantine, else empty.
        sentence: the server's words for a quarantine, cleaned, else empty.
    """

    n: int
    stream: str
    record: Envelope
    state: RecordState
    reason: str = ""
    sentence: str = ""


class StoredReceipt(Struct, frozen=True):
    """A signed receipt as kept on the tablet.

    Attributes:
        signed: the 129 bytes.
        code: the six characters that the desk shows too.
        stream: the stream it proves.
        watermark: records 1 to this one are held by the server.
        time_s: the server's Unix time.
    """

    signed: bytes
    code: str
    stream: str
    watermark: int
    time_s: int


class JournalSummary(Struct, frozen=True):
    """The journal's own facts, counted from its rows, never remembered.

    Attributes:
        stream: id of the open stream.
        last_n: place of the newest record, 0 when empty.
        watermark: what the server has proven to hold.
        unsettled: records not yet proven stored.
        oldest_unsettled_at: wall time of the oldest of them, RFC 3339, or None.
        quarantined: records the server keeps apart, to be mended.
        receipt: the newest receipt, or None.
        purged: records of the stream that the tablet has let go of, long after they were settled.
    """

    stream: str
    last_n: int
    watermark: int
    unsettled: int
    oldest_unsettled_at: str | None
    quarantined: int
    receipt: StoredReceipt | None
    purged: int = 0


class SyncFault(Struct, frozen=True):
    """Why an exchange did not come to its end; the code stands in catalogues and documents."""

    code: str
    detail: str = ""


class MediaProgress(Struct, frozen=True):
    """How far photos have come, each counted once, from the tablet's own rows.

    Attributes:
        sent: those the server has said it holds whole.
        total: those that saved records name; what lies in a draft is not among them.
        lost: those whose file was missing or damaged on this tablet; the server was told, nothing is owed.
    """

    sent: int = 0
    total: int = 0
    lost: int = 0

    @property
    def waiting(self) -> int:
        """Return how many have still to be sent."""
        return self.total - self.sent - self.lost


class Delivery(Struct, frozen=True):
    """What the server has been proven to hold of everything saved on this tablet.

    Attributes:
        unsettled: records not yet proven stored.
        photos: of all records that this tablet holds.
    """

    unsettled: int
    photos: MediaProgress

    @property
    def records_done(self) -> bool:
        """Tell whether every record is proven stored."""
        return self.unsettled == 0

    @property
    def may_switch_off(self) -> bool:
        """Tell whether nothing would stay behind if the tablet were switched off, or never again switched on."""
        return self.records_done and self.photos.waiting == 0


class SyncStatus(Struct, frozen=True):
    """What the sync worker is doing.

    Attributes:
        sent, total: records proven stored in this sync, of those that were waiting when it began.
        photos_sent, photos_total: photos sent whole in this sync, of those that were waiting when it began.
        proven_at_ms: the tablet's wall time of the last proven exchange, Unix milliseconds, or None.
        retry_at_ms: when it will try again by itself, or None.
        proven_again: the server's database is a new incarnation and holds everything again.
        warning: code of something that is not as it should be, although the sync goes on; empty for none.
        fetched_bytes, fetch_bytes: how much of a download has come, and how much it is; 0 while there is none.
        send_left_s: about how many seconds sending still takes, of records while they go, then of photos; in steps, so
            that it does not jitter, and None while that cannot be told well or is soon over.
        fetch_left_s: about how many seconds of it are left, or None while that cannot be told.
    """

    phase: SyncPhase
    sent: int = 0
    total: int = 0
    fault: SyncFault | None = None
    proven_at_ms: int | None = None
    retry_at_ms: int | None = None
    proven_again: bool = False
    photos_sent: int = 0
    photos_total: int = 0
    warning: str = ""
    fetched_bytes: int = 0
    fetch_bytes: int = 0
    fetch_left_s: float | None = None
    send_left_s: int | None = None


class Enrolment(Struct, frozen=True):
    """Whom this tablet is enrolled with.

    Attributes:
        status: `none`, `pending` (the desk has not confirmed the digits) or `confirmed`.
        digits: the six digits to compare while pending.
        device: the device id once confirmed.
    """

    status: Literal["none", "pending", "confirmed"]
    origin: str = ""
    digits: str = ""
    device: str = ""
    server: str = ""
