"""What an exchange, an enrolment and a feed pass between the services and a storage: values, no SQL, no HTTP."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from msgspec import Struct

from sync.wire import FeedEntry, Hello, ShiftCount

DeviceStatus = Literal["active", "revoked", "erased"]
"""Revoked: what it still sends is kept in quarantine until nothing is left; erased: refused."""

Mark = Literal["", "damaged", "revoked"]
"""Why a record goes to quarantine whatever it says; empty for an ordinary one."""

Verdict = Literal["stored", "duplicate", "quarantined", "parked"]


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet of the district.

    Attributes:
        public_key: raw 32 bytes of the algorithm named by `key_alg`.
        grid: the grid it is assigned to.
    """

    id: UUID
    grid: str
    status: DeviceStatus
    key_alg: str
    public_key: bytes


class ArrivedRecord(Struct, frozen=True):
    """One record of a request: its exact bytes, their digest, and what the receipt's counts need."""

    raw: bytes
    digest: bytes
    mark: Mark = ""
    actor: str = ""
    shift: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One exchange as far as it writes.

    Attributes:
        start: n of the first record; without records, last n + 1.
        prev: head before the first record.
        head: head after the last record.
        received_ms: the server's Unix time in milliseconds.
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
    """

    state: Literal["ok", "rewind", "fork"]
    device: Device
    watermark: int
    head: bytes
    agreed: int | None = None
    duplicates: tuple[PlaceVerdict, ...] = ()
    receipt: bytes | None = None
    counts: tuple[ShiftCount, ...] = ()


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
