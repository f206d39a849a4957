"""Gives every held record its verdict. Pure: what must be known is an argument, what changes is returned.

A record is judged by its shape and by what it refers to, never by clock, position, plate or badge quality. One that
breaks a rule is quarantined with a reason and a sentence; it blocks nothing and hides nowhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from sync.caseapi.service.feeds import device_scope
from sync.caseapi.service.folding import FoldContext, fold_family
from sync.caseapi.storage.base import Facts, Needs
from sync.caseapi.storage.judged import FoldedRow, JudgedBatch, Known, NewlyJudged, PlaceJudged, Unjudged
from sync.caseapi.storage.values import FeedChange, Verdict
from sync.errors import RecordRejected
from sync.records import KINDS, Body, Envelope, Void, decode_body, decode_envelope, kind_of
from sync.reference import VerdictEntry
from sync.text import clean_line
from sync.wire import Reason

SENTENCE_CHARS = 200
"""Longest sentence about a quarantined record: it is shown on the tablet."""


class _Peek(msgspec.Struct, frozen=True):
    """Who a record says it is, when nothing else of it can be read."""

    id: str
    kind: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """A record as far as it can be read.

    Attributes:
        id: None when not even that can be read.
        fault: what is wrong with its shape, or empty.
        is_known_kind: False when this program is too old for the kind or its version.
    """

    source: Unjudged
    id: UUID | None
    kind: str
    actor: str
    envelope: Envelope | None = None
    body: Body | None = None
    fault: str = ""
    is_known_kind: bool = True


@dataclass(frozen=True, slots=True)
class _Ruling:
    verdict: Verdict
    reason: Reason | None = None
    sentence: str = ""


STORED = _Ruling("stored")
REUSED = _Ruling("quarantined", "id_reused", "this id is held already with other bytes")

_MARKED: dict[str, _Ruling] = {
    "damaged": _Ruling("quarantined", "damaged", "the tablet's stored bytes are damaged"),
    "revoked": _Ruling("quarantined", "revoked", "sent by a tablet after it was revoked"),
}


@dataclass(slots=True)
class _Bench:
    """What is known while a batch is judged: the facts, and what this batch added to them."""

    matter_name: Callable[[str], str]
    known: dict[UUID, Known]
    families: dict[UUID, dict[UUID, Known]]
    judged: list[NewlyJudged] = field(default_factory=list)
    exceptions: list[PlaceJudged] = field(default_factory=list)
    voided: list[UUID] = field(default_factory=list)
    rows: list[FoldedRow] = field(default_factory=list)
    feed: list[FeedChange] = field(default_factory=list)

    def learn(self, member: Known) -> None:
        """Take a judged record into account."""
        self.known[member.id] = member
        self.families.setdefault(member.root, {})[member.id] = member

    def keep(self, read: _Read, ruling: _Ruling, *, is_void: bool) -> Known | None:
        """Give a record its verdict; return it as known, or None when it has no id."""
        if read.id is None:
            return None
        target = _target(read) if ruling.verdict == "stored" and not isinstance(read.body, Void) else None
        root = self.known[target].root if target else read.id
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
        )
        self.learn(member)
        return member

    def except_(self, read: _Read, ruling: _Ruling) -> None:
        """Say of a place that its record is not plainly stored, here and in the device's feed."""
        source = read.source
        reason = ruling.reason or ""
        self.exceptions.append(
            PlaceJudged(source.stream, source.n, source.device, read.id, ruling.verdict, reason, ruling.sentence)
        )
        self.tell(read, VerdictEntry(ruling.verdict, reason, ruling.sentence))

    def repeat(self, read: _Read, first: Known) -> None:
        """Say that a place repeats a record; the tablet is told what became of the first, so that nothing hides."""
        source = read.source
        self.exceptions.append(PlaceJudged(source.stream, source.n, source.device, read.id, "duplicate", "", ""))
        verdict: Verdict = "duplicate" if first.verdict == "stored" else first.verdict
        self.tell(read, VerdictEntry(verdict, first.reason, first.sentence))

    def tell(self, read: _Read, entry: VerdictEntry) -> None:
        """Say a verdict in the device's feed; a record without a readable id is named by its place."""
        source = read.source
        entry_id = str(read.id) if read.id else f"{source.stream}:{source.n}"
        self.feed.append(FeedChange(device_scope(source.device), "verdict", entry_id, msgspec.json.encode(entry)))

    def withdraw(self, target: UUID) -> None:
        """Mark a record void."""
        self.voided.append(target)
        self.learn(replace(self.known[target], is_void=True))


@dataclass(frozen=True, slots=True)
class RecordJudge:
    """The `Judge` of this program.

    Attributes:
        zone: time zone in which a day is a day.
    """

    zone: ZoneInfo

    def needs(self, records: Sequence[Unjudged]) -> Needs:
        """Return what must be looked up to judge these records."""
        read = [_read(record) for record in records]
        return Needs(
            ids=frozenset(each.id for each in read if each.id),
            targets=frozenset(target for each in read if (target := _target(each))),
        )

    def judge(self, records: Sequence[Unjudged], facts: Facts) -> JudgedBatch:
        """Return everything that judging these records, in this order, changes."""
        bench = _Bench(facts.matter_name, dict(facts.known), {})
        for family in facts.families.values():
            for member in family:
                bench.learn(member)
        for record in records:
            self._judge_one(bench, _read(record))
        _read.cache_clear()
        return JudgedBatch(
            tuple(bench.judged), tuple(bench.exceptions), tuple(bench.voided), tuple(bench.rows), tuple(bench.feed)
        )

    def _judge_one(self, bench: _Bench, read: _Read) -> None:
        prior = bench.known.get(read.id) if read.id else None
        if prior is not None and (prior.stream, prior.n) == (read.source.stream, read.source.n):
            if prior.verdict != "parked":
                return
        elif prior is not None:
            if prior.digest == read.source.digest:
                bench.repeat(read, prior)
            else:
                bench.except_(read, REUSED)
            return
        ruling = _ruling(bench, read)
        member = bench.keep(read, ruling, is_void=prior is not None and prior.is_void)
        if ruling.verdict != "stored":
            bench.except_(read, ruling)
            return
        if prior is not None:
            # It was parked until now, and the tablet was told so.
            bench.tell(read, VerdictEntry("stored"))
        if isinstance(read.body, Void):
            bench.withdraw(UUID(read.body.target))
            member = bench.known[UUID(read.body.target)]
        self._fold(bench, member, read.source.device)

    def _fold(self, bench: _Bench, member: Known | None, device: UUID) -> None:
        if member is None:
            return
        family = sorted(bench.families[member.root].values(), key=lambda each: (each.received_ms, each.stream, each.n))
        folded = fold_family(family, FoldContext(self.zone, bench.matter_name, device))
        bench.rows += folded.rows
        bench.feed += folded.feed


def _ruling(bench: _Bench, read: _Read) -> _Ruling:
    if read.source.mark:
        return _MARKED[read.source.mark]
    if not read.is_known_kind:
        return _Ruling("parked", "unknown_kind", "this server does not know this kind of record yet")
    if read.envelope is None or read.fault:
        return _Ruling("quarantined", "bad_shape", read.fault)
    if isinstance(read.body, Void):
        return _ruling_on_void(bench.known.get(UUID(read.body.target)), read)
    if read.envelope.amends is not None:
        return _ruling_on_amendment(bench.known.get(UUID(read.envelope.amends)), read)
    return STORED


def _ruling_on_void(target: Known | None, read: _Read) -> _Ruling:
    if target is None:
        return _Ruling("quarantined", "unknown_ref", "the withdrawn record is not held")
    if target.actor != read.actor:
        return _Ruling("quarantined", "not_allowed", "only who made a record may withdraw it")
    if target.kind == KINDS["void"].name:
        return _Ruling("quarantined", "not_allowed", "a withdrawal cannot be withdrawn; make the record again")
    return STORED


def _ruling_on_amendment(target: Known | None, read: _Read) -> _Ruling:
    if target is None:
        return _Ruling("quarantined", "unknown_ref", "the amended record is not held")
    if target.actor != read.actor:
        return _Ruling("quarantined", "not_allowed", "only who made a record may amend it")
    if target.kind != read.kind:
        return _Ruling("quarantined", "bad_amend", f"a {target.kind} cannot be amended by a {read.kind}")
    return STORED


# A batch is asked for twice, for what it needs and for its verdicts; nothing is kept beyond that.
@lru_cache(maxsize=1024)
def _read(source: Unjudged) -> _Read:
    if source.mark == "damaged":
        return _Read(source, None, "", "")
    try:
        envelope = decode_envelope(source.raw)
    except RecordRejected as exc:
        return _unreadable(source, exc)
    identity = (UUID(envelope.id), envelope.kind, envelope.actor)
    kind = kind_of(envelope)
    if kind is None:
        return _Read(source, *identity, envelope, is_known_kind=False)
    try:
        return _Read(source, *identity, envelope, decode_body(kind, envelope.body))
    except RecordRejected as exc:
        return _Read(source, *identity, envelope, fault=_sentence(exc))


def _unreadable(source: Unjudged, exc: RecordRejected) -> _Read:
    try:
        peek = msgspec.json.decode(source.raw, type=_Peek)
        return _Read(source, UUID(peek.id), clean_line(peek.kind), clean_line(peek.actor), fault=_sentence(exc))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return _Read(source, None, "", "", fault=_sentence(exc))


def _sentence(exc: RecordRejected) -> str:
    return clean_line(f"{exc} ({exc.path})", max_chars=SENTENCE_CHARS)


def _target(read: _Read) -> UUID | None:
    if isinstance(read.body, Void):
        return UUID(read.body.target)
    return UUID(read.envelope.amends) if read.envelope is not None and read.envelope.amends else None
