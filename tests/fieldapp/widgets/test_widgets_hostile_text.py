"""Every widget with every hostile string: nothing that a terminal obeys is painted, and no line has another width."""

import re
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widget import Widget

from fieldapp.presentation.status import StatusWord
from fieldapp.styles import FOLDER
from fieldapp.styles.themes import themes
from fieldapp.widgets.action_bar import ActionBar
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.progress import BlockBar
from fieldapp.widgets.status_bar import StatusBar
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.tile_grid import TileGrid
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

HOSTILE = (
    "\x1b]0;owned\x07bell",
    "\x1b[5;10Hmoved",
    "\x9b31mred\x9d8;;http://e\x9c",
    "[/nope] [link=http://e]x[/link]",
    "[@click=app.quit]touch me[/]",
    "[bold red on",
    "a\x00b\x08c\x0bd\x85e\nf\rg\th",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "e" + "\u0301" * 40,
    "\ud800surrogate",
    "x" * 5000,
    "楼" * 3000,
    "a楼" * 300,
)
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff]")
SIZE = (79, 24)
"""An odd width, so that wide characters meet the edge in the middle."""


class Bench(App[None]):
    """One widget on a table."""

    CSS_PATH = sorted(FOLDER.glob("*.tcss"))

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        for theme in themes():
            self.register_theme(theme)
        self.theme = "sun"

    def compose(self) -> ComposeResult:
        yield self.widget


def fill_flash(widget: Flash, text: str) -> None:
    widget.show(text, text, tone="warn")


def fill_tiles(widget: TileGrid, text: str) -> None:
    widget.show([Option("x", Face(text, text, text)), Option("y", Face("2", text, text, "off"))], highlighted=0)


def fill_bar(widget: ActionBar, text: str) -> None:
    widget.show([Option("x", Face("1", text, text))])
    widget.offer_undo(text, 10)


def fill_status(widget: StatusBar, text: str) -> None:
    widget.show([StatusWord(text, text, rank=3), StatusWord(text, rank=1, tone="bad"), StatusWord("08:00")])


def fill_list(widget: WindowedList, text: str) -> None:
    rows = [Row(text, text, text, text, "bad"), Row("2", text, text, "ok")]
    widget.show(len(rows), pages_of(rows), empty=text)


def fill_input(widget: PlainInput, text: str) -> None:
    widget.placeholder = text[:10]
    widget.put(text)


CASES: list[tuple[Callable[[], Widget], Callable[..., None]]] = [
    (PlainText, PlainText.say),
    (PlainInput, fill_input),
    (lambda: TileGrid(2), fill_tiles),
    (ActionBar, fill_bar),
    (StatusBar, fill_status),
    (lambda: WindowedList(numbered=True), fill_list),
    (Flash, fill_flash),
    (BlockBar, lambda widget, text: widget.show(1, 3, text)),
]


@pytest.mark.parametrize(("make", "fill"), CASES)
async def test_a_widget_paints_no_control_character_and_keeps_its_width(
    make: Callable[[], Widget], fill: Callable[..., None]
) -> None:
    app = Bench(make())
    async with app.run_test(size=SIZE) as pilot:
        for text in HOSTILE:
            fill(app.widget, text)
            await pilot.pause()
            for strip in app.screen._compositor.render_strips():
                line = "".join(segment.text for segment in strip)
                assert FORBIDDEN.search(line) is None, line
                assert cell_len(line) == SIZE[0], line
