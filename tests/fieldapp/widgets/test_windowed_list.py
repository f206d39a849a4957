"""A list of a million rows holds a few pages, and every way of choosing finds the right row."""

from collections.abc import Sequence

import pytest
from textual import on
from textual.app import App, ComposeResult

from fieldapp.styles import FOLDER
from fieldapp.styles.themes import themes
from fieldapp.touches import Touches
from fieldapp.widgets.windowed_list import KEPT_PAGES, PAGE_ROWS, Row, WindowedList, pages_of

MANY = 1_000_000

LOOK_S = 5.0
"""How long a row is looked at before it is touched."""


class Shelf(App[None]):
    """A list on its own."""

    CSS_PATH = sorted(FOLDER.glob("*.tcss"))

    def __init__(self) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = "sun"
        self.now_s = 0.0
        self.touches = Touches(lambda: self.now_s)
        self.chosen: list[str] = []
        self.asked: list[int] = []

    def compose(self) -> ComposeResult:
        yield WindowedList(numbered=True)

    @on(WindowedList.Chosen)
    def _note(self, event: WindowedList.Chosen) -> None:
        self.chosen.append(event.row.key)

    def pages(self, offset: int, limit: int) -> Sequence[Row]:
        self.asked.append(offset)
        return [Row(str(place), f"row {place}") for place in range(offset, min(offset + limit, MANY))]

    @property
    def rows(self) -> WindowedList:
        return self.query_one(WindowedList)


async def test_a_million_rows_are_asked_for_by_pages() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 20)) as pilot:
        app.rows.show(MANY, app.pages)
        app.rows.focus()
        await pilot.press("end", "enter")
        assert app.chosen == [str(MANY - 1)]
        assert len(app.asked) <= KEPT_PAGES
        assert all(offset % PAGE_ROWS == 0 for offset in app.asked)


async def test_arrows_pages_and_edges_move_and_stop() -> None:
    app = Shelf()
    async with app.run_test(size=(80, 20)) as pilot:
        app.rows.show(30, pages_of([Row(str(place), f"row {place}") for place in range(30)]))
        app.rows.focus()
        await pilot.press("up")
        assert app.rows.highlighted == 0
        await pilot.press("down", "down", "pagedown")
        assert app.rows.highlighted == 12
        await pilot.press("end", "down")
        assert app.rows.highlighted == 29


async def test_a_digit_means_the_row_that_shows_it() -> None:
    app = Shelf()
    async with app.run_test(size=(80, 20)) as pilot:
        app.rows.show(30, pages_of([Row(str(place), f"row {place}") for place in range(30)]))
        await pilot.pause()
        assert app.rows.choose_numbered(3)
        app.rows.highlighted = 29
        await pilot.pause()
        assert app.rows.choose_numbered(1)
        assert not app.rows.choose_numbered(9)
        await pilot.pause()
        assert app.chosen == ["2", "20"]


async def test_rows_that_are_being_read_come_when_they_are_there() -> None:
    app = Shelf()
    ready: list[Row] = []
    async with app.run_test(size=(60, 20)) as pilot:
        app.rows.show(2, lambda _offset, _limit: ready or None)
        await pilot.pause()
        assert app.rows.row(0) is None
        ready += [Row("a", "first"), Row("b", "second")]
        app.rows.refresh_rows()
        await pilot.pause()
        row = app.rows.row(1)
        assert row is not None
        assert row.key == "b"


async def test_an_empty_list_says_so() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 20)) as pilot:
        app.rows.show(0, pages_of(()), empty="Nothing yet")
        app.rows.focus()
        await pilot.press("down", "enter", "end")
        text = "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
        assert "Nothing yet" in text
        assert app.chosen == []


@pytest.mark.parametrize(
    ("columns", "rows", "lines"),
    [(80, 24, 2), (84, 40, 2), (85, 25, 2), (85, 26, 3), (160, 50, 3), (79, 24, 3), (56, 18, 3)],
)
async def test_a_row_is_as_high_as_a_finger_in_a_glove_where_the_screen_has_the_room(
    columns: int, rows: int, lines: int
) -> None:
    app = Shelf()
    async with app.run_test(size=(columns, rows)) as pilot:
        app.rows.show(30, pages_of([Row(str(place), f"row {place}") for place in range(30)]))
        await pilot.pause()
        assert app.rows.row_lines == lines
        app.now_s += LOOK_S
        for line in range(lines * 2):
            await pilot.click(WindowedList, offset=(20, line))
        assert app.chosen == ["0"] * lines + ["1"] * lines
        assert app.rows.virtual_size.height == 30 * lines


async def test_a_row_that_was_chosen_stays_in_sight_when_rows_grow() -> None:
    app = Shelf()
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows.show(30, pages_of([Row(str(place), f"row {place}") for place in range(30)]))
        app.rows.highlighted = 11
        await pilot.pause()
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        top = app.rows.highlighted * app.rows.row_lines - app.rows.scroll_offset.y
        assert 0 <= top <= app.rows.size.height - app.rows.row_lines
