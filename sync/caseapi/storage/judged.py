"""What judging reads and what it changes, folded rows included: values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sync.caseapi.storage.values import FeedChange, Mark, Verdict
from sync.clock import ClockQuality
from sync.mounting import Saying
from sync.reference import HandoffEntry, HistoryLine

KeptQuality = ClockQuality | Literal[""]
"""How far a time can be believed; empty for what was folded before servers judged that."""

VOICE = "voice"
"""Role of a spoken note among the files that a case shows."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A held record that waits for its verdict, in stream order."""

    stream: UUID
    n: int
    device: UUID
    raw: bytes
    digest: bytes
    mark: Mark
    received_ms: int


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """How far the server's time was from a tablet's clocks when an exchange told of them; None where none did.

    Attributes:
        server_minus_boot_ms: from the boot clock, in the very boot in which a record was made.
        server_minus_wall_ms: from the wall clock, in the boot in which the record was brought.
    """

    server_minus_boot_ms: int | None = None
    server_minus_wall_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A judged record.

    Attributes:
        root: id of the record that it amends at the first hand; its own id when it amends nothing.
        is_void: withdrawn by an accepted `void`.
        raw: its exact bytes.
        reason, sentence: of a verdict that is not `stored`.
        device: the tablet it came from; None where nobody needs to tell it anything.
        is_released: a correction or a withdrawal of it was accepted, so that it is never judged again.
    """

    id: UUID
    root: UUID
    kind: str
    actor: str
    verdict: Verdict
    is_void: bool
    stream: UUID
    n: int
    digest: bytes
    received_ms: int
    raw: bytes
    reason: str = ""
    sentence: str = ""
    device: UUID | None = None
    is_released: bool = False


@dataclass(frozen=True, slots=True)
class NewlyJudged:
    """A record that gets its verdict now, the first or a better one; its id is unique in the district."""

    id: UUID
    root: UUID
    kind: str
    actor: str
    verdict: Verdict
    stream: UUID
    n: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class PlaceJudged:
    """The verdict of a place that is not plainly stored.

    Attributes:
        waits_for: id of a record that is not held yet; once it is judged, this place is judged again.
    """

    stream: UUID
    n: int
    device: UUID
    id: UUID | None
    verdict: Verdict
    reason: str
    sentence: str
    waits_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """A record that is no longer in quarantine: another one corrects or withdraws it."""

    id: UUID
    by: UUID
    stream: UUID
    n: int


@dataclass(frozen=True, slots=True)
class CasePhoto:
    """A photo that a case shows, or a spoken note.

    Attributes:
        role: what it shows; `VOICE` for a spoken note.
        is_held: the server holds it whole; False while it is on its way.
    """

    sha256: str
    role: str
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What a report says that no list shows.

    Attributes:
        actor: person or account that made it.
        record: newest record of it, None for one that a desk made.
        action: how it was solved on the spot, empty where it was not.
        contact: the reporter's contact, sealed; empty for none.
        point: latitude and longitude in degrees.
    """

    actor: str = ""
    record: UUID | None = None
    description: str = ""
    place: str = ""
    action: str = ""
    condition: str = ""
    origin: str = "patrol"
    contact: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the desk lists it; never who reported it.

    Attributes:
        summary: first words of the description, cleaned; empty for a restricted case.
        reported_at: RFC 3339, corrected by what is known of the tablet's clocks; `clock` is its quality.
        photos: in the record's order; none of a restricted case.
        words: what lists do not show; None where only a list is read.
    """

    id: UUID
    grid: str
    state: str
    matter: str
    matter_name: str
    severity: int
    building: UUID | None
    building_name: str
    entrance: UUID | None
    place: str
    summary: str
    is_restricted: bool
    reported_at: str
    received_ms: int
    version: int
    is_void: bool
    photos: tuple[CasePhoto, ...] = ()
    words: CaseWords | None = None
    clock: KeptQuality = "good"


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """A check-in as a fact about a building on a day.

    Attributes:
        at_ms: when somebody arrived, corrected; `clock` is the quality of that time, and of the day.
    """

    id: UUID
    grid: str
    building: UUID
    entrance: UUID | None
    day: str
    round: int
    result: str
    method: str
    geofence: str
    is_void: bool
    at_ms: int
    clock: KeptQuality = "good"

    @property
    def place(self) -> UUID:
        """Return the id of where it was: the entrance, where one is named, else the building."""
        return self.entrance or self.building


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit to a household of a building, without household or person."""

    id: UUID
    grid: str
    building: UUID
    entrance: UUID | None
    day: str
    purpose: str
    outcome: str
    is_void: bool
    clock: KeptQuality = "good"


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift as far as tablets are reconciled: open or not, without person or times."""

    id: UUID
    device: UUID
    grid: str
    day: str
    is_void: bool
    clock: KeptQuality = "good"


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """A shift's end; withdrawn, the shift is open again."""

    shift: UUID
    by: UUID
    is_void: bool


@dataclass(frozen=True, slots=True)
class TagsSaid:
    """What a record says of the tags that it puts up and takes down.

    Attributes:
        record: the newest of the record and its amendments that stands.
        sayings: by tag; empty for a record that was withdrawn.
        received_ms, stream, n: where the newest one stands among all that was said of a tag.
    """

    id: UUID
    record: UUID
    grid: str
    sayings: Mapping[str, Saying]
    received_ms: int
    stream: UUID
    n: int


@dataclass(frozen=True, slots=True)
class CaseSaid:
    """What a record says of a case: a note, or an answer to a task of it.

    Attributes:
        case: id of the case; None for an answer, which names its task alone.
        task: id of the task that is answered, None for a note.
        received_ms, stream, n: where the record as it was first stored stands among all that was said of the case.
        record: newest record of it; `actor` made it.
        at_ms: when it was said, corrected; `clock` is the quality of that time.
    """

    id: UUID
    case: UUID | None
    task: UUID | None
    line: HistoryLine
    received_ms: int
    stream: UUID
    n: int
    is_void: bool
    record: UUID
    actor: str
    at_ms: int
    clock: KeptQuality = "good"


@dataclass(frozen=True, slots=True)
class HandedOff:
    """What a shift handed over within its grid."""

    id: UUID
    grid: str
    entry: HandoffEntry
    received_ms: int
    is_void: bool


FoldedRow = CaseRow | CheckInRow | VisitRow | ShiftRow | ShiftEnded | TagsSaid | CaseSaid | HandedOff
"""A row of a read table, put by its id; the newest one stands."""


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """Everything that judging some records changes; written in one transaction."""

    judged: tuple[NewlyJudged, ...] = ()
    exceptions: tuple[PlaceJudged, ...] = ()
    voided: tuple[UUID, ...] = ()
    rows: tuple[FoldedRow, ...] = ()
    feed: tuple[FeedChange, ...] = ()
    released: tuple[Released, ...] = ()
