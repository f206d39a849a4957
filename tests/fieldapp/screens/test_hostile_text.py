"""Every screen over a tablet full of hostile strings: no control character reaches the terminal, no markup is read."""

import re
from itertools import cycle, islice

import msgspec
import pytest
from rich.cells import cell_len

from fieldapp.messages import LinkChanged, ReaderFault
from sync.journal import SyncFault, SyncStatus
from sync.reference import CaseEntry, ContactEntry, NoticeEntry
from tests.fieldapp.fakes import (
    BADGE_2,
    CARD_VISITOR,
    PIN_1,
    PLATE_ENTRANCE_11,
    PLATE_STRANGE,
    FakeReference,
    World,
    make_world,
    small_grid,
)
from tests.fieldapp.robot import Robot, robot_in

HOSTILE = (
    "\x1b]0;owned\x07bell",
    "\x1b[5;10Hmoved",
    "\x9b31mred\x9d8;;http://e\x9c",
    "[/nope] [link=http://e]x[/link]",
    "[@click=app.quit]touch me[/]",
    "[bold red on",
    "a\x00b\x08c\x0bd\x85e",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "\ud800surrogate",
    "x" * 5000,
    "楼" * 3000,
    "\U000e0041\U000e0042tags",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\ufe0f \U0001f1e8\U0001f1f3 \u0e33\u0e33 \ud83d",
)
"""What plates, notes and servers could send."""

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff\U000e0000-\U000e007f]")
"""What no terminal may be given."""


WALKS = 3
"""Walks over all screens; each gives every name another string."""


def poisoned(first: int) -> FakeReference:
    """Return the small grid with every name replaced, beginning with the n-th hostile string."""
    texts = islice(cycle(HOSTILE), first, None, 1)
    reference = small_grid()
    assert reference.grid_entry is not None
    reference.grid_entry = msgspec.structs.replace(reference.grid_entry, name=next(texts), community_name=next(texts))
    for rows in (reference.building_rows, reference.entrance_rows, reference.person_rows):
        for key, entry in rows.items():
            rows[key] = msgspec.structs.replace(entry, name=next(texts))
    for key, building in reference.building_rows.items():
        reference.building_rows[key] = msgspec.structs.replace(
            building, address=next(texts), note=next(texts), lat=45.6, lon=126.6
        )
        reference.contact_rows[key] = ContactEntry(next(texts), next(texts), key, next(texts))
        reference.case_rows[key] = CaseEntry(next(texts), next(texts), key, None, next(texts), next(texts))
        reference.notice_rows[key] = NoticeEntry(*islice(texts, 4), urgent=True)
    for key, matter in reference.matter_rows.items():
        fields = ("name", "name_en", "group", "group_en", "emergency_number")
        reference.matter_rows[key] = msgspec.structs.replace(matter, **{field: next(texts) for field in fields})
    for key, tag in reference.tag_rows.items():
        if tag.role == "visitor":
            reference.tag_rows[key] = msgspec.structs.replace(tag, target=next(texts))
    return reference


async def walk(robot: Robot, world: World, text: str) -> None:
    """Open every screen once."""
    await seen(robot)
    await robot.scan(text)
    await seen(robot)
    await robot.press("escape", "1", *PIN_1)
    await seen(robot)
    await robot.scan(PLATE_ENTRANCE_11)
    await seen(robot)
    for keys in (("5", "0"), ("2", "1"), ("1",), ("5",)):
        await robot.press(*keys)
        await seen(robot)
    await robot.read("line", text)
    await seen(robot)
    await robot.press("escape", "escape", "escape")
    world.services.forms.put("problem", {"description": text, "place": text, "action": text, "self_resolved": "yes"})
    await robot.press("escape", "2")
    await seen(robot)
    await robot.press("1", "1")
    await seen(robot)
    await robot.scan(PLATE_STRANGE)
    await seen(robot)
    await robot.press("escape", "escape")
    for keys in (
        ("1",),
        ("1",),
        ("escape", "escape"),
        ("4",),
        ("1",),
        ("escape", "escape"),
        ("5",),
        ("escape",),
        ("g",),
        ("3",),
        ("escape",),
        ("r",),
        ("9",),
        ("1",),
        ("3",),
        ("escape", "escape"),
        ("h",),
    ):
        await robot.press(*keys)
        await seen(robot)
    await robot.press("escape")
    putting_up = (("m",), PLATE_ENTRANCE_11), (("0", "2"), text), (("2", "3"), PLATE_STRANGE), (("1",), text)
    for keys, code in putting_up:
        await robot.press(*keys)
        await seen(robot)
        await robot.scan(code)
        await seen(robot)
    await robot.press("escape", "escape", "escape")
    for card in (CARD_VISITOR, BADGE_2):
        await robot.tap(card)
        await seen(robot)
    world.exchange.become(SyncStatus("failed", fault=SyncFault(text, text)))
    robot.app.post_message(LinkChanged(text, "scanner", text))
    robot.app.post_message(ReaderFault(text, text))
    await robot.settle()
    await seen(robot)


async def seen(robot: Robot) -> None:
    """Assert that what is painted holds nothing a terminal would obey, and that each line fills its cells."""
    for line in robot.lines:
        found = FORBIDDEN.search(line)
        assert found is None, f"{found!r} on {robot.panel}: {line!r}"
        assert cell_len(line) == robot.app.size.width, f"on {robot.panel}: {line!r}"


@pytest.mark.parametrize("number", range(WALKS))
async def test_no_screen_lets_hostile_text_through(number: int) -> None:
    first = number * len(HOSTILE) // WALKS
    world, text = make_world(poisoned(first)), HOSTILE[first]
    async with robot_in(world) as robot:
        await walk(robot, world, text)
        for row in list(world.journal.rows):
            world.journal.judge(row.n, "quarantined", text, HOSTILE[row.n % len(HOSTILE)])
        await robot.press("escape", "escape", "5")
        await seen(robot)
        await robot.press("escape", "escape", "k")
        await seen(robot)
        await robot.press(str(number + 1))
        assert robot.panel == "notice"
        await seen(robot)
