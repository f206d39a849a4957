"""What an exchange, an enrolment and a feed pass between the services and a storage: values, no SQL, no HTTP."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from msgspec import Struct

from sync.media import Naming
from sync.wire import PROTOCOL, FeedEntry, Hello, ShiftCount

DeviceStatus = Literal["active", "revoked", "erased"]
"""Revoked: what it still sends is kept in quarantine until nothing is left; erased: refused."""

WIPE_ADMINISTRATORS = 2
"""How many must say that a tablet is wiped at once: what is on it alone is gone for good."""

Mark = Literal["", "damaged", "revoked"]
"""Why a record goes to quarantine whatever it says; empty for an ordinary one."""

Verdict = Literal["stored", "duplicate", "quarantined", "parked"]


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet of the district.

    Attributes:
        public_key: raw 32 bytes of the algorithm named by `key_alg`.
        grid: the grid it is assigned to.
        is_wiped: two administrators said that it is erased at its next contact, whatever is left on it.
    """

    id: UUID
    grid: str
    status: DeviceStatus
    key_alg: str
    public_key: bytes
    is_wiped: bool = False


class ArrivedRecord(Struct, frozen=True):
    """One record of a request: its exact bytes, their digest, what the receipt's counts need, the files it names."""

    raw: bytes
    digest: bytes
    mark: Mark = ""
    actor: str = ""
    shift: str = ""
    naming: Naming | None = None


@dataclass(frozen=True, slots=True)
class NamedMedia:
    """A file that stored records of a tablet name.

    Attributes:
        size_bytes: as the record says.
        is_held: the server holds it whole.
    """

    size_bytes: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class BootTold:
    """What a hello told of the tablet's boot clock.

    Attributes:
        boot: id of the boot.
        server_minus_boot_ms: the server's time minus the boot clock.
        server_minus_wall_ms: the same of the wall clock, None when that could not be read.
    """

    boot: str
    server_minus_boot_ms: int
    server_minus_wall_ms: int | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One exchange as far as it writes.

    Attributes:
        start: n of the first record; without records, last n + 1.
        prev: head before the first record.
        head: head after the last record.
        received_ms: the server's Unix time in milliseconds.
        clock_offset_ms: the tablet's clock minus the server's, None when it could not be read.
        boot: what the hello told of the boot clock, None where the tablet has no boot that could be known again.
        protocol: what the tablet speaks.
        is_erased: the tablet says that it holds nothing but its key.
        behind: place and head of the old stream that must be held, or the tablet has more to offer again.
    """

    device: UUID
    stream: UUID
    start: int
    prev: bytes
    head: bytes
    records: tuple[ArrivedRecord, ...]
    hello: Hello
    received_ms: int
    forked_from: tuple[UUID, int] | None = None
    clock_offset_ms: int | None = None
    protocol: int = PROTOCOL
    is_erased: bool = False
    behind: tuple[int, bytes] | None = None
    boot: BootTold | None = None


@dataclass(frozen=True, slots=True)
class PlaceVerdict:
    """What is known of the record at one place of a stream; `verdict` is None while it is not judged."""

    n: int
    verdict: Verdict | None = None
    id: UUID | None = None
    reason: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What an exchange came to, true after its commit.

    Attributes:
        state: `fork` and `rewind` stored nothing.
        device: as it was in the same transaction; a revoked device's records are marked for quarantine.
        duplicates: places of the request that were held already, in order, with what is known of them.
        receipt: the signed receipt, None while nothing is held, and of another tablet's stream.
        media_owed: hashes of files that the device's records name and the server lacks, oldest first, not all of them
            when they are many.
    """

    state: Literal["ok", "rewind", "fork"]
    device: Device
    watermark: int
    head: bytes
    agreed: int | None = None
    duplicates: tuple[PlaceVerdict, ...] = ()
    receipt: bytes | None = None
    counts: tuple[ShiftCount, ...] = ()
    media_owed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolmentOffer:
    """A one-time code as the server keeps it: hashed, for one grid, until a moment."""

    code_digest: str
    grid: str
    created_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True)
class CodeUse:
    """A tablet presents a code.

    Attributes:
        device: a fresh id, taken when the key is not known yet.
        digits: the six digits both sides show.
    """

    code_digest: str
    public_key: bytes
    device: UUID
    digits: str
    streams: tuple[str, ...]
    now_ms: int


@dataclass(frozen=True, slots=True)
class EnrolmentState:
    """How far an enrolment is; the same code with the same key always gives the same device."""

    device: UUID
    grid: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class FeedChange:
    """Something the server says to a scope; the storage gives it its number."""

    scope: str
    type: str
    id: str
    body: bytes
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class FeedSlice:
    """A part of a scope's feed.

    Attributes:
        number, check: the cursor after the slice.
        is_known: False when the given cursor is not one of this database; then there are no entries.
        more: there are entries after the slice.
    """

    number: int
    check: str
    is_known: bool = True
    entries: tuple[FeedEntry, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class GridPlace:
    """Where a grid belongs; an assignment's feeds follow from it."""

    grid: str
    community: str
    district: str
