"""The home panel: how far the round is, what comes next, and six large keys."""

from collections.abc import Collection

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Click

from fieldapp.keymap import Action, Need
from fieldapp.panel import Panel, camera_need, everywhere_options, options_of
from fieldapp.presentation.casework import tasks_label, tasks_tone, urgent_line
from fieldapp.presentation.records import place_text
from fieldapp.presentation.syncing import MOVING
from fieldapp.presentation.times import clock_time
from fieldapp.presentation.today import (
    NEXT_ACTIONS,
    is_for_today,
    is_nothing_yet,
    today_counts,
    today_needs,
    today_next,
    today_title,
)
from fieldapp.services.moments import local_time
from fieldapp.services.today import TodayView
from fieldapp.text import _
from fieldapp.widgets.cells import width_of
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.progress import BigNumber, BlockBar
from fieldapp.widgets.tile import Face
from fieldapp.widgets.tile_grid import TileGrid
from sync.journal import SyncStatus

MARGIN_CELLS = 8
"""Emptiness around the figures and the words beside them."""

COLUMNS = 3
"""Columns of the large keys."""

MORE_COLUMNS = 4
"""Columns of what the bar has no room for, where the screen is wide enough."""

MORE_TILE_CELLS = 19
"""Least width of each of them, with the gap."""

MORE = "more"
"""Verb of the action that shows what the bar has no room for."""


class TodayPanel(Panel):
    """Today at a glance."""

    NAME = "today"

    view: TodayView | None = None
    is_inside = False
    _unshared: TodayView | None = None

    def compose(self) -> ComposeResult:
        """Lay out the head and the tiles."""
        with Vertical(id="today-head"):
            with Horizontal(id="today-figures"):
                yield BigNumber(id="today-number")
                with Vertical(id="today-words"):
                    yield PlainText(id="today-title")
                    yield PlainText(id="today-counts")
                    yield PlainText(id="today-next")
            yield BlockBar(id="today-bar")
        yield TileGrid(COLUMNS, id="today-tiles")

    async def opened(self, _argument: object) -> None:
        """Read today's view."""
        self.is_inside = False
        self.view = self._unshared = await self.work.do(self.services.today.view)

    async def sync_changed(self, status: SyncStatus) -> None:
        """Show what came to be asked and said meanwhile, as soon as the sync rests."""
        if self.view is None or status.phase in MOVING:
            return
        asked = await self.work.do(self.services.today.asked)
        if asked is not None and asked != self.view.asked:
            self.view = replace(self.view, asked=asked)
            self.stage.repaint()

    def take_view(self) -> TodayView | None:
        """Return the view once after it was read."""
        view, self._unshared = self._unshared, None
        return view

    def paint(self) -> None:
        """Show the view."""
        view = self.view
        if view is None:
            return
        self.query_one("#today-head").display = not self.is_inside
        if self.is_inside:
            self._paint_more()
            return
        seen, total = (view.round.seen, view.round.total) if view.round else (0, 0)
        self.tick()
        self.query_one(BlockBar).show(seen, total)
        self._paint_urgent(urgent_line(view.asked))
        self.query_one("#today-title", PlainText).say(today_title(view))
        counts = self.query_one("#today-counts", PlainText)
        counts.say(today_counts(view))
        counts.set_class(is_nothing_yet(view), "-none")
        self._paint_next(today_next(view))
        tiles = options_of(self, "tile")
        default = self._default(view, [tile.press for tile in tiles])
        self.query_one(TileGrid).show(tiles, highlighted=default, columns=COLUMNS)

    def _paint_more(self) -> None:
        tiles = [*options_of(self, "bar"), *everywhere_options("help", "language", "look", "size")]
        columns = COLUMNS if self.app.size.width < MORE_COLUMNS * MORE_TILE_CELLS else MORE_COLUMNS
        self.query_one(TileGrid).show(tiles, columns=columns)

    def _paint_urgent(self, words: str) -> None:
        """Say it where the bar is, which says no more than the figures do; where there is no bar, where only air is."""
        bar = self.query_one(BlockBar)
        bar.say_pressing(words)
        bar.set_class(bool(words), "-pressing")
        self.query_one(TileGrid).set_class(bool(words), "-pressed")

    def _paint_next(self, text: str) -> None:
        said = self.query_one("#today-next", PlainText)
        said.say(text)
        # The panel may not be laid out yet, so the room is reckoned from the screen's width.
        room = self.app.size.width - self.query_one(BigNumber).width_cells - MARGIN_CELLS
        said.set_class(width_of(text) > room, "-long")

    def tick(self) -> None:
        """Show the round's figures, or the time before there is one."""
        view = self.view
        if view is not None and view.round is not None:
            self.query_one(BigNumber).show(f"{view.round.seen}/{view.round.total}")
        else:
            self.query_one(BigNumber).show(clock_time(local_time(self.services.clock.now_ms(), self.services.zone)))

    def met(self) -> Collection[Need]:
        """Return what is there to work with."""
        readers = {Need.READERS} if self.devices is not None else set()
        return today_needs(self.view) | camera_need(self) | readers if self.view is not None else ()

    def is_shown(self, action: Action) -> bool:
        """Show one of start and end, and what is begun only when something is."""
        if action.verb == MORE:
            return not self.is_inside
        return is_for_today(action.verb, set(self.met()))

    @on(Click, "#today-bar")
    def _open_urgent(self, event: Click) -> None:
        """Open the urgent notice whose line is touched; where the bar is the round's, nothing happens."""
        event.stop()
        urgent = self.view.asked.urgent if self.view is not None else None
        if urgent is not None:
            self.stage.take(lambda stage: stage.go("notice", urgent.id))

    async def do_more(self) -> None:
        """Show everything that the bar has no room for as tiles."""
        self.is_inside = True
        self.stage.repaint()

    async def step_back(self) -> bool:
        """Leave what the bar had no room for."""
        was_inside, self.is_inside = self.is_inside, False
        return was_inside

    async def do_resume(self) -> None:
        """Go on with what is half written; of several, ask which."""
        match self.view.drafts if self.view is not None else ():
            case [half]:
                from fieldapp.form_turns import go_on

                await go_on(self, half.name)
            case [_half, *_others]:
                await self.stage.go("drafts")

    async def do_normal(self) -> None:
        """Say that the place of the last arrival was normal."""
        if self.view is not None and self.view.pending is not None:
            pending = self.view.pending
            entry = await self.work.do(self.services.check_ins.say_normal, pending.entry)
            words = place_text(pending.place)
            self.stage.flash(_("Normal, saved"), words)
            self.stage.offer_undo(entry, words)
            await self.stage.home()

    async def do_lock(self) -> None:
        """Lock the tablet."""
        await self.stage.lock_up()

    def enter_press(self) -> str:
        """Press the highlighted tile; where none is, say normal, which is what is left open."""
        return super().enter_press() or ("today.normal" if Need.PENDING in self.met() else "")

    def face(self, face: Face, action: Action) -> Face:
        """Highlight normal where that is what Enter says; say how much is asked."""
        if action.verb == "tasks" and self.view is not None:
            asked = self.view.asked
            return replace(face, label=tasks_label(asked), tone=tasks_tone(asked))
        is_next = action.verb == "normal" and self.view is not None and self.view.next == "say_normal"
        return replace(face, tone="go") if is_next else face

    def _default(self, view: TodayView, presses: list[str]) -> int | None:
        if view.next == "say_normal":
            return None
        wanted = NEXT_ACTIONS.get(view.next, "today.place")
        return presses.index(wanted) if wanted in presses else 0
