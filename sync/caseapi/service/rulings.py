"""The rules by which a record is stored, quarantined or parked. Pure.

By its shape and by what it refers to; never by clock, position, plate or badge quality.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sync.caseapi.service.reading import ReadRecord, target_of
from sync.caseapi.storage.base import Facts
from sync.caseapi.storage.judged import Known
from sync.caseapi.storage.values import Verdict
from sync.mounting import sayings_of
from sync.records import (
    KINDS,
    Body,
    CaseNote,
    CaseReport,
    CheckIn,
    Handoff,
    Record,
    TagBind,
    TagReplace,
    TaskResult,
    Visit,
    Void,
)
from sync.wire import Reason


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a record, and why."""

    verdict: Verdict
    reason: Reason | None = None
    sentence: str = ""
    waits_for: UUID | None = None


STORED = Ruling("stored")
"""Nothing is wrong with it."""

REUSED = Ruling("quarantined", "id_reused", "this id is held already with other bytes")
"""Its id belongs to another record."""

NOT_JUDGED = Ruling("quarantined", "not_judged")
"""The program failed by it: nothing is said of the record itself, and the server's log says why."""

_MARKED: dict[str, Ruling] = {
    "damaged": Ruling("quarantined", "damaged", "the tablet's stored bytes are damaged"),
    "revoked": Ruling("quarantined", "revoked", "sent by a tablet after it was revoked"),
}


def ruling_on(facts: Facts, known: Mapping[UUID, Known], read: ReadRecord, beside: Mapping[UUID, Record]) -> Ruling:
    """Return what a record's own rules make of it; its id and its place are judged elsewhere.

    Args:
        beside: the records that were read in the same batch, by id; those of them that were stored are known.
    """

    def case_grid(case: UUID) -> str | None:
        record = beside.get(case)
        is_here = record is not None and isinstance(record.body, CaseReport) and known[case].verdict == "stored"
        return record.envelope.grid if record is not None and is_here else facts.case_grid(case)

    if read.source.mark:
        return _MARKED[read.source.mark]
    if not read.is_known_kind:
        return Ruling("parked", "unknown_kind", "this server does not know this kind of record yet")
    if read.envelope is None or read.fault:
        return Ruling("quarantined", "bad_shape", read.fault)
    if isinstance(read.body, Void):
        return _ruling_on_void(known.get(UUID(read.body.target)), read)
    if isinstance(read.body, TagBind | TagReplace):
        ruling = _ruling_on_tags(facts, read.body, read.envelope.grid)
    elif isinstance(read.body, TaskResult | CaseNote | Handoff):
        ruling = _ruling_on_casework(facts, read.body, read.envelope.grid, case_grid)
    else:
        ruling = _ruling_on_places(facts, read.body)
    if ruling.verdict == "stored" and read.envelope.amends is not None:
        return _ruling_on_amendment(known.get(UUID(read.envelope.amends)), read)
    return ruling


def _ruling_on_void(target: Known | None, read: ReadRecord) -> Ruling:
    if target is None:
        return Ruling("quarantined", "unknown_ref", "the withdrawn record is not held", target_of(read))
    if target.actor != read.actor:
        return Ruling("quarantined", "not_allowed", "only who made a record may withdraw it")
    if target.kind == KINDS["void"].name:
        return Ruling("quarantined", "not_allowed", "a withdrawal cannot be withdrawn; make the record again")
    return STORED


def _ruling_on_amendment(target: Known | None, read: ReadRecord) -> Ruling:
    if target is None:
        return Ruling("quarantined", "unknown_ref", "the amended record is not held", target_of(read))
    if target.actor != read.actor:
        return Ruling("quarantined", "not_allowed", "only who made a record may amend it")
    if target.kind != read.kind:
        return Ruling("quarantined", "bad_amend", f"a {target.kind} cannot be amended by a {read.kind}")
    if target.verdict == "parked":
        return Ruling("parked", "unknown_kind", "waits with the record that it amends", target.id)
    return STORED


def _ruling_on_places(facts: Facts, body: Body | None) -> Ruling:
    """Judge whether an entrance belongs to its building; a building this server never heard of may come yet."""
    if not isinstance(body, CheckIn | CaseReport | Visit) or body.entrance is None or body.building is None:
        return STORED
    building = facts.building_of(body.entrance)
    if building in (body.building, ""):
        return STORED
    if building is not None:
        return Ruling("quarantined", "unknown_ref", "this entrance belongs to another building")
    if facts.grid_of(body.building) is not None:
        return Ruling("quarantined", "unknown_ref", "this building has no such entrance")
    return STORED


def _ruling_on_tags(facts: Facts, body: TagBind | TagReplace, grid: str) -> Ruling:
    """Judge whether a plate can hang there: at a place of the grid, and as long as it is nobody's card."""
    if facts.grid_of(body.building) != grid:
        return Ruling("quarantined", "unknown_ref", "the grid has no such building")
    if body.entrance is not None and facts.building_of(body.entrance) != body.building:
        return Ruling("quarantined", "unknown_ref", "this building has no such entrance")
    if any(facts.tag_role(tag) not in ("", "place") for tag in sayings_of("", body)):
        return Ruling("quarantined", "not_allowed", "this card belongs to a person, not to a place")
    return STORED


def _ruling_on_casework(
    facts: Facts, body: TaskResult | CaseNote | Handoff, grid: str, case_grid: Callable[[UUID], str | None]
) -> Ruling:
    """Judge whether the grid has the task, the case or the seat; what comes later is waited for."""
    if isinstance(body, TaskResult):
        task = facts.task_of(UUID(body.task))
        is_known = task is not None and (task.grid, task.type) == (grid, body.type)
        return STORED if is_known else Ruling("quarantined", "unknown_ref", "the grid has no such task")
    if isinstance(body, Handoff) and not _is_of_team(facts.team_of(grid), body):
        return Ruling("quarantined", "unknown_ref", "the grid has no such seat or person")
    for case in (body.case,) if isinstance(body, CaseNote) else body.cases:
        if case_grid(UUID(case)) != grid:
            return Ruling("quarantined", "unknown_ref", "the grid has no such case", UUID(case))
    return STORED


def _is_of_team(team: frozenset[tuple[str, str]], body: Handoff) -> bool:
    if body.person is not None:
        return (body.seat, body.person) in team
    return any(seat == body.seat for seat, _ in team)


def said(ruling: Ruling) -> tuple[Verdict, str, str]:
    """Return a ruling as it stands in the tables."""
    return ruling.verdict, ruling.reason or "", ruling.sentence


def root_of(known: Mapping[UUID, Known], read: ReadRecord) -> UUID:
    """Return the id of the first record of a family, also for a correction that is itself kept apart."""
    assert read.id is not None  # noqa: S101 - only records with an id are kept
    target = known.get(target_id) if not isinstance(read.body, Void) and (target_id := target_of(read)) else None
    is_family = target is not None and (target.actor, target.kind) == (read.actor, read.kind)
    return target.root if target is not None and is_family else read.id
