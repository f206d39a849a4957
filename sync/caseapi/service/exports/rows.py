"""Everything that a role may see, as rows: the same seats and the same rights as on the pages decide.

A check-in and a visit leave as facts about a building on a day: without person, tablet, record and time. Contacts never
leave: each is read on its case's page, one by one. The words of a restricted case leave with its handling chain alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Literal, get_args

import msgspec

from sync.caseapi.cases.permissions import TABLE, who_may_have
from sync.caseapi.errors import NotAllowed
from sync.caseapi.service.callers import Caller, may_read_words, may_see
from sync.caseapi.service.casework.lives import Lives, ReadCase
from sync.caseapi.service.casework.views import HappenedView, history_shown
from sync.caseapi.service.places.naming import names_of
from sync.caseapi.storage.casework import CaseFile
from sync.caseapi.storage.exporting import CheckInFact, ExportSpan, ExportView, VisitFact
from sync.reference import BuildingEntry, EntranceEntry, GridEntry, MatterEntry

ExportKind = Literal["cases", "history", "tasks", "notices", "check_ins", "visits", "rounds", "buildings", "catalogue"]
"""A table that can be taken along."""

KINDS: tuple[ExportKind, ...] = get_args(ExportKind)

_OF_CASES: frozenset[ExportKind] = frozenset({"cases", "history", "tasks"})
_OF_EVERYBODY: frozenset[ExportKind] = frozenset({"catalogue"})
_ROUNDS = (1, 2)

Cell = str | int | float | bool | date | datetime | None
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class ExportTask:
    """What is taken along by whom.

    Attributes:
        span: as asked for; its patches are replaced by the caller's own.
        now_ms: the moment, for what is late.
    """

    kind: ExportKind
    by: Caller
    span: ExportSpan
    lives: Lives
    now_ms: int


class _Names:
    """What codes are called at the moment of a view."""

    def __init__(self, view: ExportView) -> None:
        self._view = view

    @cached_property
    def grids(self) -> dict[str, str]:
        """Return community and name of every grid."""
        bodies = {key[2]: body for key, body in self._view.standing(["grid"]).items()}
        read = {grid: msgspec.json.decode(body, type=GridEntry) for grid, body in bodies.items()}
        return {grid: f"{entry.community_name} {entry.name}" for grid, entry in read.items()}

    @cached_property
    def areas(self) -> dict[str, str]:
        """Return the name of every district, street, community and grid."""
        return names_of(self._view.standing(["grid"]))

    @cached_property
    def buildings(self) -> dict[str, BuildingEntry]:
        """Return every building."""
        bodies = self._view.standing(["building"])
        return {key[2]: msgspec.json.decode(body, type=BuildingEntry) for key, body in bodies.items()}

    @cached_property
    def entrances(self) -> dict[str, EntranceEntry]:
        """Return every entrance."""
        bodies = self._view.standing(["entrance"])
        return {key[2]: msgspec.json.decode(body, type=EntranceEntry) for key, body in bodies.items()}

    @cached_property
    def orgs(self) -> dict[str, str]:
        """Return the name of every organisation."""
        return {org.code: org.name for org in self._view.orgs()}

    def grid(self, code: str) -> str:
        """Return what a grid is called; its code where it is not imported."""
        return self.grids.get(code, code)

    def org(self, code: str) -> str:
        """Return what an organisation is called; of a desk its code."""
        return self.orgs.get(code, code)

    def building(self, building: str) -> str:
        """Return what a building is called, or nothing."""
        entry = self.buildings.get(building)
        return entry.name if entry is not None else ""

    def entrance(self, entrance: str) -> str:
        """Return what an entrance is called, or nothing."""
        entry = self.entrances.get(entrance)
        return entry.name if entry is not None else ""


def kinds_for(by: Caller) -> tuple[ExportKind, ...]:
    """Return the tables that a caller may take along, in order."""
    return tuple(kind for kind in KINDS if kind in _OF_EVERYBODY or _reach(kind, by) is not None)


def rows_of(view: ExportView, task: ExportTask) -> Iterator[Row]:
    """Yield the rows of a table as the caller may see them.

    Raises:
        NotAllowed: no seat of the caller may see any of it.
    """
    reach = _reach(task.kind, task.by)
    if reach is None and task.kind not in _OF_EVERYBODY:
        raise NotAllowed(f"no seat of this account takes {task.kind} along", who_may_have("read_cases"))
    patches, orgs = reach or ((), ())
    mine = replace(task, span=replace(task.span, patches=patches, orgs=orgs))
    return _ROWS[task.kind](view, mine, _Names(view))


def _reach(kind: ExportKind, by: Caller) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the patches and the organisations whose rows a caller may see; None where there are none."""
    patches: list[str] = []
    orgs: list[str] = []
    for seat in by.seats:
        reach = TABLE["read_cases"].get(seat.role)
        if kind == "buildings" and seat.role in TABLE["manage_catalogue"]:
            reach = "all"
        if reach == "all":
            patches.append("")
        elif reach == "subtree" and seat.org:
            patches.append(seat.org)
        elif reach == "assigned" and kind in _OF_CASES:
            orgs.append(seat.org)
    return (tuple(patches), tuple(orgs)) if patches or orgs else None


def _cases(view: ExportView, task: ExportTask) -> Iterator[tuple[CaseFile, ReadCase]]:
    for kept in view.cases(task.span):
        case = task.lives.read(kept)
        if may_see(task.by, case.scope):
            yield kept, case


def _case_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for _, case in _cases(view, task):
        yield _case_row(case, task, names)


def _case_row(case: ReadCase, task: ExportTask, names: _Names) -> Row:
    row, life, lives = case.row, case.life, task.lives
    is_readable = may_read_words(task.by, case.scope, is_restricted=row.is_restricted)
    words = row.words if is_readable else None
    due = lives.due(case, task.now_ms)
    standing = lives.standing(case, task.now_ms)
    return {
        "case": str(row.id),
        "state": life.state,
        "level": life.level,
        "desk": standing.desk,
        "grid": row.grid,
        "grid_name": names.grid(row.grid),
        "matter": row.matter,
        "matter_name": row.matter_name,
        "severity": row.severity,
        "building": str(row.building) if row.building else "",
        "building_name": row.building_name,
        "place": words.place if words else "",
        "description": words.description if words else "",
        "solved_by": words.action if words else "",
        "is_restricted": row.is_restricted,
        "origin": row.words.origin if row.words else "",
        "condition": life.condition,
        "handlers": "、".join(names.org(org) for org in standing.orgs),
        "reported_at": _told(row.reported_at),
        "clock": row.clock,
        "received_at": _moment(row.received_ms, lives),
        "filed_at": _moment(life.filed_ms, lives),
        "handled_at": _moment(life.handled_ms, lives),
        "ended_at": _moment(life.ended_ms, lives),
        "due_at": _moment(due.stage_ms, lives),
        "case_due_at": _moment(due.case_ms, lives),
        "is_overdue": due.is_overdue(life, task.now_ms),
        "reworks": sum(event.action == "rework" for event in case.events),
        "declines": sum(event.action == "decline" for event in case.events),
        "supervisions": sum(aside.kind == "supervision" for aside in case.asides),
        "photos": len(row.photos),
        "has_contact": bool(row.words and row.words.contact),
        "late_events": standing.misfits,
    }


def _history_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for _, case in _cases(view, task):
        is_readable = may_read_words(task.by, case.scope, is_restricted=case.row.is_restricted)
        said = view.said(case.row.id)
        for happened in history_shown(case, said, task.by, task.lives, is_readable=is_readable):
            yield _happened_row(case, happened, names)


def _happened_row(case: ReadCase, happened: HappenedView, names: _Names) -> Row:
    return {
        "case": str(case.row.id),
        "grid": case.row.grid,
        "at": _told(happened.at),
        "clock": happened.clock,
        "what": happened.what,
        "state": happened.state,
        "for_org": names.org(happened.org),
        "to_org": names.org(happened.to_org),
        "assisting": "、".join(names.org(org) for org in happened.assisting),
        "to_level": happened.to_level,
        "condition": happened.condition,
        "answer": happened.answer,
        "text": happened.text,
        "photos": happened.photos,
        "why_late": happened.why,
    }


def _task_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for kept, case in _cases(view, task):
        is_readable = may_read_words(task.by, case.scope, is_restricted=case.row.is_restricted)
        answers = {event.task: event for event in reversed(case.events) if event.action.startswith("answer_")}
        for asked in kept.tasks:
            answer = answers.get(asked.id)
            yield {
                "task": str(asked.id),
                "case": str(case.row.id),
                "grid": case.row.grid,
                "grid_name": names.grid(case.row.grid),
                "type": asked.type,
                "ask": asked.ask if is_readable else "",
                "made_at": _told(asked.made_at),
                "due_at": _told(asked.due_at) if asked.due_at else None,
                "answered_at": _moment(answer.at_ms, task.lives) if answer else None,
                "answer": answer.answer if answer else "",
            }


def _notice_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for notice in view.notices(task.span):
        was_withdrawn = bool(notice.withdrawn_by)
        yield {
            "notice": str(notice.id),
            "area": notice.area,
            "area_name": names.areas.get(notice.area, ""),
            "sender": notice.org,
            "desk_name": notice.desk,
            "words": notice.text,
            "is_urgent": notice.is_urgent,
            "sent_at": _moment(notice.at_ms, task.lives),
            "last_day": _moment(notice.until_ms, task.lives),
            "withdrawn_at": _moment(notice.ends_ms, task.lives) if was_withdrawn else None,
            "grids_told": notice.grids,
        }


def _place(fact: CheckInFact | VisitFact, names: _Names) -> Row:
    building, entrance = str(fact.building), str(fact.entrance) if fact.entrance else ""
    return {
        "day": date.fromisoformat(fact.day),
        "grid": fact.grid,
        "grid_name": names.grid(fact.grid),
        "building": building,
        "building_name": names.building(building),
        "entrance": entrance,
        "entrance_name": names.entrance(entrance),
    }


def _check_in_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for fact in view.check_ins(task.span):
        found: Row = {"round": fact.round, "result": fact.result, "method": fact.method, "geofence": fact.geofence}
        yield _place(fact, names) | found | {"clock": fact.clock}


def _visit_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for fact in view.visits(task.span):
        yield _place(fact, names) | {"purpose": fact.purpose, "outcome": fact.outcome, "clock": fact.clock}


def _round_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:
    for day in view.round_days(task.span):
        for building in view.rounds(day):
            if not building.grid.startswith(task.span.patches):
                continue
            done = {each.round: each for each in building.rounds}
            for number in _ROUNDS:
                found = done.get(number)
                yield {
                    "day": date.fromisoformat(day),
                    "grid": building.grid,
                    "grid_name": names.grid(building.grid),
                    "building": str(building.building),
                    "building_name": building.name,
                    "round": number,
                    "is_done": found is not None,
                    "entrances": len(building.entrances),
                    "entrances_done": len(found.entrances) if found else 0,
                    "normal": found.normal if found else 0,
                    "issue": found.issue if found else 0,
                    "no_access": found.no_access if found else 0,
                    "not_stated": found.not_stated if found else 0,
                }


def _building_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:  # noqa: ARG001 - one signature for all kinds
    doors: dict[str, list[tuple[int, str]]] = {}
    for door in names.entrances.values():
        doors.setdefault(door.building, []).append((door.order, door.name))
    for building, entry in sorted(names.buildings.items(), key=lambda item: (item[1].grid, item[1].order, item[0])):
        if entry.grid.startswith(task.span.patches):
            yield {
                "building": building,
                "building_name": entry.name,
                "grid": entry.grid,
                "grid_name": names.grid(entry.grid),
                "address": entry.address,
                "entrances": len(doors.get(building, ())),
                "entrance_names": "、".join(name for _, name in sorted(doors.get(building, ()))),
                "lat": entry.lat,
                "lon": entry.lon,
                "radius_m": entry.radius_m,
                "note": entry.note,
            }


def _catalogue_rows(view: ExportView, task: ExportTask, names: _Names) -> Iterator[Row]:  # noqa: ARG001 - one signature for all kinds
    bodies = {key[2]: body for key, body in view.standing(["matter"]).items()}
    timing = task.lives.timings.at(task.now_ms)
    for matter, body in sorted(bodies.items()):
        entry = msgspec.json.decode(body, type=MatterEntry)
        for condition in timing.conditions_for(matter):
            yield {
                "matter": matter,
                "standard": entry.standard,
                "matter_kind": entry.kind,
                "code": entry.code,
                "matter_name": entry.name,
                "name_en": entry.name_en,
                "group": entry.group,
                "group_en": entry.group_en,
                "is_danger": entry.danger,
                "emergency_number": entry.emergency_number,
                "is_restricted": entry.restricted,
                "photo": entry.photo,
                "condition": condition.id,
                "condition_name": condition.name,
                "condition_name_en": condition.name_en,
                "limit_amount": condition.limit.amount,
                "limit_type": condition.limit.type,
                "limit_source": condition.source,
            }


def _moment(at_ms: int | None, lives: Lives) -> datetime | None:
    """Return Unix milliseconds in the district's time, whole seconds."""
    return None if at_ms is None else datetime.fromtimestamp(at_ms // 1000, lives.zone)


def _told(at: str) -> datetime | str:
    """Return a time that was kept as RFC 3339; as it stands where it is none."""
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return at


_ROWS: dict[ExportKind, Callable[[ExportView, ExportTask, _Names], Iterator[Row]]] = {
    "cases": _case_rows,
    "history": _history_rows,
    "tasks": _task_rows,
    "notices": _notice_rows,
    "check_ins": _check_in_rows,
    "visits": _visit_rows,
    "rounds": _round_rows,
    "buildings": _building_rows,
    "catalogue": _catalogue_rows,
}
