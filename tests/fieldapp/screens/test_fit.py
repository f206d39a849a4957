"""At 80 columns and 24 rows nothing is cut, in neither language, and every size from there on is laid out."""

import pytest

from fieldapp.text import Language, use_language
from sync.tags import plate_code
from tests.fieldapp.fakes import PIN_1, PLATE_ENTRANCE_11, PLATE_STRANGE, make_world
from tests.fieldapp.rest import resize
from tests.fieldapp.robot import Robot, robot_in

BOX_PLATE = plate_code(bytes(10))
SIZES = ((80, 24), (100, 30), (160, 50), (60, 20), (200, 60))

STEPS = (
    ("1", *PIN_1),
    ("6",),
    ("1",),
    ("1",),
    ("0", "2"),
    ("9",),
    ("escape", "1"),
    ("1",),
    ("0", "3"),
    ("9",),
    ("2",),
    ("0", "0", "1"),
    ("0", "0", "4"),
    ("1",),
    ("0", "0", "5"),
    ("0", "g"),
    ("0", "r"),
    ("9",),
    ("1",),
    ("0", "0", "6"),
    ("0", "h"),
)
"""Keys from screen to screen."""

PUTTING_UP = (
    (PLATE_ENTRANCE_11, ("0", "0", "m")),
    (PLATE_STRANGE, ("0", "2", "3")),
    (BOX_PLATE, ("1", "0")),
)
"""Keys and plates through what is asked while plates are put up, and out of it again."""


def squeezed(text: str) -> str:
    return "".join(text.split())


def cut_words(robot: Robot) -> list[str]:
    """Return what tiles do not show whole."""
    cut: list[str] = []
    for field, tile in robot.tiles():
        region, face = tile.region, tile.option.face
        lines = [field.render_line(row).crop(region.x, region.right).text for row in region.line_range]
        painted, chip = squeezed("".join(lines)), squeezed(face.key)
        for words in (face.label, face.note):
            if squeezed(words) not in painted.replace(chip, "", 1) and squeezed(words) not in painted:
                cut.append(f"{robot.panel}: {words!r} in {painted!r}")
    return cut


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_no_word_on_a_tile_is_cut_on_the_smallest_screen(language: Language) -> None:
    use_language(language)
    async with robot_in(make_world()) as robot:
        found = cut_words(robot)
        for keys in STEPS:
            await robot.press(*keys)
            found += cut_words(robot)
        await robot.press("escape")
        for code in (PLATE_ENTRANCE_11, PLATE_ENTRANCE_11, PLATE_STRANGE):
            await robot.scan(code)
            found += cut_words(robot)
        for code, keys in PUTTING_UP:
            await robot.press(*keys)
            found += cut_words(robot)
            await robot.scan(code)
            found += cut_words(robot)
        await robot.press("m")
        found += cut_words(robot)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["sun", "night-large"])
async def test_a_screen_that_is_resized_is_laid_out_anew(theme: str) -> None:
    async with robot_in(make_world().signed_in(), theme=theme) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        for width, height in SIZES:
            await resize(robot.app, width, height)
            assert robot.sees("Back")
            assert all(tile.region.right <= field.size.width for field, tile in robot.tiles())
            assert all(tile.region.bottom <= field.size.height for field, tile in robot.tiles())
            assert len(robot.lines) == height
