"""Districts that nobody planned for: hostile words in every case and task, nothing at all, 400 buildings in a grid."""

from itertools import cycle

from msgspec.structs import replace

from sync.ids import uuid7_at
from sync.reference import BuildingEntry, HistoryLine, MatterEntry
from tests.fieldapp.casework_rows import with_casework
from tests.fieldapp.fake_devices import FakeDevices
from tests.fieldapp.fake_ports import START_MS
from tests.fieldapp.fakes import (
    GRID,
    PERSON_1,
    PLATE_ENTRANCE_12,
    FakeReference,
    World,
    make_world,
    small_grid,
)
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.robot import Robot, robot_in
from tests.fieldapp.screens.test_hostile_text import HOSTILE, seen

BUILDINGS, MATTERS = 400, 3_000

LONG_NOTE = "楼道 " * 5_000
"""A note of 10,000 Chinese characters, as a server could send it."""


def poisoned_casework() -> FakeReference:
    """Return the small grid with places, cases, tasks and hand-overs, every word of them hostile."""
    texts = cycle((*HOSTILE, LONG_NOTE))
    reference = with_casework(placed_grid())
    for key, building in reference.building_rows.items():
        reference.building_rows[key] = replace(building, name=next(texts), address=next(texts), note=next(texts))
    for key, case in reference.case_rows.items():
        fields = ("matter_name", "summary", "place", "handler", "handler_number", "reported_at", "due_at")
        history = tuple(HistoryLine(next(texts), next(texts), next(texts), next(texts), photos=9) for _line in range(3))
        known = tuple(replace(line, text=next(texts)) for line in case.history)
        reference.case_rows[key] = replace(case, **{field: next(texts) for field in fields}, history=(*known, *history))
    for key, task in reference.task_rows.items():
        fields = ("matter_name", "place", "ask", "made_at", "due_at")
        reference.task_rows[key] = replace(task, **{field: next(texts) for field in fields})
    for key, handoff in reference.handoff_rows.items():
        reference.handoff_rows[key] = replace(handoff, from_seat=next(texts), note=next(texts), at=next(texts))
    return reference


async def look_at(robot: Robot, *ways: tuple[str, ...]) -> None:
    """Press the keys of each way and look after each key; then go home."""
    for keys in ways:
        for key in keys:
            await robot.press(key)
            await seen(robot)
        while robot.panel != "today":
            await robot.press("escape")


def put_into_drafts(world: World, text: str) -> None:
    """Let every form be half written, with a text in each field where somebody types."""
    forms = world.services.forms
    forms.put("case_note", {"text": text})
    forms.put("handoff", {"note": text})
    forms.put("task", {"note": text})


async def test_no_panel_of_cases_tasks_and_looking_back_lets_hostile_text_through() -> None:
    world = make_world(poisoned_casework()).signed_in()
    async with robot_in(world, devices=FakeDevices()) as robot:
        await robot.scan(PLATE_ENTRANCE_12)
        await seen(robot)
        await look_at(robot, ("8",))
        put_into_drafts(world, LONG_NOTE + HOSTILE[0])
        await robot.scan(PLATE_ENTRANCE_12)
        await look_at(robot, ("9", "6", "1", "1"))
        await look_at(robot, ("k", "1"), ("k", "3"), ("k", "4"), ("6", "4", "1", "3"))
        await look_at(robot, ("r", "o", "w"), ("r", "1"), ("g", "1", "3", "4"), ("5", "w"), ("s", "z", "t"), ("e",))


async def test_an_empty_district_says_so_on_every_panel() -> None:
    reference = FakeReference(GRID, small_grid().grid_entry)
    reference.person_rows[PERSON_1] = small_grid().person_rows[PERSON_1]
    async with robot_in(make_world(reference).signed_in()) as robot:
        await look_at(robot, ("2", "9"), ("3", "1", "1"), ("4",), ("5", "w"), ("6", "1"), ("s",), ("e",), ("h",))
        for key in "1rg":
            await robot.press(key)
            assert robot.sees("No buildings yet: connect once"), key
            await seen(robot)
            await robot.press("escape")
        await look_at(robot, ("k",), ("m",))


def large_district() -> FakeReference:
    """Return a grid of 400 buildings and a catalogue of 3,000 matters, some with long names."""
    reference = small_grid()
    for number in range(BUILDINGS):
        key = str(uuid7_at(START_MS, (10_000 + number).to_bytes(10, "big")))
        name = f"{number}号楼" if number % 7 else f"{number}号楼（{'很长的名字' * 12}）"
        place = {"lat": 45.6 + number % 20 / 1_000, "lon": 126.6 + number // 20 / 1_000}
        reference.building_rows[key] = BuildingEntry(name, GRID, "合成路", f"{number}hl", order=10 + number, **place)
    for number in range(MATTERS):
        key = f"local:matter:{20_000 + number}"
        reference.matter_rows[key] = MatterEntry(
            "local", "matter", f"{20_000 + number}", f"合成事项 {number}", f"Matter {number}", "居民区", "Homes", "hcsx"
        )
    return reference


async def test_400_buildings_and_3000_matters_are_walked_to_their_ends_and_found() -> None:
    async with robot_in(make_world(large_district()).signed_in(), size=(56, 18)) as robot:
        await look_at(robot, ("r", "end", "9", "home"), ("r", "w", "end"), ("g", "1", "3", "2"), ("1", "end"))
        await robot.press("1", "9")
        await robot.type("399")
        await seen(robot)
        assert robot.sees("399号楼")
        await robot.press("escape", "escape", "2", "9")
        await robot.type("22999")
        await seen(robot)
        assert robot.sees("Matter 2999")
