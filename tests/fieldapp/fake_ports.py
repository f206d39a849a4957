"""In-memory ports: the same promises as the real ones (`tests/contracts`), nothing on disk, a held clock."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sync.clock import Stamp
from sync.errors import RecordRejected, SyncError
from sync.journal import Enrolment, JournalEntry, JournalSummary, RecordState, StoredReceipt, SyncStatus
from sync.records import KINDS, Envelope, Void, decode_body, decode_record, encode
from sync.reference import (
    BuildingEntry,
    CaseEntry,
    ContactEntry,
    EntranceEntry,
    GridEntry,
    HandoffEntry,
    MatterEntry,
    NoticeEntry,
    PersonEntry,
    SeenEntry,
    TagEntry,
    TaskEntry,
)

START_MS = 1_795_392_000_000
"""Where a fake clock starts: 2026-11-23 08:00 in China."""


class DiskFull(SyncError):
    """What a full disk answers; the real store's error has the same code."""

    code = "E-DISK"


class IdTaken(SyncError):
    """What the journal answers to a second record with the id of another; the real store's error has the same code."""

    code = "E-STORE"


class FakeClock:
    """A clock that only moves when told; randomness repeats."""

    def __init__(self, start_ms: int = START_MS) -> None:
        self.wall_ms = start_ms
        self.mono_ms = 1_000_000
        self.boot = str(uuid.UUID(int=1))
        self.offset_ms: int | None = 0
        self.offset_boot = True
        self._random = random.Random(7)

    def now_ms(self) -> int:
        return self.wall_ms

    def stamp(self) -> Stamp:
        return Stamp(self.boot, self.mono_ms, self.offset_ms, self.offset_boot)

    def random_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.wall_ms += round(seconds * 1000)
        self.mono_ms += round(seconds * 1000)

    def set_wall(self, unix_ms: int) -> None:
        """Let somebody set the wall clock; the monotonic clock does not notice."""
        self.wall_ms = unix_ms

    def reboot(self, seconds: float = 60) -> None:
        """Start a new boot."""
        self.wall_ms += round(seconds * 1000)
        self.mono_ms = 20_000
        self.boot = str(uuid.UUID(int=uuid.UUID(self.boot).int + 1))
        self.offset_boot = False


class _Somewhere(Struct):
    building: str | None = None


def building_of(record: Envelope) -> str | None:
    """Return the building that a record names."""
    return msgspec.json.decode(record.body, type=_Somewhere).building


def target_of(record: Envelope) -> str | None:
    """Return the id of the record that this one amends or withdraws."""
    body = decode_body(KINDS["void"], record.body) if record.kind == "void" else None
    return body.target if isinstance(body, Void) else record.amends


class FakeJournal:
    """Records in a list; `fault` is raised by the next writes until it is taken away."""

    def __init__(self) -> None:
        self.stream = str(uuid.UUID(int=0x5712EA))
        self.rows: list[JournalEntry] = []
        self._older: list[JournalEntry] = []
        self.watermark = 0
        self.receipt: StoredReceipt | None = None
        self.fault: Exception | None = None
        self.settlings: list[tuple[int, int]] = []

    def append(self, record: Envelope) -> JournalEntry:
        data = encode(record)
        if decode_record(data) is None:
            raise RecordRejected(f"records of kind {record.kind!r} are not written here", "$.kind")
        if self.fault is not None:
            raise self.fault
        if (known := self.get(record.id)) is not None:
            if encode(known.record) != data:
                raise IdTaken(f"another record already has the id {record.id}")
            return known
        entry = JournalEntry(len(self.rows) + 1, self.stream, record, "waiting")
        self.rows.append(entry)
        return entry

    def get(self, record_id: str) -> JournalEntry | None:
        return next((row for row in (*self.rows, *self._older) if row.record.id == record_id), None)

    def entries(
        self, *, shift: str | None = None, kinds: Sequence[str] = (), limit: int = 200, before_n: int | None = None
    ) -> list[JournalEntry]:
        wanted = [
            row
            for row in reversed([*(self._older if shift else []), *self.rows])
            if (shift is None or shift in (row.record.shift, row.record.id))
            and (not kinds or row.record.kind in kinds)
            and (before_n is None or row.n < before_n)
        ]
        return wanted[:limit]

    def naming(self, text: str, kinds: Sequence[str]) -> list[JournalEntry]:
        origins = {
            target_of(row.record) or row.record.id
            for row in self.rows
            if row.record.kind in kinds and text.encode() in encode(row.record)
        }
        return [row for row in reversed(self.rows) if {row.record.id, target_of(row.record)} & origins]

    def at_building(self, building: str, *, limit: int = 50) -> list[JournalEntry]:
        every = [*self._older, *self.rows][::-1]
        newest = [row for row in every if building_of(row.record) == building][:limit]
        facts = {name for row in newest for name in (row.record.id, target_of(row.record))} - {None}
        amended = facts | {row.record.id for row in every if target_of(row.record) in facts}
        return [row for row in every if amended & {row.record.id, target_of(row.record)}]

    def looked_at(self, since: str) -> list[tuple[str, str]]:
        every = [*self._older, *self.rows]
        gone = {target_of(row.record) for row in every if row.record.kind == "void"}
        standing: dict[str, tuple[str, str]] = {}
        for record in (row.record for row in every if row.record.kind == "check_in" and row.record.at >= since):
            building = building_of(record)
            if record.id in gone or building is None:
                continue
            if record.amends is None:
                standing[record.id] = (building, record.at)
            elif record.amends in standing:
                standing[record.amends] = (building, standing[record.amends][1])
        return list(standing.values())

    def settled_since(self, since_s: int) -> list[tuple[int, int]]:
        return [row for row in self.settlings if row[0] >= since_s]

    def to_mend(self, *, limit: int = 50) -> list[JournalEntry]:
        def is_mended(row: JournalEntry) -> bool:
            names = {row.record.id, row.record.amends} - {None}
            return any(target_of(later.record) in names for later in self.rows if later.n > row.n)

        kept_apart = [row for row in reversed(self.rows) if row.state == "quarantined" and row.n <= self.watermark]
        return [row for row in kept_apart if not is_mended(row)][:limit]

    def summary(self) -> JournalSummary:
        unsettled = [row for row in self.rows if row.n > self.watermark]
        return JournalSummary(
            stream=self.stream,
            last_n=len(self.rows),
            watermark=self.watermark,
            unsettled=len(unsettled),
            oldest_unsettled_at=unsettled[0].record.at if unsettled else None,
            quarantined=len(self.to_mend(limit=1000)),
            receipt=self.receipt,
        )

    def begin_stream(self) -> None:
        """Begin a new stream, as a fork after the last record does."""
        self._older, self.rows, self.watermark = [*self._older, *self.rows], [], 0
        self.stream = str(uuid.UUID(int=uuid.UUID(self.stream).int + 1))

    def settle(self, watermark: int, *, time_s: int = START_MS // 1000, code: str = "A7K2QM") -> None:
        """Let the server prove that it holds records 1 to `watermark`."""
        self.settlings.append((time_s, watermark - self.watermark))
        self.watermark = watermark
        self.rows = [
            replace(row, state="stored") if row.n <= watermark and row.state == "waiting" else row for row in self.rows
        ]
        self.receipt = StoredReceipt(b"r" * 129, code, self.stream, watermark, time_s)

    def judge(self, n: int, state: RecordState, reason: str = "", sentence: str = "") -> None:
        """Let the server say something of one record."""
        self.rows[n - 1] = replace(self.rows[n - 1], state=state, reason=reason, sentence=sentence)


class FakeDrafts:
    """Drafts in dictionaries; saving appends to the journal and forgets the draft, or does neither."""

    def __init__(self, journal: FakeJournal) -> None:
        self._journal = journal
        self.forms: dict[str, dict[str, str]] = {}

    def put(self, form: str, fields: Mapping[str, str]) -> None:
        if self._journal.fault is not None:
            raise self._journal.fault
        if fields:
            self.forms[form] = {**self.forms.pop(form, {}), **fields}

    def fields(self, form: str) -> dict[str, str]:
        return dict(sorted(self.forms.get(form, {}).items()))

    def open_forms(self) -> list[str]:
        return list(reversed(self.forms))

    def discard(self, form: str) -> None:
        self.forms.pop(form, None)

    def rename(self, form: str, name: str) -> None:
        self.forms = {name if each == form else each: fields for each, fields in self.forms.items()}

    def save(self, form: str, record: Envelope) -> JournalEntry:
        entry = self._journal.append(record)
        self.discard(form)
        return entry


@dataclass(slots=True)
class FakeReference:
    """Reference data in dictionaries."""

    grid_id: str = ""
    grid_entry: GridEntry | None = None
    building_rows: dict[str, BuildingEntry] = field(default_factory=dict)
    entrance_rows: dict[str, EntranceEntry] = field(default_factory=dict)
    person_rows: dict[str, PersonEntry] = field(default_factory=dict)
    tag_rows: dict[str, TagEntry] = field(default_factory=dict)
    matter_rows: dict[str, MatterEntry] = field(default_factory=dict)
    contact_rows: dict[str, ContactEntry] = field(default_factory=dict)
    case_rows: dict[str, CaseEntry] = field(default_factory=dict)
    task_rows: dict[str, TaskEntry] = field(default_factory=dict)
    handoff_rows: dict[str, HandoffEntry] = field(default_factory=dict)
    notice_rows: dict[str, NoticeEntry] = field(default_factory=dict)
    seen_rows: dict[str, SeenEntry] = field(default_factory=dict)

    def grid(self) -> tuple[str, GridEntry] | None:
        return None if self.grid_entry is None else (self.grid_id, self.grid_entry)

    def buildings(self) -> dict[str, BuildingEntry]:
        return dict(self.building_rows)

    def entrances(self) -> dict[str, EntranceEntry]:
        return dict(self.entrance_rows)

    def people(self) -> dict[str, PersonEntry]:
        return dict(self.person_rows)

    def tag(self, digest: str) -> TagEntry | None:
        return self.tag_rows.get(digest)

    def tags(self) -> dict[str, TagEntry]:
        return dict(self.tag_rows)

    def matters(self) -> dict[str, MatterEntry]:
        return dict(self.matter_rows)

    def contacts(self) -> dict[str, ContactEntry]:
        return dict(self.contact_rows)

    def cases(self) -> dict[str, CaseEntry]:
        return dict(self.case_rows)

    def tasks(self) -> dict[str, TaskEntry]:
        return dict(self.task_rows)

    def handoffs(self) -> dict[str, HandoffEntry]:
        return dict(self.handoff_rows)

    def notices(self) -> dict[str, NoticeEntry]:
        return dict(self.notice_rows)

    def seen(self) -> dict[str, SeenEntry]:
        return dict(self.seen_rows)


class FakeSettings:
    """Settings in a dictionary; every write is counted."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.writes = 0

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str | None) -> None:
        self.writes += 1
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value


class FakeExchange:
    """A sync worker that is told what to be doing."""

    def __init__(self) -> None:
        self.requests = 0
        self._status = SyncStatus("idle")
        self._listeners: list[Callable[[SyncStatus], None]] = []

    def request(self) -> None:
        self.requests += 1

    def status(self) -> SyncStatus:
        return self._status

    def subscribe(self, listener: Callable[[SyncStatus], None]) -> None:
        self._listeners.append(listener)

    def become(self, status: SyncStatus) -> None:
        """Change the status and tell everybody."""
        self._status = status
        for listener in self._listeners:
            listener(status)


class FakeEnroller:
    """An enrolment that the desk confirms at the second question."""

    def __init__(self, state: Enrolment | None = None) -> None:
        self._state = state or Enrolment("confirmed", "https://case.invalid", device="tablet-1", server="Synthetic")
        self.polls = 0

    def state(self) -> Enrolment:
        return self._state

    def become(self, state: Enrolment) -> None:
        """Change the enrolment."""
        self._state = state

    def begin(self, offer_text: str) -> Enrolment:
        self._state = Enrolment("pending", "https://case.invalid", digits="314159")
        return self._state

    def poll(self) -> Enrolment:
        self.polls += 1
        if self.polls > 1 and self._state.status == "pending":
            self._state = replace(self._state, status="confirmed", device="tablet-1")
        return self._state


class FakeMachine:
    """A tablet with room on its disk."""

    def __init__(self, free: int | None = 8 << 30) -> None:
        self.free = free

    def free_bytes(self) -> int | None:
        return self.free
