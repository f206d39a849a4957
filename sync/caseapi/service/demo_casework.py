"""The demonstration's cases that did not come from a tablet, and what the desk asks of them; all of it made up."""

from collections.abc import Iterator
from datetime import tzinfo
from uuid import UUID

from msgspec import Struct

from sync.caseapi.district.model import Building, District
from sync.caseapi.district.seeded import Seeded
from sync.caseapi.service.casework import moment
from sync.caseapi.storage.casework import DeskSaid, Handling, TaskRow
from sync.caseapi.storage.judged import CaseRow
from sync.records.task_result import TaskType

FIRST_CASE = 900_000
"""Ordinal of the first id: behind those of places, seats and people."""

MOST_DOORS = 24
"""Places of a whole shift; a grid with more of them shows no more."""

_HOUR_MS = 3_600_000


class _Story(Struct, frozen=True):
    """A case and the task that is open for it.

    Attributes:
        began_h: hours ago.
        due_h: hours from now.
        said: what the desk said of it since, with the state that it gave.
    """

    matter: str
    severity: int
    summary: str
    began_h: int
    task: TaskType
    ask: str
    due_h: int
    said: tuple[tuple[str, str], ...] = ()
    handler: str = ""
    number: str = ""


_STORIES = (
    _Story(
        "local:matter:10997",
        3,
        "楼道供热管道漏水",
        20,
        "recheck",
        "管道还漏水吗？看一层楼梯口",
        2,
        (("dispatched", "派供热站抢修"), ("handled", "已换阀门")),
        "合成供热站",
        "0451-00000001",
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
        (("handled", "物业报已清理"),),
        "合成物业",
        "0451-00000002",
    ),
)


def demo_casework(district: District, seed: int, now_ms: int, zone: tzinfo) -> DeskSaid:
    """Return the cases, the desk's words and the tasks of the demonstration's grid; the same ids every time."""
    grid = busiest_grid(district)
    buildings = [building for building in district.buildings if building.grid_id == grid]
    names = {f"{each.standard}:{each.kind}:{each.code}": each.name for each in district.catalogue}
    seeded = Seeded(seed)
    cases: list[CaseRow] = []
    handlings: list[Handling] = []
    tasks: list[TaskRow] = []
    for place, story in enumerate(_STORIES):
        case = _case(seeded, place, story, buildings[place % len(buildings)], names, now_ms, zone)
        cases.append(case)
        handlings += _handlings(seeded, case.id, story, now_ms, zone)
        task = UUID(seeded.id_of(FIRST_CASE + place, "task", place))
        due_at = moment(now_ms + story.due_h * _HOUR_MS, zone)
        tasks.append(TaskRow(task, case.id, story.task, story.ask, moment(now_ms - _HOUR_MS, zone), due_at))
    return DeskSaid(tuple(cases), tuple(handlings), tuple(tasks))


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
    )


def _handlings(seeded: Seeded, case: UUID, story: _Story, now_ms: int, zone: tzinfo) -> Iterator[Handling]:
    for number, (state, text) in enumerate(story.said, 1):
        at_ms = now_ms - story.began_h * _HOUR_MS + number * _HOUR_MS
        yield Handling(
            id=UUID(seeded.id_of(FIRST_CASE + number, "said", str(case), number)),
            case=case,
            state=state,
            at=moment(at_ms, zone),
            received_ms=at_ms,
            text=text,
            due_at=moment(now_ms + story.due_h * _HOUR_MS, zone),
            handler=story.handler,
            handler_number=story.number,
        )
