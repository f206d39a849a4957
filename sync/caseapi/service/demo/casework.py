"""The demonstration's cases that did not come from a tablet, and what the desk asks of them; all of it made up."""

from collections.abc import Iterator
from datetime import tzinfo
from uuid import UUID

from msgspec import Struct

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.limits import USUAL
from sync.caseapi.cases.states import Action
from sync.caseapi.district.model import Building, District
from sync.caseapi.district.seeded import Seeded
from sync.caseapi.service.casework.lives import opening_event
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import TaskRow
from sync.caseapi.storage.judged import CaseRow, CaseWords
from sync.caseapi.storage.orgs import OrgRow
from sync.records.task_result import TaskType

FIRST_CASE = 900_000
"""Ordinal of the first id: behind those of places, seats and people."""

MOST_DOORS = 24
"""Places of a whole shift; a grid with more of them shows no more."""

_HOUR_MS = 3_600_000


class DemoCase(Struct, frozen=True):
    """A case of the demonstration: its report, what has happened to it since, the task that is open for it."""

    row: CaseRow
    events: tuple[CaseEvent, ...]
    task: TaskRow


class _Story(Struct, frozen=True):
    """A case and the task that is open for it.

    Attributes:
        began_h: hours ago.
        due_h: hours from now.
        org: who handled it, with `dispatched` and `done` said on the way; empty for one that nobody was given.
    """

    matter: str
    severity: int
    summary: str
    began_h: int
    task: TaskType
    ask: str
    due_h: int
    org: str = ""
    dispatched: str = ""
    done: str = ""


_HEAT, _PROPERTY = "demo-heat", "demo-property"

_STORIES = (
    _Story(
        "local:matter:10997",
        3,
        "楼道供热管道漏水",
        20,
        "recheck",
        "管道还漏水吗？看一层楼梯口",
        2,
        _HEAT,
        "派供热站抢修",
        "已换阀门",
    ),
    _Story("local:matter:10996", 2, "居民反映楼道灯不亮", 5, "verify", "楼道灯是不是不亮？", 6),
    _Story(
        "local:matter:10993",
        2,
        "三层堆放旧家具",
        50,
        "recheck",
        "旧家具清走了吗？",
        24,
        _PROPERTY,
        "派物业清理",
        "物业报已清理",
    ),
)


def demo_orgs(district: District) -> tuple[OrgRow, ...]:
    """Return who handles the demonstration's cases."""
    patch = busiest_grid(district)[:6]
    return (
        OrgRow(_HEAT, "handler", "合成供热站", patch, "0451-00000001"),
        OrgRow(_PROPERTY, "handler", "合成物业", patch, "0451-00000002"),
    )


def demo_casework(district: District, seed: int, now_ms: int, zone: tzinfo) -> tuple[DemoCase, ...]:
    """Return the cases of the demonstration's grid; the same ids every time."""
    grid = busiest_grid(district)
    buildings = [building for building in district.buildings if building.grid_id == grid]
    names = {f"{each.standard}:{each.kind}:{each.code}": each.name for each in district.catalogue}
    seeded = Seeded(seed)
    cases: list[DemoCase] = []
    for place, story in enumerate(_STORIES):
        row = _case(seeded, place, story, buildings[place % len(buildings)], names, now_ms, zone)
        task = UUID(seeded.id_of(FIRST_CASE + place, "task", place))
        due_at = moment(now_ms + story.due_h * _HOUR_MS, zone)
        asked = TaskRow(task, row.id, story.task, story.ask, moment(now_ms - _HOUR_MS, zone), due_at)
        cases.append(DemoCase(row, tuple(_events(seeded, row, story, asked, now_ms)), asked))
    return tuple(cases)


def busiest_grid(district: District) -> str:
    """Return the grid that shows most: a whole shift of different doors, then most cards at doors."""
    grid_of = {building.id: building.grid_id for building in district.buildings}
    grid_of |= {door.id: building.grid_id for building in district.buildings for door in building.entrances}
    shown: dict[str, dict[str, str]] = {}
    for tag in district.tags:
        if tag.role == "place" and tag.status == "active":
            shown.setdefault(grid_of[tag.target_id], {})[tag.target_id] = tag.medium
    return max(
        shown,
        key=lambda grid: (
            min(len(shown[grid]), MOST_DOORS),
            sum(medium == "em" for medium in shown[grid].values()),
            grid,
        ),
    )


def _case(
    seeded: Seeded, place: int, story: _Story, building: Building, names: dict[str, str], now_ms: int, zone: tzinfo
) -> CaseRow:
    began_ms = now_ms - story.began_h * _HOUR_MS
    return CaseRow(
        id=UUID(seeded.id_of(FIRST_CASE + place, "case", place)),
        grid=building.grid_id,
        state="reported",
        matter=story.matter,
        matter_name=names.get(story.matter, ""),
        severity=story.severity,
        building=UUID(building.id),
        building_name="",
        entrance=UUID(building.entrances[0].id) if building.entrances else None,
        place="",
        summary=story.summary,
        is_restricted=False,
        reported_at=moment(began_ms, zone),
        received_ms=began_ms,
        version=1,
        is_void=False,
        words=CaseWords(description=story.summary, origin="resident"),
    )


def _events(seeded: Seeded, row: CaseRow, story: _Story, task: TaskRow, now_ms: int) -> Iterator[CaseEvent]:
    """Yield what has happened to a case, an action an hour; the task was asked for an hour ago."""
    yield opening_event(row)
    handled: tuple[tuple[Action, str], ...] = (
        ("file", ""),
        ("dispatch", story.dispatched),
        ("accept", ""),
        ("done", story.done),
    )
    asked: tuple[Action, str] = ("ask_verify" if story.task == "verify" else "ask_recheck", story.ask)
    for number, (action, note) in enumerate((*(handled if story.org else ()), asked), 1):
        at_ms = now_ms - _HOUR_MS if action == asked[0] else row.received_ms + number * _HOUR_MS
        yield CaseEvent(
            id=UUID(seeded.id_of(FIRST_CASE + number, "event", str(row.id), number)),
            action=action,
            at_ms=at_ms,
            received_ms=at_ms,
            org=story.org if action in ("accept", "done") else row.grid[:12],
            level=None if action in ("accept", "done") else "community",
            note=note,
            condition=USUAL if action == "file" else "",
            to_org=story.org if action == "dispatch" else "",
            task=task.id if action == asked[0] else None,
        )
