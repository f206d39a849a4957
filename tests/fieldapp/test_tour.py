"""Every panel and screen under a ruler: nothing cut, nothing too small to touch, the hot flows whole on 8 inches."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from textual.geometry import Region
from textual.widget import Widget

from fieldapp.text import Language, use_language
from fieldapp.text.pseudo import CLOSING, OPENING
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.status_bar import StatusBar
from fieldapp.widgets.tile_grid import TileGrid
from fieldapp.widgets.windowed_list import WindowedList
from tests.fieldapp.rest import let_timers_go_off, resize
from tests.fieldapp.robot import Robot
from tests.fieldapp.tour import HOT, STOPS, standing

SMALLEST = (56, 18)
"""An 8-inch panel with letters that are read without glasses."""

TABLET_SIZES = (SMALLEST, (85, 26), (100, 30), (128, 40), (160, 50))
"""What tablets of 8 to 12 inches show; the second one is the kiosk's default."""

SCROLLED = {"help-text", "notice-text"}
"""Texts that may be longer than what holds them."""

LEAST_CELLS, LEAST_ROWS = 12, 3
"""Least size of what a finger presses on a tablet."""

MARKED = re.compile(f"{OPENING}[^{OPENING}{CLOSING}]*(?:{CLOSING}|$)", re.MULTILINE)
LATIN = re.compile("[A-Za-z]{2,}")
DATA = {"XG", "XGE", "https", "seat", "Street", "scene", "Exposed", "litter", "Stair", "light", "out", "Homes", "Smell"}
DATA |= {"of", "gas", "Dispute", "lamp", "Utilities", "Pseudo", "English", "OFFLINE", "ESCAPE", "dev", "ttyUSB", "nmea"}
DATA |= {"ttyACM", "KB", "pn", "em", "ModemManager", "ff", "fd", "line", "parallax"}
"""Names in the small grid's and the readers' data, languages in their own words, keys and codes."""


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")


def unmarked(text: str) -> str:
    """Return what of a text bears no marker; a message may stand inside another."""
    while (rest := MARKED.sub(" ", text)) != text:
        text = rest
    return text


def squeezed(text: str) -> str:
    return "".join(text.split())


def cut_words(robot: Robot) -> list[str]:
    """Return what tiles and lines do not show whole."""
    cut: list[str] = []
    for field, tile in robot.tiles():
        region, face = tile.region, tile.option.face
        lines = [field.render_line(row).crop(region.x, region.right).text for row in region.line_range]
        painted, chip = squeezed("".join(lines)), squeezed(face.key)
        painted = painted.replace(chip, "", 1) if chip not in squeezed(face.label) else painted
        whole = squeezed(face.label) + squeezed(face.note)
        # A note may be left out where there is little room, but not cut; of a reason, pressing says all.
        if squeezed(face.label) not in painted or (face.tone != "off" and ".." in painted and ".." not in whole):
            cut.append(f"tile {face.label!r}, {face.note!r} in {painted!r}")
        if region.right > field.size.width or region.bottom > field.size.height:
            cut.append(f"tile {face.label!r} at {region} in {field.size}")
    for text in robot.app.screen.query(PlainText):
        if text.region.area and text.id not in SCROLLED:
            needed = text.get_content_height(text.size, text.size, text.content_size.width)
            around = text.parent
            if isinstance(around, Widget) and text.region.bottom > around.region.bottom:
                cut.append(f"text {text.id} {text.text!r} reaches below what holds it")
            if needed > text.content_size.height:
                cut.append(f"text {text.id} {text.text!r} needs {needed} rows, has {text.content_size.height}")
    return cut


def small_targets(robot: Robot) -> list[str]:
    """Return what a finger in a glove would miss."""
    targets = [(tile.option.press, *tile.region.size) for _field, tile in robot.tiles()]
    targets += [
        (f"a row of {rows.id}", rows.region.width, min(rows.row_lines, rows.region.height))
        for rows in robot.app.screen.query(WindowedList)
        if rows.region.area
    ]
    return [
        f"{what} is {width} x {height}" for what, width, height in targets if width < LEAST_CELLS or height < LEAST_ROWS
    ]


def overlapping(robot: Robot) -> list[str]:
    """Return what lies on something else, or beyond the screen."""
    screen = robot.app.screen
    pieces = [
        widget
        for widget in screen.walk_children(Widget)
        if widget.region.area and widget.visible and not widget.children and not isinstance(widget, Flash)
    ]
    seen = [(piece, piece.region.intersection(around_of(piece))) for piece in pieces if piece.id not in SCROLLED]
    found = [
        f"{one} and {other} overlap"
        for (one, first), (other, second) in combinations(seen, 2)
        if first.intersection(second).area
    ]
    return found + [
        f"{piece} at {piece.region}" for piece, _seen in seen if not screen.region.contains_region(piece.region)
    ]


def around_of(widget: Widget) -> Region:
    """Return what a widget can be seen in: all that scrolls or cuts around it."""
    around = widget.screen.region
    for ancestor in widget.ancestors:
        if isinstance(ancestor, Widget):
            around = around.intersection(ancestor.region)
    return around


def close_targets(robot: Robot) -> list[str]:
    """Return tiles with no cell between them: a touch one cell off would be the neighbour's.

    The keys of a PIN alone touch on the smallest panel: of its eighteen rows thirteen are left for four rows of them.
    """
    placed = [
        (tile.option.press, tile.region.translate(field.region.offset))
        for field, tile in robot.tiles()
        if robot.app.size != SMALLEST or not (isinstance(field, TileGrid) and field.keeps_columns)
    ]
    return [
        f"{press} touches {other_press}"
        for (press, region), (other_press, other) in combinations(placed, 2)
        if region.grow((1, 1, 1, 1)).overlaps(other)
    ]


def shown(robot: Robot) -> Iterator[str]:
    """Yield every text of the app's own that is on the screen."""
    screen = robot.app.screen
    for _field, tile in robot.tiles():
        yield from (tile.option.face.label, tile.option.face.note)
    for text in screen.query(PlainText):
        yield text.text if text.region.area else ""
    for line in screen.query(PlainInput):
        yield str(line.placeholder) if line.region.area else ""
    for bar in screen.query(StatusBar):
        yield from (word.text for word in bar.words)
    for listing in screen.query(WindowedList):
        yield "\n".join(robot.lines[listing.region.y : listing.region.bottom]) if listing.region.area else ""


@pytest.mark.parametrize("stop", STOPS)
async def test_a_stop_is_whole_and_large_enough_to_touch(stop: str) -> None:
    use_language("zh_CN")
    findings: list[str] = []
    async with standing(stop, size=(80, 24)) as robot:
        findings += [f"80x24 zh: {found}" for found in [*close_targets(robot), *cut_words(robot)]]
        before = robot.text
        await let_timers_go_off(robot.app, times=12)
        findings += ["shows the time that the test takes"] if robot.text != before else []
        for size in TABLET_SIZES:
            await resize(robot.app, *size)
            assert len(robot.lines) == size[1]
            for look in (small_targets, close_targets, cut_words, overlapping):
                findings += [f"{size}: {found}" for found in look(robot)]
        await resize(robot.app, 80, 24)
        for language in ("en", "pseudo"):
            use_language(language)
            robot.app.wear(robot.app.theme)
            await robot.settle()
            if language == "en":
                findings += [f"80x24 en: {found}" for found in cut_words(robot)]
        rest = " ".join(map(unmarked, shown(robot)))
        findings += [f"pseudo: {word}" for word in set(LATIN.findall(rest)) - DATA]
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("stop", HOT)
async def test_a_hot_stop_is_whole_on_the_smallest_panel(stop: str, language: Language) -> None:
    use_language(language)
    findings: list[str] = []
    async with standing(stop, size=SMALLEST) as robot:
        for _size in range(2):
            findings += [f"{robot.app.theme}: {found}" for found in cut_words(robot)]
            fields = {field for field, _tile in robot.tiles()}
            findings += [f"{field} reaches below" for field in fields if field.region.bottom > SMALLEST[1]]
            await robot.press("z")
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("stop", ["problem.review", "today.more"])
async def test_a_panel_that_becomes_narrow_stands_as_if_it_had_always_been(stop: str) -> None:
    use_language("zh_CN")
    async with standing(stop, size=SMALLEST) as robot:
        narrow = robot.text
    async with standing(stop, size=(160, 50)) as robot:
        await resize(robot.app, *SMALLEST)
        assert robot.text == narrow


async def test_the_ruler_sees_what_lies_on_something_else_or_beyond_the_screen() -> None:
    async with standing("today", size=SMALLEST) as robot:
        tiles = robot.app.screen.query_one("#today-tiles")
        for offset in ((0, -3), (30, 0)):
            tiles.styles.offset = offset
            await robot.settle()
            assert overlapping(robot)
        tiles.styles.offset = (0, 0)
        await robot.settle()
        assert not overlapping(robot)


async def test_who_signs_in_finds_the_name_on_the_smallest_panel() -> None:
    use_language("zh_CN")
    async with standing("sign_in", size=SMALLEST) as robot:
        assert all(robot.sees(name) for name in ("网格员 1", "网格员 4", "请输密码"))
        assert not cut_words(robot)


async def test_the_toolkits_own_words_are_not_reached() -> None:
    use_language("pseudo")
    async with standing("today") as robot:
        await robot.press("ctrl+c", "ctrl+p", "f1", "tab")
        assert OPENING in robot.word
        assert not robot.app._notifications
        assert robot.panel in {"today", "places"}
        assert len(robot.app.screen_stack) == 1
