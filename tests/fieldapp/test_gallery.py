"""Every screen looks as its page of the gallery says, and every panel and screen has a page."""

import pytest

from fieldapp.screens import PANELS, SCREENS
from tests.fieldapp.gallery import COMMAND, FOLDER, page_of, shots_of
from tests.fieldapp.tour import STOPS

SHOWN_ELSEWHERE = {
    "photo": "test_photo_flow",
    "which": "test_which_card",
    "shift": "the screen that the panels stand on",
}
"""Panels and screens that need more than a tour can bring along, and where they are looked at."""


@pytest.mark.parametrize("name", list(STOPS))
async def test_a_screen_looks_as_its_page_says(name: str) -> None:
    page = page_of(name, await shots_of(name))

    pinned = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert page == pinned, f"look at it, then: {COMMAND} {name}"


def test_every_panel_and_screen_has_a_page() -> None:
    shown = {name.partition(".")[0] for name in STOPS}

    assert set(PANELS) | set(SCREENS) <= shown | set(SHOWN_ELSEWHERE)


def test_the_gallery_has_no_page_of_a_stop_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(STOPS)
