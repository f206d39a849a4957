"""A list of a million rows holds a few pages, and every way of choosing finds the right row."""

from collections.abc import Sequence

from textual import on
from textual.app import App, ComposeResult

from fieldapp.styles import FOLDER
from fieldapp.styles.themes import themes
from fieldapp.widgets.windowed_list import KEPT_PAGES, PAGE_ROWS, Row, WindowedList, pages_of

MANY = 1_000_000


class Shelf(App[None]):
    """A list on its own."""

    CSS_PATH = sorted(FOLDER.glob("*.tcss"))

    def __init__(self) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = "sun"
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
    async with app.run_test(size=(60, 20)) as pilot:
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
    async with app.run_test(size=(60, 20)) as pilot:
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
