"""What the desk and the verification read: rows, newest state, no people."""

from dataclasses import dataclass
from uuid import UUID

from sync.caseapi.storage.values import DeviceStatus


@dataclass(frozen=True, slots=True)
class FoldLag:
    """How far the read tables are behind what is held."""

    records: int
    oldest_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RoundDone:
    """What one round of one day found at a building; counts of check-ins that stand.

    Attributes:
        entrances: ids of the entrances that were checked in at, without repeats; empty when only the building was.
    """

    round: int
    check_ins: int
    entrances: tuple[UUID, ...]
    not_stated: int
    normal: int
    issue: int
    no_access: int


@dataclass(frozen=True, slots=True)
class BuildingRounds:
    """A building and its rounds of one day, done or not; never who was there.

    Attributes:
        entrances: ids and names of all its entrances, in order.
        rounds: those that have a check-in, by number.
        plates: how many of its entrances have a plate or a card that counts; of a building without any, 1 or 0.
    """

    building: UUID
    name: str
    grid: str
    entrances: tuple[tuple[UUID, str], ...]
    rounds: tuple[RoundDone, ...]
    plates: int = 0


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A building that somebody was at on a day; its entrance, where one was named."""

    day: str
    building: UUID
    entrance: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt given: the six characters stand on the tablet too."""

    code: str
    stream: UUID
    device: UUID
    grid: str
    watermark: int
    time_s: int
    signed: bytes


@dataclass(frozen=True, slots=True)
class TabletRow:
    """A tablet: its last words about itself, and what the server holds of it.

    Attributes:
        open_shifts: shifts begun on it and not ended; by tablet, never by person.
        held: records held of all its streams.
        quarantined_here: its records in quarantine on the server.
        media_owed: photos that its records name and the server lacks.
        clock_offset_ms: its clock minus the server's at its last exchange.
        is_wiped: it is erased at its next contact, whatever is left on it.
    """

    device: UUID
    grid: str
    status: DeviceStatus
    app: str
    last_exchange_ms: int | None
    unsettled: int
    oldest_unsettled: str | None
    quarantined: int
    quarantined_here: int
    free_bytes: int | None
    last_fault: str | None
    open_shifts: int
    held: int
    receipt_code: str
    media_owed: int = 0
    clock_offset_ms: int | None = None
    is_wiped: bool = False


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """How many records of a tablet are kept apart for one reason; never what they say."""

    device: UUID
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class WaitingTablet:
    """A tablet that has brought a one-time code and shows six digits, until the desk confirms them."""

    digits: str
    grid: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class GapRow:
    """Records of which no copy is left: the tablet had purged them when an older database took this one's place."""

    stream: UUID
    first_n: int
    last_n: int
    device: UUID
    grid: str
    noted_ms: int


@dataclass(frozen=True, slots=True)
class ForkRow:
    """A stream that goes on where another one forked.

    Attributes:
        agreed: the last place of the old stream on which both ends agreed, 0 when there was none.
    """

    stream: UUID
    old: UUID
    agreed: int
    device: UUID
    grid: str
    opened_ms: int


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream as the database keeps it."""

    stream: UUID
    device: UUID
    watermark: int
    head: bytes


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One held record, for verification.

    Attributes:
        is_erased: what somebody must not keep any more was taken out of it: its bytes are others, its digest is not.
    """

    n: int
    raw: bytes
    digest: bytes
    head: bytes
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A file that records name.

    Attributes:
        is_held: the database says that it is held whole.
        is_owed: at least one tablet still owes it.
    """

    sha256: str
    size_bytes: int
    is_held: bool
    is_owed: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over the whole district.

    Attributes:
        held: records in the inbox.
        stored: those that are neither quarantined nor parked nor repeated.
        repeated: places whose record was held already under another place.
        duplicate_ids: places counted as stored that have no record of their own: 0, whatever was sent how often.
        erased: records of which a contact was erased.
    """

    held: int
    stored: int
    quarantined: int
    parked: int
    repeated: int
    unjudged: int
    duplicate_ids: int
    erased: int = 0
