"""Gives every held record its verdict. Pure: what must be known is an argument, what changes is returned.

A record is judged by its shape and by what it refers to, never by clock, position, plate or badge quality. One that
breaks a rule is quarantined with a reason and a sentence; it blocks nothing and hides nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import metadata
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.feeds import device_scope
from sync.caseapi.service.folding import FoldContext, fold_family
from sync.caseapi.service.reading import ReadRecord, read_record, target_of
from sync.caseapi.service.rulings import NOT_JUDGED, REUSED, Ruling, root_of, ruling_on, said
from sync.caseapi.storage.base import Facts, Needs
from sync.caseapi.storage.casework import CaseChange, CaseFile
from sync.caseapi.storage.judged import (
    CaseRow,
    CaseSaid,
    FoldedRow,
    JudgedBatch,
    Known,
    NewlyJudged,
    PlaceJudged,
    Released,
    Unjudged,
)
from sync.caseapi.storage.values import FeedChange, Verdict
from sync.records import KINDS, Record, Void
from sync.reference import VerdictEntry

_RULES = 1
KNOWLEDGE = " ".join(
    [
        f"program:{metadata.version('xunge')}",
        f"rules:{_RULES}",
        *sorted(f"{kind.name}:{kind.version}" for kind in KINDS.values()),
    ]
)
"""What this judge knows; when it knows more than its predecessor, what was kept apart is judged again. A newer program
may no longer fail by what an older one failed by."""

RELEASED = "superseded"
"""Reason in the verdict feed of a record that left quarantine because another one corrects or withdraws it."""


@dataclass(slots=True)
class _Bench:
    """What is known while a batch is judged: the facts, and what this batch added to them."""

    facts: Facts
    known: dict[UUID, Known]
    families: dict[UUID, dict[UUID, Known]]
    judged: list[NewlyJudged] = field(default_factory=list)
    exceptions: list[PlaceJudged] = field(default_factory=list)
    voided: list[UUID] = field(default_factory=list)
    rows: list[FoldedRow] = field(default_factory=list)
    feed: list[FeedChange] = field(default_factory=list)
    released: list[Released] = field(default_factory=list)
    read: dict[UUID, Record] = field(default_factory=dict)

    def learn(self, member: Known) -> None:
        """Take a judged record into account."""
        self.known[member.id] = member
        self.families.setdefault(member.root, {})[member.id] = member

    def keep(self, read: ReadRecord, ruling: Ruling, *, is_void: bool) -> Known | None:
        """Give a record its verdict; return it as known, or None when it has no id."""
        if read.id is None:
            return None
        if read.envelope is not None and read.body is not None:
            self.read[read.id] = Record(read.envelope, read.body)
        root = root_of(self.known, read)
        source = read.source
        new = NewlyJudged(read.id, root, read.kind, read.actor, ruling.verdict, source.stream, source.n, source.digest)
        self.judged.append(new)
        member = Known(
            id=new.id,
            root=root,
            kind=new.kind,
            actor=new.actor,
            verdict=new.verdict,
            is_void=is_void,
            stream=new.stream,
            n=new.n,
            digest=new.digest,
            received_ms=source.received_ms,
            raw=source.raw,
            reason=ruling.reason or "",
            sentence=ruling.sentence,
            device=source.device,
        )
        self.learn(member)
        return member

    def release(self, read: ReadRecord, member: Known | None) -> None:
        """Take out of quarantine what an accepted correction or withdrawal points at, and tell its tablet.

        A correction also supersedes every earlier one of the same record that was kept apart.
        """
        target = self.known.get(target_id) if (target_id := target_of(read)) else None
        if target is None or member is None:
            return
        family = () if isinstance(read.body, Void) else self.families[member.root].values()
        earlier = [each for each in family if _in_order(each) < _in_order(member)]
        for each in {found.id: found for found in (*earlier, target)}.values():
            if each.verdict != "stored" and not each.is_released:
                self.released.append(Released(each.id, member.id, each.stream, each.n))
                self.learn(replace(each, is_released=True))
                self._tell_all(each.device or read.source.device, each.id, VerdictEntry("stored", RELEASED))

    def except_(self, read: ReadRecord, ruling: Ruling, *, is_again: bool = False) -> None:
        """Say of a place that its record is not plainly stored, here and in the device's feed.

        Args:
            is_again: the record had another verdict until now.
        """
        source = read.source
        reason = ruling.reason or ""
        self.exceptions.append(
            PlaceJudged(
                source.stream,
                source.n,
                source.device,
                read.id,
                ruling.verdict,
                reason,
                ruling.sentence,
                ruling.waits_for,
            )
        )
        entry = VerdictEntry(ruling.verdict, reason, ruling.sentence)
        if ruling is REUSED:
            # The id is the other record's, of which something else may be true.
            self._tell(source.device, f"{source.stream}:{source.n}", entry)
        elif is_again:
            self.tell_again(read, entry)
        else:
            self.tell(read, entry)

    def repeat(self, read: ReadRecord, first: Known) -> None:
        """Say that a place repeats a record; the tablet is told what became of the first, so that nothing hides."""
        source = read.source
        self.exceptions.append(PlaceJudged(source.stream, source.n, source.device, read.id, "duplicate", "", ""))
        if first.is_released:
            self.tell(read, VerdictEntry("stored", RELEASED))
            return
        verdict: Verdict = "duplicate" if first.verdict == "stored" else first.verdict
        self.tell(read, VerdictEntry(verdict, first.reason, first.sentence))

    def tell(self, read: ReadRecord, entry: VerdictEntry) -> None:
        """Say a verdict in the device's feed; a record without a readable id is named by its place."""
        source = read.source
        self._tell(source.device, str(read.id) if read.id else f"{source.stream}:{source.n}", entry)

    def tell_again(self, read: ReadRecord, entry: VerdictEntry) -> None:
        """Say the new verdict of a record that was kept apart: to whoever brought it, also a second time."""
        if read.id is None:
            self.tell(read, entry)
        else:
            self._tell_all(read.source.device, read.id, entry)

    def batch(self) -> JudgedBatch:
        """Return all that was changed."""
        return JudgedBatch(
            tuple(self.judged),
            tuple(self.exceptions),
            tuple(self.voided),
            tuple(self.rows),
            tuple(self.feed),
            tuple(self.released),
        )

    def withdraw(self, target: UUID) -> None:
        """Mark a record void."""
        self.voided.append(target)
        self.learn(replace(self.known[target], is_void=True))

    def _tell_all(self, device: UUID, record: UUID, entry: VerdictEntry) -> None:
        # A clone holds the record, too, and its own feed said what had become of it when the clone brought it.
        for each in dict.fromkeys((device, *self.facts.repeated_by(record))):
            self._tell(each, str(record), entry)

    def _tell(self, device: UUID, entry_id: str, entry: VerdictEntry) -> None:
        self.feed.append(FeedChange(device_scope(device), "verdict", entry_id, msgspec.json.encode(entry)))


@dataclass(frozen=True, slots=True)
class RecordJudge:
    """The `Judge` of this program.

    Attributes:
        zone: time zone in which a day is a day.
        lives: how cases move and when they are due.
    """

    zone: ZoneInfo
    lives: Lives

    def needs(self, records: Sequence[Unjudged]) -> Needs:
        """Return what must be looked up to judge these records."""
        named = [_named(record) for record in records]
        return Needs(
            ids=frozenset(record_id for record_id, _ in named if record_id),
            targets=frozenset(target for _, target in named if target),
        )

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        """Return everything that judging these records, in this order, changes."""
        bench = _Bench(facts, dict(facts.known), {})
        for family in facts.families.values():
            for member in family:
                bench.learn(member)
        for record in records:
            self._judge_one(bench, read_record(record))
        read_record.cache_clear()
        return bench.batch()

    def set_apart(self, record: Unjudged, facts: Facts) -> JudgedBatch:
        """Return what says of a record that the program failed by it."""
        bench = _Bench(facts, dict(facts.known), {})
        read = _barely_read(record)
        prior = bench.known.get(read.id) if read.id else None
        if prior is not None and (prior.stream, prior.n) != (record.stream, record.n):
            # The id is another record's, or the same one's at another place, of which something else is true.
            read, prior = ReadRecord(record, None, "", ""), None
        if prior is not None and (prior.verdict == "stored" or prior.is_released):
            return JudgedBatch()
        if prior is None or (prior.verdict, prior.reason, prior.sentence) != said(NOT_JUDGED):
            bench.keep(read, NOT_JUDGED, is_void=prior is not None and prior.is_void)
            bench.except_(read, NOT_JUDGED, is_again=prior is not None)
        return bench.batch()

    def move(self, kept: CaseFile, rows: Sequence[CaseRow | CaseSaid]) -> CaseChange:
        """Return what folded rows change of the case that they are about."""
        return self.lives.moved(kept, rows)

    def _judge_one(self, bench: _Bench, read: ReadRecord) -> None:
        prior = bench.known.get(read.id) if read.id else None
        if prior is not None and (prior.stream, prior.n) == (read.source.stream, read.source.n):
            if prior.verdict == "stored" or prior.is_released:
                return
        elif prior is not None:
            if prior.digest == read.source.digest:
                bench.repeat(read, prior)
            else:
                bench.except_(read, REUSED)
            return
        ruling = ruling_on(bench.facts, bench.known, read, bench.read)
        if prior is not None and (prior.verdict, prior.reason, prior.sentence) == said(ruling):
            return
        member = bench.keep(read, ruling, is_void=prior is not None and prior.is_void)
        if ruling.verdict != "stored":
            bench.except_(read, ruling, is_again=prior is not None)
            return
        if prior is not None:
            # It was kept apart until now, and the tablet was told so.
            bench.tell_again(read, VerdictEntry("stored"))
        bench.release(read, member)
        if isinstance(read.body, Void):
            bench.withdraw(UUID(read.body.target))
            member = bench.known[UUID(read.body.target)]
        self._fold(bench, member, read.source.device)

    def _fold(self, bench: _Bench, member: Known | None, device: UUID) -> None:
        if member is None:
            return
        family = sorted(bench.families[member.root].values(), key=_in_order)
        matter_name = partial(self._matter_name, bench)
        folded = fold_family(family, FoldContext(self.zone, matter_name, device, bench.facts.clock_seen, bench.read))
        bench.rows += folded.rows

    def _matter_name(self, bench: _Bench, matter: str) -> str:
        # A tablet that was offline may report of a category that was closed meanwhile.
        return bench.facts.matter_name(matter) or self.lives.timings.name_of(matter)


def _named(source: Unjudged) -> tuple[UUID | None, UUID | None]:
    """Return the ids of a record and of the one that it corrects or withdraws, as far as they can be read."""
    try:
        read = read_record(source)
        return read.id, target_of(read)
    except Exception:  # noqa: BLE001 - judging meets it again, and then this record is set apart
        return None, None


def _barely_read(source: Unjudged) -> ReadRecord:
    """Return who a record says it is, and nothing by which the program could fail once more."""
    try:
        read = read_record(source)
    except Exception:  # noqa: BLE001 - it is what the record is set apart for
        return ReadRecord(source, None, "", "")
    return ReadRecord(source, read.id, read.kind, read.actor)


def _in_order(member: Known) -> tuple[int, UUID, int]:
    # The last one counts.
    return member.received_ms, member.stream, member.n
