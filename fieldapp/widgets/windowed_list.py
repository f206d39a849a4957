"""A list of any length that holds only the pages being looked at.

Rows are two lines high; three in the large look and on every panel that is touched, for a finger in a glove.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct
from rich.style import Style
from textual import on
from textual.events import Click, Key
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fieldapp.presentation.tones import Tone
from fieldapp.touches import Picture, touches_of
from fieldapp.widgets.cells import centred, fit, on_one_line, spread, strip_of, width_of
from fieldapp.widgets.inks import inked

PAGE_ROWS = 128
"""Rows asked for at once."""

KEPT_PAGES = 4
"""Pages held; moving on forgets the page that was used longest ago."""

ROW_LINES = 2
LARGE_ROW_LINES = 3

TABLET_COLUMNS, TABLET_ROWS = 85, 26
"""Screens of this size, the kiosk's default, and more are touched, and have the room for the higher rows."""

TERMINAL_COLUMNS = 80
"""What is narrower is no terminal with a keyboard but a small panel with letters that are read at arm's length."""

NUMBERED_ROWS = 8
"""Rows that carry a digit: the first eight in sight."""


class Row(Struct, frozen=True):
    """One row.

    Attributes:
        key: what choosing it means.
        title: first line.
        note: second line.
        mark: a word at the right end, in the colour of the tone.
    """

    key: str
    title: str
    note: str = ""
    mark: str = ""
    tone: Tone = "plain"


Pages = Callable[[int, int], Sequence[Row] | None]
"""Gives rows by offset and limit at once, or None for: they are being read, `refresh_rows` will be called."""


def pages_of(rows: Sequence[Row]) -> Pages:
    """Return pages of rows that are in memory."""
    return lambda offset, limit: rows[offset : offset + limit]


class WindowedList(ScrollView, can_focus=True):
    """Shows rows; arrows and wheel move, Enter, a digit or a touch chooses."""

    highlighted: reactive[int] = reactive(0)

    class Chosen(Message):
        """A row was chosen; by a touch that began at a moment of the app's clock, None by a key."""

        def __init__(self, source: "WindowedList", row: Row, began_s: float | None = None) -> None:
            super().__init__()
            self.source = source
            self.row = row
            self.began_s = began_s

        @property
        def control(self) -> "WindowedList":
            """Return the list."""
            return self.source

    def __init__(self, *, numbered: bool = False, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._numbered = numbered
        self.key_mark = ""
        """Stands before a row's digit: F while digits are text, because somebody types."""
        self._count = 0
        self._pages: Pages = pages_of(())
        self._kept: dict[int, Sequence[Row]] = {}
        self._empty = ""
        self._picture = Picture(lambda: touches_of(self.app).now())

    def show(self, count: int, pages: Pages, *, empty: str = "", keep_place: bool = False) -> None:
        """Show other rows; `empty` is said when there are none."""
        self._count, self._pages, self._empty = count, pages, empty
        self._kept.clear()
        self._measure()
        self.highlighted = min(self.highlighted, max(count - 1, 0)) if keep_place else 0
        if not keep_place:
            self.scroll_to(y=0, animate=False)
            self.row(0)
            if self._picture.shows([row.key for row in self._kept.get(0, ())]):
                self.call_after_refresh(self._picture.painted)
        self.refresh()

    def refresh_rows(self) -> None:
        """Ask for the rows in sight again."""
        self._kept.clear()
        self.refresh()

    @property
    def row_lines(self) -> int:
        """Return the height of a row."""
        screen = self.app.size
        is_tablet = screen.width >= TABLET_COLUMNS and screen.height >= TABLET_ROWS
        is_touched = is_tablet or screen.width < TERMINAL_COLUMNS
        return LARGE_ROW_LINES if is_touched or self.app.has_class("-large") else ROW_LINES

    def row(self, place: int) -> Row | None:
        """Return the row at a place, None beyond the end."""
        if not 0 <= place < self._count:
            return None
        page = place // PAGE_ROWS
        rows = self._kept.pop(page, None)
        if rows is None:
            rows = self._pages(page * PAGE_ROWS, PAGE_ROWS)
        if rows is None:
            return None
        self._kept[page] = rows
        while len(self._kept) > KEPT_PAGES:
            del self._kept[next(iter(self._kept))]
        within = place - page * PAGE_ROWS
        return rows[within] if within < len(rows) else None

    def choose_numbered(self, digit: int) -> bool:
        """Choose the row that carries a digit; return whether there was one."""
        place = self._first_in_sight() + digit - 1
        if not 1 <= digit <= NUMBERED_ROWS or self.row(place) is None:
            return False
        self.highlighted = place
        self.choose()
        return True

    def render_line(self, y: int) -> Strip:
        """Return one line of the part in sight."""
        place, line = divmod(y + self.scroll_offset.y, self.row_lines)
        width = self.scrollable_content_region.width
        base = inked(self, "ground", "ink")
        if self._count == 0 and y == 1:
            return strip_of((f"  {fit(self._empty, width - 2)}", base), width_cells=width, rest=base)
        row = self.row(place)
        if row is None:
            return strip_of(width_cells=width, rest=base)
        return self._row_line(row, place, line, width)

    def watch_highlighted(self) -> None:
        """Bring the highlighted row into sight."""
        lines = self.row_lines
        top, height = self.highlighted * lines, self.size.height
        offset = round(self.scroll_offset.y)
        if top < offset or height <= lines:
            self.scroll_to(y=top, animate=False)
        elif top + lines > offset + height:
            self.scroll_to(y=top + lines - (height // lines) * lines, animate=False)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Number the rows anew."""
        super().watch_scroll_y(old_value, new_value)
        if self._picture.shows(round(new_value)):
            self.call_after_refresh(self._picture.painted)
        self.refresh()

    def on_resize(self) -> None:
        """Measure anew; what was chosen stays in sight, however high a row is now."""
        self._measure()
        # The library decided about the bar by the rows as they were before.
        self._refresh_scrollbars()
        self._measure()
        self.watch_highlighted()

    @on(Key)
    def _take_key(self, event: Key) -> None:
        if self.take_key(event.key):
            event.stop()

    def take_key(self, key: str) -> bool:
        """Move or choose by a key, also one that another widget passes on; return whether it was one of them."""
        page = max(self.size.height // self.row_lines, 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -self._count, "end": self._count}
        if key == "enter":
            self.choose()
        elif key in steps:
            self.highlighted = min(max(self.highlighted + steps[key], 0), max(self._count - 1, 0))
        else:
            return False
        return True

    @on(Click)
    def _choose_touched(self, event: Click) -> None:
        event.stop()
        began_s = touches_of(self.app).began_s(event.screen_x, event.screen_y)
        place = (event.y + round(self.scroll_offset.y)) // self.row_lines
        row = self.row(place)
        if row is not None and self._picture.was_seen(began_s):
            self.highlighted = place
            self.post_message(self.Chosen(self, row, began_s))

    def choose(self) -> None:
        """Choose the highlighted row."""
        row = self.row(self.highlighted)
        if row is not None:
            self.post_message(self.Chosen(self, row))

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self._count * self.row_lines)

    def _first_in_sight(self) -> int:
        return -(-round(self.scroll_offset.y) // self.row_lines)

    def _row_line(self, row: Row, place: int, line: int, width: int) -> Strip:
        style, note, chip, toned = self._styles(row, is_highlighted=place == self.highlighted)
        chip_cells = 3 if self._numbered else 1
        digit = self._digit(place) if line == 0 and self._numbered else ""
        mark = on_one_line(row.mark, max_chars=width // 4) if line == 0 else ""
        mark_cells = width_of(mark) + 2 if mark else 1
        text_cells = max(width - chip_cells - 1 - mark_cells, 1)
        text = fit(self._text(row, line, text_cells), text_cells)
        return strip_of(
            (centred(digit, chip_cells), chip),
            (f" {text}", style if line == 0 else note),
            (f" {mark} " if mark else " ", toned if mark else style),
            width_cells=width,
            rest=style,
        )

    def _text(self, row: Row, line: int, width: int) -> str:
        if line == 0:
            is_spread = self.app.has_class("-large") and width_of(spread(row.title)) <= width
            return spread(row.title) if is_spread else row.title
        return row.note if line == 1 else ""

    def _digit(self, place: int) -> str:
        digit = place - self._first_in_sight() + 1
        return f"{self.key_mark}{digit}" if 1 <= digit <= NUMBERED_ROWS else ""

    def _styles(self, row: Row, *, is_highlighted: bool) -> tuple[Style, Style, Style, Style]:
        """Return the styles of title, note, key column and mark."""
        if is_highlighted:
            title = inked(self, "go", "go_ink", bold=True)
            return title, inked(self, "go", "go_ink"), inked(self, "go_chip", "go_chip_ink", bold=True), title
        mark = f"{row.tone}_text" if row.tone in {"good", "warn", "bad"} else "ink"
        return (
            inked(self, "ground", "ink", bold=True),
            inked(self, "ground", "soft_ink"),
            inked(self, "tile", "tile_ink", bold=True),
            inked(self, "ground", mark, bold=True),
        )
