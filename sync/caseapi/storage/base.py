"""The contract of a storage; one suite of tests runs over every engine.

Consistency. These hold on every engine, and the services count on nothing else:

1.  `ExchangeStore.exchange` returns only after the records, the watermark, the counts and the receipt are durable, all
    in one transaction; when it raises, nothing of that exchange is kept. Exchanges that wait together may share a
    transaction, each in its own savepoint: one that fails takes no other with it. Every waiter is answered.
2.  For every stream the held places are exactly 1 to watermark, and the heads are the chain over the held bytes.
    Nothing ever updates or deletes a held record, save the lawful erasure of a contact (`ErasureStore`), which leaves
    digest and head. (district_id, stream, n) is unique by a constraint.
3.  An exchange locks the row of its stream and nothing wider; there is no global sequence.
4.  `JudgingStore.judge_waiting` hands every held record to the judge once, those of one stream in order, and writes
    verdicts, read rows, feed entries and the place up to which the stream is judged in one transaction. It runs under
    a lease: no two run at a time. (district_id, id) of a judged record is unique by a constraint. What is quarantined
    or parked is handed over again when the record it waits for is judged, when reference data changed, and when the
    judge knows more than before; what was stored or released never is. Where the program fails in judging, the records
    that it fails by are set apart (`Judge.set_apart`) and all others judged; where the storage refuses, all wait.
5.  Feed numbers of a scope count 1, 2, 3 … without gaps, taken in the transaction that writes the entries.
6.  Reads see a committed state. `DeskReads.changes` grows with every commit that a reader could see.
7.  A database's incarnation is made when it is created or restored and never changes otherwise.
8.  What is published of a tag and what records say of it (`TagsSaid`) are kept apart, and what the tablets are told
    follows from both by the rule in `sync.mounting`, written in the transaction that changes either: the entry stands
    in the scope of the grid where the tag hangs, and in no other. Likewise of a place: its newest check-in that stands.
9.  What records say of files is written by the exchange that stores them, whatever the judge will say of them. A file
    is owed by every tablet that named it until `MediaStore.keep` or a `media_lost` of that tablet; `keep` is called
    once the blob store has the file for good.
10. What happened to a case (`KeptEvent`), what records say of it (`CaseSaid`) and the tasks of it are kept apart, and
    what the tablets are told follows by the rule in `sync.casework`, written in the transaction that changes any: in
    the scope of the case's grid, and in no other. Of a grid's hand-overs the newest are told.
11. Events of a case are only ever added, each at the next place, and where the case stands (`Standing`) is written in
    the transaction that adds one. (district_id, id) of an event is unique by a constraint. `CaseworkStore.change` reads
    the case, lets the act decide and writes in one transaction: of two acts at once the later one sees the earlier.
12. What is written in a case (`SearchStore`) and what it counts for (`DeskReads.figures`) are put in the transaction
    that changes it. Cases that were there before either was kept are taken by `SearchStore.fill`, a few at a time.
13. A notice (`NoticeStore`) is kept in the transaction that writes it into the feeds of the grids that its area has in
    that moment, and in no other; one that ends leaves them all together. A grid that comes later is told nothing old.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.accounts import AccountStore, LookStore
from sync.caseapi.storage.administration import AdministrationStore
from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.casework import CaseChange, CaseFile, CaseworkStore, TaskFact
from sync.caseapi.storage.catalogue import CatalogueStore
from sync.caseapi.storage.desk_reads import DeskReads
from sync.caseapi.storage.erasing import ErasureStore
from sync.caseapi.storage.exporting import ExportStore
from sync.caseapi.storage.grid_notices import NoticeStore
from sync.caseapi.storage.judged import CaseRow, CaseSaid, ClockSeen, JudgedBatch, Known, Unjudged
from sync.caseapi.storage.media import MediaStore
from sync.caseapi.storage.orgs import OrgStore
from sync.caseapi.storage.places import PlaceStore
from sync.caseapi.storage.searching import SearchStore
from sync.caseapi.storage.staging import Staging
from sync.caseapi.storage.values import (
    CodeUse,
    Device,
    DeviceStatus,
    EnrolmentOffer,
    EnrolmentState,
    FeedChange,
    FeedSlice,
    GridPlace,
    Incoming,
    Settled,
)


@dataclass(frozen=True, slots=True)
class ToSign:
    """What a receipt says; see `sync.receipts`."""

    incarnation: UUID
    stream: UUID
    watermark: int
    head: bytes
    time_s: int


SignReceipt = Callable[[ToSign], bytes]
"""Makes the signed receipt; called inside the exchange's transaction, so it must be quick and pure."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a judge wants to know before it judges.

    Attributes:
        ids: records of which it is enough to know whether and how they were judged.
        targets: records that are amended or withdrawn.
    """

    ids: frozenset[UUID]
    targets: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the storage knows of a judge's needs; every call is quick and waits for nothing.

    Attributes:
        known: the records asked for by id that are judged; their `raw` is empty.
        families: target to every judged record of the same root, itself included, by time received, stream and n.
        matter_name: name of a matter of the catalogue by its entry id, or empty.
        grid_of: id of the grid of a building, empty for one that was taken down, None for one never imported.
        building_of: id of the building of an entrance, empty for one that was taken down, None for one never imported.
        tag_role: what the district itself says that a tag stands for, empty where it says nothing.
        case_grid: id of the grid of a case that was stored before this batch, None for any other.
        task_of: what the desk asked for, None for a task that it never made.
        team_of: the seats of a grid, each with the id of who sits there.
        clock_seen: what exchanges told of a tablet's clocks, for a record of a boot received at a moment.
        repeated_by: the devices that brought a record again which another place holds first.
    """

    known: Mapping[UUID, Known]
    families: Mapping[UUID, tuple[Known, ...]]
    matter_name: Callable[[str], str]
    grid_of: Callable[[str], str | None]
    building_of: Callable[[str], str | None]
    tag_role: Callable[[str], str]
    case_grid: Callable[[UUID], str | None]
    task_of: Callable[[UUID], TaskFact | None]
    team_of: Callable[[str], frozenset[tuple[str, str]]]
    clock_seen: Callable[[UUID, str, int], ClockSeen]
    repeated_by: Callable[[UUID], Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Upper bounds of a set of pages; at least one entry fits whatever its size.

    Attributes:
        entries: most entries of one scope.
        size_bytes: most bytes of all scopes together.
    """

    entries: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scope and the cursor a tablet has there; None for the beginning."""

    scope: str
    cursor: tuple[int, str] | None = None


class Judge(Protocol):
    """Gives verdicts and folds; pure, so that an engine may call it in whatever thread holds its lease."""

    def needs(self, records: Sequence[Unjudged]) -> Needs:
        """Return what must be looked up to judge these records."""
        ...

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        """Return everything that judging these records, in this order, changes; must not raise for any bytes."""
        ...

    def set_apart(self, record: Unjudged, facts: Facts) -> JudgedBatch:
        """Return what says of a record that the program failed by it; like `needs`, it must not raise."""
        ...

    def move(self, kept: CaseFile, rows: Sequence[CaseRow | CaseSaid]) -> CaseChange:
        """Return what folded rows change of the case that they are about, in their order."""
        ...


class ExchangeStore(Protocol):
    """Takes records in."""

    async def exchange(self, incoming: Incoming) -> Settled:
        """Store what is new of an exchange and return what is held; atomic, see the module's rules 1 to 3.

        Raises:
            UnknownDevice: the district has no such device.
            DeviceLocked: the device was erased.
            Overloaded: too many wait already; nothing was stored.
            StorageFailed: the database could not commit; nothing was stored.
        """
        ...

    @property
    def load(self) -> float:
        """Return how full the queue of exchanges is, from 0 to 1."""
        ...

    async def device(self, device: UUID) -> Device | None:
        """Return a device, or None when the district has none with this id."""
        ...

    async def keys(self) -> Mapping[UUID, bytes]:
        """Return the public key of every device that was ever let in; a device's key never changes."""
        ...


class EnrolmentStore(Protocol):
    """Lets tablets in, and out."""

    async def offer(self, offer: EnrolmentOffer) -> None:
        """Keep a one-time code."""
        ...

    async def use_code(self, use: CodeUse) -> EnrolmentState | None:
        """Bind a code to a key by one conditional update; None when it is unknown, expired or bound to another key.

        A key that the district knows keeps its device.
        """
        ...

    async def confirm(self, digits: str, now_ms: int) -> tuple[EnrolmentState, ...]:
        """Make the device of the one waiting enrolment with these digits.

        Returns:
            Every waiting enrolment with these digits; a device was made only when there is exactly one.
        """
        ...

    async def set_status(self, device: UUID, status: DeviceStatus) -> bool:
        """Change a device's status; False when the district has no such device. Erased stays erased."""
        ...

    async def confirm_wipe(self, device: UUID, administrator: str, now_ms: int) -> frozenset[str]:
        """Let an administrator confirm that a device is erased at its next contact, whatever is left on it.

        Returns:
            All whose confirmation counts now; with two of them the device is revoked and marked, in one transaction.
        """
        ...


class JudgingStore(Protocol):
    """Judges what is held and folds it into the read tables."""

    async def judge_waiting(self, judge: Judge, limit: int) -> int:
        """Judge up to so many waiting records in one transaction; return how many were judged (rule 4)."""
        ...

    async def learn(self, knowledge: str) -> int:
        """Let what is quarantined or parked be judged again when it was judged by other knowledge; return how many.

        `knowledge` names what the judge knows: program, kinds, versions, rules.
        """
        ...


class FeedStore(Protocol):
    """What the server says to tablets."""

    async def place_of(self, grid: str) -> GridPlace | None:
        """Return where a grid belongs, or None when it is not imported."""
        ...

    async def pages(self, wanted: Sequence[Wanted], limits: PageLimits) -> Sequence[FeedSlice]:
        """Return a page of each scope, all of one moment; entries that a later one replaced are left out.

        A scope that finds no room says `more` and repeats its cursor.
        """
        ...

    async def current(self, scope: str) -> FeedSlice:
        """Return all that stands in a scope, for a snapshot."""
        ...

    async def standing(self, types: Sequence[str]) -> Mapping[tuple[str, str, str], bytes]:
        """Return the bodies that stand, by (scope, type, id), of these types over all scopes."""
        ...

    async def publish(self, changes: Sequence[FeedChange]) -> int:
        """Write changes in one transaction; those that say what stands already are left out. Return how many."""
        ...


class TabletStorage(Protocol):
    """What tablets and their records need of a district's database."""

    @property
    def district(self) -> str:
        """Return the code of the district that it serves."""
        ...

    @property
    def incarnation(self) -> UUID:
        """Return the id that it got when it was created or restored."""
        ...

    @property
    def exchanges(self) -> ExchangeStore:
        """Return the part that takes records in."""
        ...

    @property
    def enrolments(self) -> EnrolmentStore:
        """Return the part that lets tablets in."""
        ...

    @property
    def judging(self) -> JudgingStore:
        """Return the part that judges and folds."""
        ...

    @property
    def feeds(self) -> FeedStore:
        """Return the part that speaks to tablets."""
        ...

    @property
    def media(self) -> MediaStore:
        """Return the part that knows which files are owed."""
        ...

    @property
    def blobs(self) -> BlobStore:
        """Return where whole files are kept."""
        ...

    @property
    def staging(self) -> Staging:
        """Return where files lie while they arrive."""
        ...


class Storage(TabletStorage, Protocol):
    """A district's database, open for writing; one process owns it, unless its engine lets several share it."""

    @property
    def casework(self) -> CaseworkStore:
        """Return the part that takes what the desk says of cases."""
        ...

    @property
    def search(self) -> SearchStore:
        """Return the part that finds cases by what is written in them."""
        ...

    @property
    def accounts(self) -> AccountStore:
        """Return the part that keeps accounts and sessions."""
        ...

    @property
    def looks(self) -> LookStore:
        """Return the part that keeps who looked at what only few may see."""
        ...

    @property
    def administration(self) -> AdministrationStore:
        """Return the part that keeps what administrators did."""
        ...

    @property
    def orgs(self) -> OrgStore:
        """Return the part that keeps organisations."""
        ...

    @property
    def catalogue(self) -> CatalogueStore:
        """Return the part that keeps versions of the catalogue."""
        ...

    @property
    def places(self) -> PlaceStore:
        """Return the part that keeps what changes on later days, and who changed it."""
        ...

    @property
    def grid_notices(self) -> NoticeStore:
        """Return the part that keeps what desks tell grids."""
        ...

    @property
    def erasures(self) -> ErasureStore:
        """Return the part that erases contacts."""
        ...

    @property
    def exports(self) -> ExportStore:
        """Return the part that tables leave by."""
        ...

    @property
    def desk(self) -> DeskReads:
        """Return the part that the desk reads."""
        ...

    def check_writable(self) -> None:
        """Make sure that exchanges are still taken in.

        Raises:
            StorageFailed: whatever writes has stopped; only a restart helps.
        """
        ...

    async def close(self) -> None:
        """Finish what waits, then close; every waiter is answered."""
        ...
