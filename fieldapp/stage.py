"""The stage: holds the panels and takes every key, touch, tag and result one after the other.

Its message queue is the order of things: what was pressed first is done, saved and shown first, and a key typed ahead
meets the panel it was meant for. While a save is under way the screen still paints; only the next turn waits.
"""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field

from textual import on
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from fieldapp.keymap import ACTION_BY_ID, EVERYWHERE, Action, action_for, digit_key
from fieldapp.messages import LockWanted, Said, ShowScreen, TagRead, TurnEnded, UndoOffered
from fieldapp.panel import Kit, Panel, action_of, shown_grid
from fieldapp.presentation.tones import Tone
from fieldapp.safety import guarded
from fieldapp.screens import panel_class
from fieldapp.services.places import NamedPlace
from fieldapp.services.recorder import UNDO_S, TooLate
from fieldapp.services.tag_effect import Effect, UnknownTag
from fieldapp.tag_turns import TagTurns
from fieldapp.text import _
from fieldapp.widgets.tile import Tile
from fieldapp.widgets.windowed_list import WindowedList
from sync.journal import JournalEntry, SyncStatus

HOME = "today"
"""The panel at the bottom of everything."""

_ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


_KEYS_WHILE_TYPING = frozenset({"escape", "up", "down"})


class KeyTurn(Message):
    """A key that no focused widget wanted."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class PressTurn(Message):
    """Something was pressed: an action's id, with the choice behind a colon where there is one."""

    def __init__(self, press: str) -> None:
        super().__init__()
        self.press = press


class GoTurn(Message):
    """Another panel is wanted from outside: at the start, after a sign-in."""

    def __init__(self, panel: str, argument: object = None) -> None:
        super().__init__()
        self.panel = panel
        self.argument = argument


class EffectTurn(Message):
    """A tag that was read before, on the locked screen, is to have its effect now."""

    def __init__(self, effect: Effect) -> None:
        super().__init__()
        self.effect = effect


class NewsTurn(Message):
    """The sync worker went on."""

    def __init__(self, status: SyncStatus) -> None:
        super().__init__()
        self.status = status

    def can_replace(self, message: Message) -> bool:
        """Let the newest of several waiting ones stand for all."""
        return isinstance(message, NewsTurn)


class LockTurn(Message):
    """The tablet is to be locked once all before is done and put away."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last save: its record, and the form it came from with what was filled in."""

    entry: JournalEntry
    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Stage(Container):
    """Shows the newest of its panels."""

    def __init__(self, kit: Kit, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._kit = kit
        self._tags = TagTurns(kit, self)
        self._stack: list[Panel] = []
        self._undoable: Undoable | None = None

    @property
    def current(self) -> Panel | None:
        """Return the panel that is shown, None before the first one is."""
        return self._stack[-1] if self._stack else None

    def wants(self, key: str) -> bool:
        """Return whether a key that reached the screen is the stage's: while somebody types, few are."""
        if isinstance(self.screen.focused, Input):
            return key in _KEYS_WHILE_TYPING or digit_key(key) != key
        known = key in _ARROWS or key == "enter" or action_for(EVERYWHERE, key) is not None
        return known or (self.current is not None and action_of(self.current, key) is not None)

    @property
    def form(self) -> Panel | None:
        """Return the form that is open, also when a list or a code for it lies above; None without one."""
        return next((panel for panel in reversed(self._stack) if panel.TAKES_PLACE), None)

    async def go(self, panel: str, argument: object = None, *, above_home: bool = False) -> None:
        """Open a panel above the others, or above the home panel alone; one that is already below comes back up."""
        if self.current is not None:
            await self.current.left()
        wanted = self._known(panel) or await self._made(panel)
        await wanted.opened(argument)
        below = self._stack[: self._stack.index(wanted)] if wanted in self._stack else self._stack
        below = below[:1] if above_home else below
        gone = [other for other in self._stack if other not in below and other is not wanted]
        self._stack = [*below, wanted]
        for other in gone:
            await other.closed()
        self.repaint()

    async def back(self) -> None:
        """Return to the panel below; from the home panel nowhere."""
        if len(self._stack) > 1:
            gone = self._stack.pop()
            await gone.left()
            await gone.closed()
            await self._stack[-1].opened(None)
        self.repaint()

    async def home(self) -> None:
        """Return to the home panel."""
        await self.go(HOME)

    async def carry_out(self, effect: Effect) -> None:
        """Do what a tag's effect says."""
        await self._tags.carry_out(effect)

    async def take_place(self, place: NamedPlace, tag: UnknownTag | None) -> None:
        """Give a place chosen by hand to the open form, else check in there."""
        await self._tags.take_place(place, tag)

    def flash(self, word: str, line: str = "", tone: Tone = "good") -> None:
        """Show a big word for a moment."""
        self.post_message(Said(word, line, tone))

    def offer_undo(self, entry: JournalEntry, what: str, *, form: str = "", values: Mapping[str, str] = {}) -> None:
        """Offer to take a save back; taking a form's save back fills the form in again."""
        self._undoable = Undoable(entry, form, dict(values))
        self.post_message(UndoOffered(what, UNDO_S))

    def repaint(self) -> None:
        """Show the panel that is on top, in the language of the moment."""
        top = self.current
        with self.app.batch_update():
            for panel in self.query_children(Panel):
                panel.display = panel is top
            if top is not None:
                top.paint()
                self.screen.set_focus(top.focus_target())
        self.post_message(TurnEnded())

    async def lock_up(self, person: str | None = None) -> None:
        """Put away what is unsaved and lock the tablet."""
        if self.current is not None:
            await self.current.left()
        self.post_message(LockWanted(person))

    def put_away_now(self) -> None:
        """Put away what is unsaved and wait for it: the program is being ended."""
        if self.current is not None:
            self.current.put_away_now()

    def show_screen(self, name: str, argument: object = None) -> None:
        """Put a whole screen on top."""
        self.post_message(ShowScreen(name, argument))

    @on(KeyTurn)
    async def _key_turn(self, event: KeyTurn) -> None:
        event.stop()
        await self._turn(self._take_key(event.key))

    @on(PressTurn)
    async def _press_turn(self, event: PressTurn) -> None:
        event.stop()
        await self._turn(self._take_press(event.press))

    @on(Tile.Pressed)
    async def _tile_turn(self, event: Tile.Pressed) -> None:
        event.stop()
        await self._turn(self._take_press(event.tile.press))

    @on(TagRead)
    async def _tag_turn(self, event: TagRead) -> None:
        event.stop()
        await self._turn(self._tags.take(event.medium, event.value))

    @on(GoTurn)
    async def _go_turn(self, event: GoTurn) -> None:
        event.stop()
        if not self._stack and event.panel != HOME:
            # A form that comes back after a restart lies above the home panel, as it did before.
            await self._turn(self.go(HOME))
        await self._turn(self.go(event.panel, event.argument))

    @on(EffectTurn)
    async def _effect_turn(self, event: EffectTurn) -> None:
        event.stop()
        await self._turn(self._tags.carry_out(event.effect))

    @on(NewsTurn)
    async def _news_turn(self, event: NewsTurn) -> None:
        event.stop()
        if self.current is not None:
            await guarded(self.current.sync_changed(event.status), self)

    @on(LockTurn)
    async def _lock_turn(self, event: LockTurn) -> None:
        event.stop()
        await self._turn(self.lock_up())

    @on(WindowedList.Chosen)
    async def _row_turn(self, event: WindowedList.Chosen) -> None:
        event.stop()
        if self.current is not None:
            await self._turn(self.current.chosen(event.row))

    @on(Input.Submitted)
    async def _line_turn(self, event: Input.Submitted) -> None:
        event.stop()
        if self.current is not None:
            await self._turn(self.current.submitted(event.value))

    async def _turn(self, work: Coroutine[None, None, None]) -> None:
        await guarded(work, self)
        self.post_message(TurnEnded())

    async def _take_key(self, key: str) -> None:
        panel = self.current
        if panel is None:
            return
        if key in _ARROWS:
            if grid := shown_grid(panel):
                grid.move(*_ARROWS[key])
        elif key == "enter":
            if press := panel.enter_press():
                await self._take_press(press)
        elif found := action_of(panel, key):
            await panel.act(*found)
        elif everywhere := action_for(EVERYWHERE, digit_key(key)):
            await self._everywhere(everywhere[0])

    async def _take_press(self, press: str) -> None:
        name, _colon, choice = press.partition(":")
        action = ACTION_BY_ID.get(name)
        if action is None or self.current is None:
            return
        if action.panel == EVERYWHERE:
            await self._everywhere(action)
        elif action.panel == self.current.page:
            await self.current.act(action, int(choice or 0))

    async def _everywhere(self, action: Action) -> None:
        if action.verb == "back":
            if self.current is None or not await self.current.step_back():
                await self.back()
            else:
                self.repaint()
        elif action.verb == "undo":
            await self._undo()
        elif action.verb == "help":
            self.show_screen("help")

    async def _undo(self) -> None:
        undoable, self._undoable = self._undoable, None
        self.post_message(UndoOffered("", 0))
        if undoable is None:
            self.flash(_("Undo"), _("There is nothing to take back"), "warn")
            return
        answer = await self._kit.work.do(self._kit.services.recorder.undo, undoable.entry)
        if isinstance(answer, TooLate):
            self.flash(_("Too late"), _("The record stands; the log can withdraw it"), "warn")
            return
        self.flash(_("Taken back"))
        if undoable.form:
            await self._kit.work.do(self._kit.services.forms.put, undoable.form, undoable.values)
            await self.go(undoable.form)
        else:
            await self.home()

    def _known(self, name: str) -> Panel | None:
        return next((panel for panel in self.query_children(Panel) if name == panel.NAME), None)

    async def _made(self, name: str) -> Panel:
        panel = panel_class(name)(self._kit, self)
        panel.display = False
        await self.mount(panel)
        return panel
