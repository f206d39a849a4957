"""An app that sees every key and touch before any widget does: what a scanner types is a scan, a double tap is one."""

import time
from collections.abc import Callable

from textual.errors import NoWidget
from textual.events import Event, InputEvent, Key, MouseDown, MouseUp, Paste

from fieldapp.messages import TagRead, WedgePort
from fieldapp.terminal import TerminalApp
from fieldapp.touches import Touches
from fieldapp.wedge_gate import WedgeGate
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.tile import TileField
from sync.tags import looks_like_plate

OFFER_MARK = "XGE1"
"""Begins the text of a code with which a tablet joins; see `sync.enrolment`."""


class KeysFirstApp(TerminalApp):
    """Passes keys through the wedge filter and notes when somebody last used the app.

    Args:
        wedge: the filter; without one every key is typing.
        now: the monotonic clock in seconds.
    """

    def __init__(self, wedge: WedgePort | None, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(now)
        self.used_at = now()
        self.touches = Touches(now)
        self.first_keys: dict[str, str] = {}
        """Keys that are taken before all others, to their actions."""
        self._typed_ahead: list[Key] | None = []
        self._gate = WedgeGate(wedge, super().on_event, self.scanned, now) if wedge is not None else None

    async def on_event(self, event: Event) -> None:
        """Let a scan be a scan and typing be typing; all else goes its usual way."""
        if isinstance(event, InputEvent) and not event.is_forwarded:
            self.used_at = self.now()
            if isinstance(event, Key):
                self._let_word_go()
            if isinstance(event, Key) and self._typed_ahead is not None:
                # The field that it is meant for may not be laid out yet.
                self._typed_ahead.append(event)
                return
            if isinstance(event, Key) and event.key in self.first_keys:
                await self.run_action(self.first_keys[event.key])
                return
            if isinstance(event, Key) and self._gate is not None:
                await self._gate.take(event)
                self._await_gate()
                return
            if isinstance(event, MouseDown | MouseUp) and not self._counts(event):
                return
            if isinstance(event, MouseDown):
                self._let_word_go(event)
        if isinstance(event, Paste) and not event.is_forwarded and looks_like_code(event.text):
            self.scanned(event.text)
            return
        await super().on_event(event)

    async def let_keys_in(self) -> None:
        """Do what was typed before there was a screen, in its order; from now on keys are done as they come."""
        ahead, self._typed_ahead = self._typed_ahead or [], None
        for event in ahead:
            await self.on_event(event)

    def scanned(self, text: str) -> None:
        """Take a text that a scanner typed or pasted."""
        self.post_message(TagRead("line", text, self.now()))

    async def settle_gate(self) -> None:
        """Decide about held keys whose time has come."""
        if self._gate is not None:
            await self._gate.expire()
            self._await_gate()

    def _counts(self, event: MouseDown | MouseUp) -> bool:
        if isinstance(event, MouseUp):
            return self.touches.ends(event.x, event.y)
        try:
            below, _region = self.get_widget_at(event.x, event.y)
        except NoWidget:
            return True
        # Since when it waits to be looked at: the screen may have been busy when the finger came down.
        waited_s = max(time.monotonic() - event.time, 0.0)
        each_counts = isinstance(below, TileField) and below.each_counts
        return self.touches.begins(event.x, event.y, self.now() - waited_s, each_counts=each_counts)

    def _let_word_go(self, touch: MouseDown | None = None) -> None:
        """Let a word that was to be seen go, for somebody goes on; one that is touched itself takes the touch."""
        for flash in self.screen.query_children(Flash) if self.screen_stack else ():
            if touch is None or not (flash.display and flash.region.contains(touch.x, touch.y)):
                flash.make_way()

    def _await_gate(self) -> None:
        if self._gate is not None and self._gate.wait_s is not None:
            self.set_timer(self._gate.wait_s, self.settle_gate)


def looks_like_code(text: str) -> bool:
    """Tell whether a pasted text is what a scanner gives rather than what somebody writes."""
    return looks_like_plate(text) or text.startswith(OFFER_MARK)
