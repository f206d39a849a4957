"""An app that sees every key before any widget does, so that what a scanner types is a scan wherever the focus is."""

import time
from collections.abc import Callable

from textual.events import Event, InputEvent, Key, Paste

from fieldapp.fault_net import CaughtApp
from fieldapp.messages import TagRead, WedgePort
from fieldapp.wedge_gate import WedgeGate
from sync.tags import looks_like_plate

OFFER_MARK = "XGE1"
"""Begins the text of a code with which a tablet joins; see `sync.enrolment`."""


class KeysFirstApp(CaughtApp):
    """Passes keys through the wedge filter and notes when somebody last used the app.

    Args:
        wedge: the filter; without one every key is typing.
        now: the monotonic clock in seconds.
    """

    def __init__(self, wedge: WedgePort | None, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(now)
        self.used_at = now()
        self.first_keys: dict[str, str] = {}
        """Keys that are taken before all others, to their actions."""
        self._gate = WedgeGate(wedge, super().on_event, self.scanned, now) if wedge is not None else None

    async def on_event(self, event: Event) -> None:
        """Let a scan be a scan and typing be typing; all else goes its usual way."""
        if isinstance(event, InputEvent) and not event.is_forwarded:
            self.used_at = self.now()
            if isinstance(event, Key) and event.key in self.first_keys:
                await self.run_action(self.first_keys[event.key])
                return
            if isinstance(event, Key) and self._gate is not None:
                await self._gate.take(event)
                self._await_gate()
                return
        if isinstance(event, Paste) and not event.is_forwarded and looks_like_code(event.text):
            self.scanned(event.text)
            return
        await super().on_event(event)

    def scanned(self, text: str) -> None:
        """Take a text that a scanner typed or pasted."""
        self.post_message(TagRead("line", text, self.now()))

    async def settle_gate(self) -> None:
        """Decide about held keys whose time has come."""
        if self._gate is not None:
            await self._gate.expire()
            self._await_gate()

    def _await_gate(self) -> None:
        if self._gate is not None and self._gate.wait_s is not None:
            self.set_timer(self._gate.wait_s, self.settle_gate)


def looks_like_code(text: str) -> bool:
    """Tell whether a pasted text is what a scanner gives rather than what somebody writes."""
    return looks_like_plate(text) or text.startswith(OFFER_MARK)
