"""Cases after their report: what happened to each, where each stands, what stands beside it. Values and the contract.

Events and rows beside a case are kept as JSON that the services read; the columns beside it are what is looked up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.judged import CaseRow, KeptQuality
from sync.records.task_result import TaskType
from sync.reference import HistoryLine, MatterEntry

NEVER_MS = 1 << 53
"""Due time of what has no limit: later than any other, so that it stands last in a queue."""

DANGER_LEAD_MS = 1 << 54
"""How much earlier a dangerous case stands in its queues than it is due: before all that are not."""

MOST_SHOWN = 100
"""Most cases of one page of a queue."""

Figures = tuple[str, ...]
"""What a case counts for: months with what is counted, ``2026-11.filed``; in order, each once."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something that the desk wants looked at.

    Attributes:
        ask: what to look at, in a sentence.
        made_at, due_at: RFC 3339.
    """

    id: UUID
    case: UUID
    type: TaskType
    ask: str
    made_at: str
    due_at: str | None = None


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """Something that happened to a case, in the order in which the server took it.

    Attributes:
        actor: account or person; empty for what the clock does.
        why: why it did not fit; empty for an event that did.
        state: the case's state after it.
        told_at: when tablets of the grid are told that it was, RFC 3339, and `text` what.
        is_said: a record says it, which stands in the history by itself.
        body: the whole event, JSON.
    """

    id: UUID
    action: str
    actor: str
    at_ms: int
    received_ms: int
    why: str
    state: str
    told_at: str
    text: str
    is_said: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A supervision, an extension, an appeal or a satisfaction; the body is JSON."""

    id: UUID
    kind: str
    state: str
    made_ms: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: what its events come to.

    Attributes:
        desk: code of the district, street, community or grid in whose queue it is.
        orgs: organisations that it was given to, the leading one first.
        due_ms: until when whoever is to act now must act; `NEVER_MS` for no limit.
        rank_ms: what orders it in queues, the smallest first: `due_ms`, `DANGER_LEAD_MS` earlier for a dangerous case;
            for one that is over, when it ended, negative.
        case_ms: until when it is to be handled; `NEVER_MS` before it is filed.
        wakes_ms: when its suspension ends; `NEVER_MS` while it is not suspended.
        due_at: the term that tablets are told, RFC 3339.
        misfits: events that did not fit.
        is_void: it was withdrawn before anybody filed it, and is told to nobody.
    """

    state: str
    level: str
    desk: str
    version: int
    orgs: tuple[str, ...]
    is_open: bool
    is_void: bool
    due_ms: int
    rank_ms: int
    case_ms: int
    wakes_ms: int
    misfits: int
    due_at: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is kept of a case.

    Attributes:
        row: the report as it stands.
    """

    row: CaseRow
    events: tuple[KeptEvent, ...] = ()
    asides: tuple[AsideRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A photo that an act brought: its file is kept already, under its SHA-256.

    Attributes:
        event: the event that names it.
        held_ms: since when it is kept, Unix milliseconds.
    """

    sha256: str
    size_bytes: int
    event: UUID
    held_ms: int


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What an act changes of one case; written in one transaction with what tablets are told of it.

    Attributes:
        row: the report, of a case that begins with it.
        standing: None leaves it as it is.
        figures: what it counts for then; None leaves that as it is.
        files: are known as held and named from then on, so that whoever verifies looks for them; no tablet owes them.
    """

    row: CaseRow | None = None
    events: tuple[KeptEvent, ...] = ()
    standing: Standing | None = None
    asides: tuple[AsideRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    figures: Figures | None = None
    files: tuple[HeldFile, ...] = ()


Decide = Callable[[CaseFile | None], CaseChange]
"""Decides what an act changes, from all that is kept of its case; quick and pure, so that an engine may call it in the
thread that writes. A `CaseApiError` that it raises reaches the caller, and nothing is changed."""


@dataclass(frozen=True, slots=True)
class TaskFact:
    """What a judge asks of a task: its type and the grid of its case."""

    type: str
    grid: str


@dataclass(frozen=True, slots=True)
class QueueWanted:
    """Which cases a queue shows.

    Attributes:
        desk: those that lie with this desk; empty for any.
        within: those of the district, street, community or grid of this code; empty for the district. Used where no
            desk and no organisation is given.
        org: those given to this organisation; empty for any.
        state: only these; empty for all open ones.
        late_ms: only open ones that were due before; None for any.
        after: rank and id of the last one seen.
    """

    desk: str = ""
    within: str = ""
    org: str = ""
    state: str = ""
    late_ms: int | None = None
    after: tuple[int, UUID] | None = None
    limit: int = MOST_SHOWN


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in a queue."""

    row: CaseRow
    standing: Standing


@dataclass(frozen=True, slots=True)
class Near:
    """A case of a category as far as it may be the same one as another."""

    case: UUID
    grid: str
    received_ms: int
    building: UUID | None
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What a record says of a case, as it stands in its history; `clock` is the quality of its time."""

    line: HistoryLine
    received_ms: int
    actor: str
    clock: KeptQuality = "good"


@dataclass(frozen=True, slots=True)
class Place:
    """What a desk's report needs to know of its building and its category.

    Attributes:
        grid: of the building, empty without one.
        matter: of the catalogue, None for one that it does not have.
    """

    grid: str
    matter: MatterEntry | None


class CaseworkStore(Protocol):
    """Keeps cases after their report."""

    async def change(self, case: UUID, decide: Decide) -> CaseFile:
        """Let an act decide over a case and write what it decides; return all that is kept then.

        One transaction reads, decides and writes, so that of two desks one sees what the other did. What stands
        under its id already is left as it is; a task of a case that is not there is left out. Records that referred
        to nothing are judged again when a case or a task is new.

        Raises:
            UnknownCase: `decide` changes nothing and there is no such case.
            CaseApiError: what `decide` raises; nothing was changed.
        """
        ...

    async def file(self, case: UUID) -> CaseFile | None:
        """Return all that is kept of a case, or None when there is none, or it was withdrawn."""
        ...

    async def said(self, case: UUID) -> Sequence[SaidLine]:
        """Return what records say of a case, in the order received."""
        ...

    async def queue(self, wanted: QueueWanted) -> Sequence[QueueRow]:
        """Return cases by rank, then id, at most `limit`."""
        ...

    async def arrived(self, wanted: Sequence[QueueWanted]) -> int:
        """Return how many cases have come into these queues so far, taken together; cheap, made for polling.

        A case counts once for each time that it comes in open; nothing counts that only moves within a queue.
        """
        ...

    async def near(self, case: UUID, *, span_ms: int, within_m: float) -> Sequence[Near]:
        """Return the cases of a case's category that may be near it, itself included; none for a case without place.

        Every one within so many metres, or at the same building, and within so much time is among them; some that are
        a little farther may be.
        """
        ...

    async def place(self, building: UUID | None, entrance: UUID | None, matter: str) -> Place | None:
        """Return what is known of a place and a category, or None where the building has no such entrance."""
        ...

    async def waking(self, now_ms: int) -> Sequence[UUID]:
        """Return the cases whose suspension has ended, at most `MOST_SHOWN`."""
        ...

    async def acts_of(self, actor: str, from_ms: int) -> Mapping[str, int]:
        """Return how many events of each action somebody made since a moment; for that person alone."""
        ...

    async def all_cases(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Return ids of cases in order, those after one."""
        ...
