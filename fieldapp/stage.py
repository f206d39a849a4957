"""The stage: takes every key, touch, tag and result one after the other.

Its message queue is the order of things: what was pressed first is done, saved and shown first, and a key typed ahead
meets the panel it was meant for. While a save is under way the screen still paints; only the next turn waits.
"""

from collections.abc import Callable, Coroutine, Mapping

from msgspec import Struct
from textual import on
from textual.message import Message

from fieldapp.keymap import ACTION_BY_ID, EVERYWHERE, Action, action_for, digit_key
from fieldapp.messages import LineEntered, LockWanted, TurnEnded, UndoOffered
from fieldapp.panel import Kit, StagePort, action_of, shown_grid, shown_rows
from fieldapp.panel_stack import PanelStack
from fieldapp.presentation.tones import Tone
from fieldapp.safety import guarded
from fieldapp.services.places import NamedPlace
from fieldapp.services.recorder import UNDO_S, TooLate
from fieldapp.services.tag_effect import Certainty, Effect, UnknownTag
from fieldapp.tag_turns import TagTurns
from fieldapp.text import _
from fieldapp.widgets.action_bar import ActionBar
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.plain import TypingLine
from fieldapp.widgets.tile import TileField
from fieldapp.widgets.windowed_list import WindowedList
from sync.journal import JournalEntry, SyncStatus

_ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
UNDO = "everywhere.undo"
_KEYS_WHILE_TYPING = frozenset({"escape", "up", "down"})


class Turn(Message):
    """Something is to be done on the stage when all before it is done."""

    def __init__(self, do: "Callable[[Stage], Coroutine[None, None, None]]") -> None:
        super().__init__()
        self.do = do


class NewsTurn(Message):
    """The sync worker went on."""

    def __init__(self, status: SyncStatus) -> None:
        super().__init__()
        self.status = status

    def can_replace(self, message: Message) -> bool:
        """Let the newest of several waiting ones stand for all."""
        return isinstance(message, NewsTurn)


class Undoable(Struct, frozen=True):
    """The last save: its record, and the form it came from with what was filled in."""

    entry: JournalEntry
    form: str = ""
    values: Mapping[str, str] = {}


class Stage(PanelStack):
    """The stack of panels with its turns."""

    def __init__(self, kit: Kit, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(kit, id=id)
        self._tags = TagTurns(kit, self)
        self._undoable: Undoable | None = None
        self._turns_waiting = 0

    def port(self) -> StagePort:
        """Return itself: panels ask the stage."""
        return self

    def wants(self, key: str) -> bool:
        """Return whether a key that reached the screen is the stage's: while somebody types, few are."""
        focused: object = self.screen.focused
        if isinstance(focused, TypingLine):
            return key in _KEYS_WHILE_TYPING or digit_key(key) != key
        if self._turns_waiting or key in _ARROWS or key == "enter" or action_for(EVERYWHERE, key) is not None:
            # A key typed ahead is meant for a panel that may not be open yet.
            return True
        return self.current is not None and action_of(self.current, key) is not None

    def take(self, do: Callable[["Stage"], Coroutine[None, None, None]]) -> None:
        """Give the stage something to do when its turn comes."""
        self._turns_waiting += 1
        self.post_message(Turn(do))

    async def carry_out(self, effect: Effect) -> None:
        """Do what a tag's effect says."""
        await self._tags.carry_out(effect)

    async def take_place(self, place: NamedPlace, tag: UnknownTag | None) -> None:
        """Give a place chosen by hand to the open form, else check in there."""
        await self._tags.take_place(place, tag)

    def flash(self, word: str, line: str = "", tone: Tone = "good") -> None:
        """Show a big word for a moment; it is painted first, then what this turn changes beneath it."""
        self.screen.query_one(Flash).show_first(word, line, tone=tone)

    def offer_undo(self, entry: JournalEntry, what: str, *, form: str = "", values: Mapping[str, str] = {}) -> None:
        """Offer to take a save back; taking a form's save back fills the form in again."""
        self._undoable = Undoable(entry, form, dict(values))
        self.picture.offers_undo()
        self.post_message(UndoOffered(what, UNDO_S))
        self.call_after_refresh(self.picture.painted)

    async def lock_up(self, person: str | None = None) -> None:
        """Put away what is unsaved and lock the tablet."""
        await self.put_away()
        self.post_message(LockWanted(person))

    @on(Turn)
    async def _take_turn(self, event: Turn) -> None:
        event.stop()
        try:
            await self._do(event.do(self))
        finally:
            self._turns_waiting -= 1

    @on(TileField.Pressed)
    async def _take_touch(self, event: TileField.Pressed) -> None:
        event.stop()
        await self._do(self.take_press(event.press, event.began_s))

    @on(WindowedList.Chosen)
    async def _take_row(self, event: WindowedList.Chosen) -> None:
        event.stop()
        is_seen = event.began_s is None or self.picture.was_seen(event.began_s)
        if self.current is not None and is_seen and event.source in self.current.walk_children():
            await self._do(self.current.chosen(event.row))

    @on(LineEntered)
    async def _take_line(self, event: LineEntered) -> None:
        event.stop()
        if self.current is not None:
            await self._do(self.current.submitted(event.text))

    @on(NewsTurn)
    async def _take_news(self, event: NewsTurn) -> None:
        event.stop()
        if self.current is not None:
            await guarded(self.current.sync_changed(event.status), self)

    async def _do(self, work: Coroutine[None, None, None]) -> None:
        await guarded(work, self)
        self.post_message(TurnEnded())

    async def take_tag(self, medium: str, value: str, certainty: Certainty) -> None:
        """Do what a tag does here and now."""
        await self._tags.take(medium, value, certainty)

    async def take_key(self, key: str) -> None:
        """Do what a key does."""
        panel = self.current
        if panel is None:
            return
        if key in _ARROWS:
            if rows := shown_rows(panel):
                rows.take_key(key)
            elif grid := shown_grid(panel):
                grid.move(*_ARROWS[key])
        elif key == "enter":
            if press := panel.enter_press():
                await self.take_press(press)
        elif found := action_of(panel, key):
            await panel.act(*found)
        elif everywhere := action_for(EVERYWHERE, digit_key(key)):
            await self._everywhere(everywhere[0])

    async def take_press(self, press: str, began_s: float | None = None) -> None:
        """Do what was pressed: an action's id, with the choice behind a colon where there is one.

        Args:
            began_s: when the touch began; it does nothing if something else stood there then. None for a key.
        """
        if began_s is not None and not self.picture.was_seen(began_s, is_undo=press == UNDO):
            return
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
        elif action.verb == "more":
            self.screen.query_one(ActionBar).turn()
            self.see_anew()

    async def _undo(self) -> None:
        undoable, self._undoable = self._undoable, None
        self.post_message(UndoOffered("", 0))
        if undoable is None:
            self.flash(_("Undo"), _("There is nothing to take back"), "warn")
            return
        answer = await self.kit.work.do(self.kit.services.recorder.undo, undoable.entry)
        if isinstance(answer, TooLate):
            from fieldapp.presentation.record_page import too_late_line

            self.flash(_("Too late"), too_late_line(undoable.entry), "warn")
            return
        self.flash(_("Taken back"))
        forms, mode = self.kit.services.forms, self.mode
        if mode is not None:
            await mode.taken_back(undoable.entry)
            await self.go(mode.NAME)
        elif undoable.form:
            await self.kit.work.do(forms.fill_again, undoable.form, undoable.values)
            await self.go(undoable.form)
        else:
            await self.home()
