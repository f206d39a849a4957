"""The map of the grid: arrows and a finger move it; it is drawn anew only when something changed."""

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.events import Click, Key, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from fieldapp.presentation.buildings import LOOKS
from fieldapp.presentation.grid_map import BORDER, Frame, Lens, Plan, Point, drawn, is_seen, touched, whole
from fieldapp.presentation.raster import DOTS_HIGH, DOTS_WIDE
from fieldapp.widgets.cells import centred
from fieldapp.widgets.inks import inked

_ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}

_STEPS = 4
"""An arrow moves by this part of what is seen."""


class MapView(Widget, can_focus=True):
    """Draws a plan through a lens."""

    class Touched(Message):
        """A finger came down on a building."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.frames = 0
        """How often it was drawn."""
        self._plan = Plan()
        self._lens: Lens | None = None
        self._selected: int | None = None
        self._here: Point | None = None
        self._empty = ""
        self._frame: Frame | None = None
        self._drawn_for = (0, 0)

    def show(self, plan: Plan, *, selected: int | None, empty: str = "") -> None:
        """Show a plan; one with other buildings or another border is shown whole, the same one as it was."""
        if (plan.border, [shape.rings for shape in plan.shapes]) != (
            self._plan.border,
            [shape.rings for shape in self._plan.shapes],
        ):
            self._lens = None
        if (plan, selected, empty) != (self._plan, self._selected, self._empty):
            self._plan, self._selected, self._empty = plan, selected, empty
            self._anew()

    def show_here(self, here: Point | None) -> None:
        """Show where the tablet stands."""
        if here != self._here:
            self._here = here
            self._anew()

    @property
    def lens(self) -> Lens:
        """Return what part is seen."""
        if self._lens is None:
            self._lens = whole(self._plan, *self.size)
        return self._lens

    def zoom(self, steps: int) -> None:
        """Go closer, to what is chosen where it is in sight; or farther, where negative."""
        lens = self.lens
        chosen = self._plan.shapes[self._selected].middle if self._selected is not None else None
        if steps > 0 and chosen is not None and is_seen(lens, self._cells, chosen):
            lens = Lens(chosen, lens.metres)
        self._look(lens.nearer(steps))

    def see_all(self) -> None:
        """Show everything."""
        self._look(whole(self._plan, *self.size))

    def bring_into_sight(self) -> None:
        """Move to what is chosen where it is not seen."""
        if self._selected is not None:
            middle = self._plan.shapes[self._selected].middle
            if not is_seen(self.lens, self._cells, middle):
                self._look(Lens(middle, self.lens.metres))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width, height = self.size
        ground = inked(self, "ground", "ink")
        if not self._plan.shapes and not self._plan.border:
            return Strip([Segment(centred(self._empty, width) if y == height // 2 else " " * width, ground)])
        if self._drawn_for != self._cells:
            # Textual may ask for lines of the new size before it says that there is one.
            self._frame, self._lens, self._drawn_for = None, None, self._cells
        if self._frame is None:
            self._frame = drawn(self._plan, self.lens, self._cells, selected=self._selected, here=self._here)
            self.frames += 1
        return Strip(list(self._segments(self._frame, y))).adjust_cell_length(width, ground)

    @on(Key)
    def _take_arrow(self, event: Key) -> None:
        if event.key in _ARROWS:
            event.stop()
            columns, rows = _ARROWS[event.key]
            width, height = self.size
            self._look(self.lens.moved(columns * width * DOTS_WIDE / _STEPS, rows * height * DOTS_HIGH / _STEPS))

    @on(Click)
    def _take_touch(self, event: Click) -> None:
        event.stop()
        place = touched(self._plan, self.lens, self._cells, (event.x, event.y))
        if place is not None:
            self.post_message(self.Touched(place))
            return
        width, height = self.size
        self._look(self.lens.moved((event.x - width / 2) * DOTS_WIDE, (event.y - height / 2) * DOTS_HIGH))

    @on(MouseScrollUp)
    def _scroll_closer(self, event: MouseScrollUp) -> None:
        event.stop()
        self._look(self.lens.nearer(1))

    @on(MouseScrollDown)
    def _scroll_farther(self, event: MouseScrollDown) -> None:
        event.stop()
        self._look(self.lens.nearer(-1))

    @property
    def _cells(self) -> tuple[int, int]:
        return self.size.width, self.size.height

    def _look(self, lens: Lens) -> None:
        if lens != self._lens:
            self._lens = lens
            self._anew()

    def _anew(self) -> None:
        self._frame = None
        self.refresh()

    def _segments(self, frame: Frame, y: int) -> Iterator[Segment]:
        """Yield the runs of cells that look alike."""
        row = frame.rows[y]
        start = y * len(row)
        text, style = "", None
        for column, char in enumerate(row):
            own = self._style(frame.owners[start + column], is_label=start + column in frame.labels)
            if own != style and text:
                yield Segment(text, style)
                text = ""
            text, style = text + char, own
        if text:
            yield Segment(text, style)

    def _style(self, owner: int, *, is_label: bool) -> Style:
        if owner == BORDER:
            return inked(self, "bad", "bad_ink", bold=True) if is_label else inked(self, "ground", "soft_ink")
        if owner < 0:
            return inked(self, "ground", "ink")
        if owner == self._selected:
            return inked(self, "go", "go_ink", bold=True) if is_label else inked(self, "ground", "go", bold=True)
        if is_label:
            return inked(self, "tile", "tile_ink", bold=True)
        tone = LOOKS[self._plan.shapes[owner].row.state].tone
        return inked(self, "ground", f"{tone}_text" if tone in {"good", "warn", "bad"} else "ink")
