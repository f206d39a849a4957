"""What is said: every word from the catalogues, nothing a terminal would obey, keys as the app's keymap has them."""

import re

import pytest

from fieldapp.keymap import ACTIONS, Action
from fieldapp.plain.console import spoken
from fieldapp.plain.keys import OWN_ACTIONS
from fieldapp.plain.stack import PAGES, page_class
from fieldapp.screens import PANELS
from fieldapp.text import use_language
from fieldapp.text.pseudo import CLOSING, OPENING
from sync.journal import SyncFault, SyncStatus
from tests.fieldapp.fakes import BADGE_2, CARD_VISITOR, PIN_1, PLATE_ENTRANCE_11, PLATE_STRANGE, make_world
from tests.fieldapp.plain.talker import Talker
from tests.fieldapp.screens.test_hostile_text import FORBIDDEN, HOSTILE, poisoned

MARKED = re.compile(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}")
LATIN = re.compile("[A-Za-z]{2,}")
NO_WORDS = {"XG", "XGE", "https", "Street", "scene", "Exposed", "litter", "Stair", "light", "out", "Homes"}
NO_WORDS |= {"Smell", "of", "gas", "Dispute", "lamp", "Utilities", "English", "Pseudo", "OFFLINE", "KB", "rqyw"}
"""Names in the small grid's data, languages in their own words, codes."""

STEPS = (
    ("h", "1", "123", PIN_1),
    (PLATE_ENTRANCE_11, "h", "5", "1", "2", "2", "9"),
    ("9", "rqyw", "1", "1", "3", "2", "1", "2", "5", "+ more", "6", "0", "1", "u", "9", "9"),
    ("3", "1", "9", "2", "1", "0", "3", "words", "4", "3", "8", "0", "0", "1", "9", "9", "9"),
    ("1", "9", "1", "1", "0", "0", "0", "c", "12", "0", "0"),
    (PLATE_STRANGE, "0", "4", "1", "h", "0", "0", "5", "r", "9", "", "1", "0", "0"),
    ("6", "2", "note", "1", "", "0", "9"),
)
"""Lines from page to page."""

ESCAPES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2500-\u259f]")
"""What moves a cursor, rings, colours or draws a box."""


def walk(talker: Talker) -> None:
    """Come to every page once, and let everything happen that can."""
    for lines in STEPS:
        talker.types(*lines)
    talker.types(PIN_1)
    talker.taps(CARD_VISITOR)
    talker.taps(BADGE_2)
    talker.types("2")
    talker.fault("wrong_check")
    talker.link("scan1", "lost")
    talker.world.exchange.become(SyncStatus("offline", fault=SyncFault("E-OFFLINE")))
    talker.waits()
    talker.lets_pass(10_000)
    talker.types("l", "q")


def test_every_word_comes_from_the_catalogues_or_is_data() -> None:
    use_language("pseudo")
    talker = Talker(make_world())
    walk(talker)
    for line in talker.text.splitlines():
        rest = line
        while MARKED.search(rest):
            rest = MARKED.sub(" ", rest)
        left = set(LATIN.findall(rest)) - NO_WORDS - {"more", "words", "note"}
        assert not left, f"not from the catalogues: {left} in {line!r}"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_nothing_that_is_said_moves_a_cursor_colours_or_draws(language: str) -> None:
    use_language("zh_CN" if language == "zh_CN" else "en")
    talker = Talker(make_world())
    walk(talker)
    found = ESCAPES.search(talker.text)
    assert found is None, repr(talker.text[found.start() - 40 : found.end() + 40])


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_is_said_safely(number: int) -> None:
    talker = Talker(make_world(poisoned(number)))
    text = HOSTILE[number]
    talker.types("1", PIN_1, PLATE_ENTRANCE_11, "2", "1", "9", text, "1", "1", "4", "1", "0", "0")
    talker.scans(text)
    talker.types("0", text, "1", "9", text, "0", "0")
    talker.taps(CARD_VISITOR)
    talker.link(text, text)
    talker.fault(text)
    talker.world.exchange.become(SyncStatus("failed", fault=SyncFault(text, text)))
    talker.waits()
    for row in list(talker.world.journal.rows):
        talker.world.journal.judge(row.n, "quarantined", text, text)
    talker.types("0", "5", "1", "0", "h", "l")
    for line in talker.text.split("\n"):
        found = FORBIDDEN.search(line)
        assert found is None, f"{found!r} in {line[:200]!r}"
        assert len(line) < 1100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Round 1  network", "Round 1, network"),
        ("1 sent · 2 waiting", "1 sent, 2 waiting"),
        ("Connecting …", "Connecting"),
        ("What?   here", "What? here"),
        ("  ", ""),
        ("a\nb", "a b"),
    ],
)
def test_signs_for_the_eye_become_commas_for_the_ear(text: str, words: str) -> None:
    assert spoken(text) == words


# The keymap -----------------------------------------------------------------------------------------------------------


def test_every_page_that_mirrors_a_panel_has_its_name() -> None:
    screens = {"sign_in", "enrol"}
    assert set(PAGES) - screens <= set(PANELS)
    for name in PAGES:
        assert name == page_class(name).NAME  # type: ignore[attr-defined]  # it is the page's class


def test_an_action_that_the_plain_mode_does_not_know_is_not_offered_and_has_no_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = Action("today.dance", "today", ("2",), "Dance")
    elsewhere = Action("today.map", "today", ("3",), "Map", opens="map")
    monkeypatch.setattr("fieldapp.keymap.ACTIONS", (new, elsewhere))
    talker = Talker(make_world().signed_in())
    assert "Dance" not in talker.text
    assert "Map" not in talker.text
    talker.types("2", "3")
    assert talker.hears("Not understood")
    assert talker.page == "today"


def test_the_plain_modes_own_keys_are_no_keys_of_the_app() -> None:
    keys = {key for action in ACTIONS for key in action.keys}
    assert not keys & {key for action in OWN_ACTIONS for key in action.keys}
