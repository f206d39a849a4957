"""A walk in the pretended language: every word on every screen went through the catalogues, or is data."""

import re
from collections.abc import Iterator

from fieldapp.text import use_language
from fieldapp.text.pseudo import CLOSING, OPENING
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.status_bar import StatusBar
from sync.journal import SyncFault, SyncStatus
from sync.tags import plate_code
from tests.fieldapp.fakes import BADGE_2, PIN_1, PLATE_ENTRANCE_11, PLATE_OLD, PLATE_STRANGE, make_world
from tests.fieldapp.robot import Robot, robot_in

PLATE_BARE = plate_code(bytes(10))
MARKED = re.compile(f"{OPENING}[^{CLOSING}]*{CLOSING}")
LATIN = re.compile("[A-Za-z]{2,}")
NO_WORDS = {"XG", "XGE", "https", "seat", "Street", "scene", "Exposed", "litter", "Stair", "light", "out", "Homes"}
NO_WORDS |= {"Smell", "of", "gas", "Dispute", "lamp", "Utilities", "Pseudo", "English", "OFFLINE", "ESCAPE"}
"""Names in the small grid's data, languages in their own words, keys and codes."""

STEPS = (
    ("1", *PIN_1),
    ("6",),
    ("1",),
    ("1",),
    ("1",),
    ("0", "0", "2"),
    ("9",),
    ("escape", "1"),
    ("9",),
    ("escape", "1"),
    ("2",),
    ("1",),
    ("9",),
    ("0", "0", "3"),
    ("1",),
    ("9",),
    ("2",),
    ("0", "4"),
    ("0", "0", "0", "1", "c"),
    ("escape", "escape", "4"),
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
    ("", ("0", "0", "m")),
    (PLATE_ENTRANCE_11, ("0",)),
    (PLATE_OLD, ("2", "3")),
    (PLATE_STRANGE[:14], ("2",)),
    (PLATE_STRANGE, ("2", "3")),
    (PLATE_STRANGE, ("1", "0", "0")),
    (PLATE_BARE, ("m", "2", "1")),
    ("", ("escape", "escape", "escape", "escape")),
)
"""Plates that are scanned while plates are put up, and the keys after each."""


def shown(robot: Robot) -> Iterator[str]:
    """Yield every text that is on the screen."""
    screen = robot.app.screen
    for _field, tile in robot.tiles():
        yield from (tile.option.face.label, tile.option.face.note)
    for text in screen.query(PlainText):
        yield text.text if text.region.area else ""
    for line in screen.query(PlainInput):
        yield str(line.placeholder) if line.region.area else ""
    for bar in screen.query(StatusBar):
        yield from (word.text for word in bar.words)
    yield robot.word


def bare_words(robot: Robot) -> set[str]:
    """Return Latin words outside the markers, with the screen they are on."""
    rest = " ".join(MARKED.sub(" ", text) for text in shown(robot))
    return {f"{robot.panel}: {word}" for word in LATIN.findall(rest) if word not in NO_WORDS}


async def test_no_word_bypasses_the_catalogues() -> None:
    use_language("pseudo")
    async with robot_in(make_world()) as robot:
        bare = bare_words(robot)
        for keys in STEPS:
            await robot.press(*keys)
            bare |= bare_words(robot)
        await robot.press("escape")
        for read in (PLATE_ENTRANCE_11, PLATE_ENTRANCE_11, PLATE_STRANGE, "XG1ABC"):
            await robot.scan(read)
            bare |= bare_words(robot)
        for code, keys in PUTTING_UP:
            if code:
                await robot.scan(code)
            bare |= bare_words(robot)
            await robot.press(*keys)
            bare |= bare_words(robot)
        robot.world.exchange.become(SyncStatus("offline", fault=SyncFault("E-OFFLINE")))
        await robot.tap(BADGE_2)
        bare |= bare_words(robot)
    assert not bare
