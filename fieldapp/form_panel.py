"""What forms share: steps over one draft, stored as it is filled in, and the same step again after a kill."""

from collections.abc import Callable, Collection
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from fieldapp.draft import Draft
from fieldapp.form_steps import Step
from fieldapp.keymap import TYPED_KEY, Action, Need
from fieldapp.panel import Kit, Panel, StagePort
from fieldapp.presentation.records import place_text
from fieldapp.safety import beside
from fieldapp.services.filling import FormWork
from fieldapp.services.places import NamedPlace, place_in
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face
from fieldapp.widgets.tile_grid import TileGrid
from fieldapp.widgets.windowed_list import Row, WindowedList

DRAFT_AFTER_S = 0.2
"""Longest that typed text is only in memory; with the way to the disk it is less than 300 ms, see the bench `kills`."""


class FormPanel(Panel):
    """A form; a scan fills its place in at any time."""

    WORK: ClassVar[type[FormWork]] = FormWork
    """Makes what the form does."""

    STEPS: ClassVar[tuple[Callable[["FormPanel"], Step], ...]] = ()
    """Make the form's steps; the first one is where an empty form begins."""

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self.draft = Draft(self.FORM, kit.services.forms, kit.work)
        self.form_work = self.WORK(kit.services)
        self.steps = {step.name: step for step in [make(self) for make in self.STEPS]}
        self.step = next(iter(self.steps.values()))
        self.place: NamedPlace | None = None
        self.is_sure = False
        self.is_discarding = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out what the steps take turns to use."""
        yield PlainText(id="form-title", classes="panel-title")
        yield PlainText(id="form-note")
        yield PlainInput(id="form-line")
        yield TileGrid(2, id="form-tiles")
        yield WindowedList(numbered=True, id="form-list")

    @property
    def page(self) -> str:
        """Return the keymap's page of the step."""
        return self.step.page

    async def opened(self, argument: object) -> None:
        """Read the draft and stand where it stopped; `argument` may name the step to stand in."""
        self.draft.values = await self.work.do(self.form_work.begin)
        wanted = argument if isinstance(argument, str) and argument in self.steps else ""
        await self._enter(wanted)

    async def left(self) -> None:
        """Store what was typed."""
        await self.draft.store()

    async def closed(self) -> None:
        """Note that the form is no longer open; its draft stays."""
        await self.work.do(self.services.forms.closed, self.FORM)

    def put_away_now(self) -> None:
        """Store what was typed, now; the last key may stand in the line and have been told to nobody yet."""
        if self.step.uses_line:
            self.step.typed(self.query_one(PlainInput).value)
        self.draft.store_now()

    async def stand(self, step: str = "") -> None:
        """Go to a step, or to the one that comes next."""
        await self.draft.store()
        await self._enter(step)
        self.stage.repaint()

    def doer(self) -> object:
        """Let the step carry its actions out."""
        return self.step

    def met(self) -> Collection[Need]:
        """Return whether a place can be chosen."""
        return (Need.PLACES,)

    def face(self, face: Face, action: Action) -> Face:
        """Let the step say how things stand."""
        return self.step.face(face, action)

    async def step_back(self) -> bool:
        """Go to the step before, if there is one."""
        before = self.step.before()
        if before:
            await self.stand(before)
        return bool(before)

    async def submitted(self, text: str) -> None:
        """Give the typed line to the step."""
        await self.step.submitted(text)

    async def chosen(self, row: Row) -> None:
        """Give the chosen row to the step."""
        await self.step.chosen(row)

    async def place_given(self, place: NamedPlace) -> None:
        """Make a place the form's; everything else in the draft stays."""
        await self.draft.store()
        await self.work.do(self.services.forms.put_place, self.FORM, place.place)

    def focus_target(self) -> Widget | None:
        """Give the keys to the line while one is typed."""
        return self.query_one(PlainInput) if self.step.uses_line else None

    def paint(self) -> None:
        """Show the step."""
        step = self.step
        title = self.query_one("#form-title", PlainText)
        title.say_pieces((step.title(), "bold"), ("   ", ""), (place_text(self.place), ""))
        note, line, tiles, rows = (
            self.query_one("#form-note", PlainText),
            self.query_one(PlainInput),
            self.query_one(TileGrid),
            self.query_one(WindowedList),
        )
        text = step.note()
        note.display, line.display, rows.display = bool(text), step.uses_line, step.uses_list
        note.say(text)
        step.paint_line(line)
        rows.key_mark = TYPED_KEY if step.uses_line else ""
        step.paint_list(rows)
        options = step.tiles()
        tiles.display = bool(options)
        tiles.show(options, highlighted=step.highlighted(), columns=step.columns_in(self.app.size.width))

    async def _enter(self, step: str) -> None:
        self.step = self.steps[step or self.form_work.next_step(self.draft.values)]
        self.is_sure = self.is_discarding = False
        self.step.entered()
        self.place = await self.work.do(place_in, self.services.reference, dict(self.draft.values))
        await self.work.do(self.services.forms.opened, self.FORM, self.step.name)

    @on(Input.Changed)
    def _take_typing(self, event: Input.Changed) -> None:
        event.stop()
        self.step.typed(event.value)
        if self._timer is None:
            self._timer = self.set_timer(DRAFT_AFTER_S, self._store_soon)

    def _store_soon(self) -> None:
        self._timer = None
        beside(self, "draft", self.draft.store)
