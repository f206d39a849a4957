"""The status line: its words from today's view and the readers' links, read anew whenever something happened.

Disk and battery run down while nothing happens: they alone are read now and then on a screen that nobody touches.
"""

from typing import Protocol, runtime_checkable

from msgspec.structs import replace
from textual import on
from textual.message import Message

from fieldapp.panel import Kit
from fieldapp.presentation.status import status_words
from fieldapp.safety import beside
from fieldapp.services.today import Reserves, TodayView
from fieldapp.widgets.status_bar import StatusBar

CLOCK_EVERY_S = 1.0
"""How often the clock is looked at; it is painted when its minute changes."""


RESERVES_EVERY_S = 60.0
"""How old disk and battery may be as they are shown."""


@runtime_checkable
class ReadsToday(Protocol):
    """A panel that reads today's view itself."""

    def take_view(self) -> TodayView | None:
        """Return the view that was just read, once, for whoever shows it as well."""


class StatusLine(StatusBar):
    """The status line of a screen."""

    class ViewRead(Message):
        """Today's view is there."""

        def __init__(self, view: TodayView) -> None:
            super().__init__()
            self.view = view

    class ReservesRead(Message):
        """Disk and battery were read."""

        def __init__(self, reserves: Reserves) -> None:
            super().__init__()
            self.reserves = reserves

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._view: TodayView | None = None
        self._read_at_ms = 0

    def on_mount(self) -> None:
        """Look at the clock from now on; the screen says when there is something to read."""
        self.set_interval(CLOCK_EVERY_S, self.tick)

    def tick(self) -> None:
        """Let the clock go on; read disk and battery where they were read long ago."""
        self.paint()
        if self._view is not None and self._now_ms() - self._read_at_ms >= RESERVES_EVERY_S * 1000:
            self._read_at_ms = self._now_ms()
            beside(self, "reserves", self._read_reserves, replaces=True)

    def read_anew(self) -> None:
        """Read today's view again, off the loop; the newest reading counts."""
        beside(self, "view", self._read, replaces=True)

    def tell(self, view: TodayView) -> None:
        """Show a view that was just read, in place of reading it once more."""
        self.workers.cancel_group(self, "view")
        self._take(view)

    def paint(self) -> None:
        """Show what is known, in the language of the moment."""
        if self._view is not None:
            services = self._kit.services
            self.show(status_words(self._view, self._kit.links, services.clock.now_ms(), services.zone))

    @on(ViewRead)
    def _take_view(self, event: ViewRead) -> None:
        event.stop()
        self._take(event.view)

    @on(ReservesRead)
    def _take_reserves(self, event: ReservesRead) -> None:
        event.stop()
        if self._view is not None:
            reserves = event.reserves
            self._view = replace(self._view, free_bytes=reserves.free_bytes, battery=reserves.battery)
            self.paint()

    def _take(self, view: TodayView) -> None:
        self._view, self._read_at_ms = view, self._now_ms()
        self.paint()

    def _now_ms(self) -> int:
        return self._kit.services.clock.stamp().mono_ms

    async def _read(self) -> None:
        await self._kit.work.when_idle()
        self.post_message(self.ViewRead(await self._kit.work.do(self._kit.services.today.view)))

    async def _read_reserves(self) -> None:
        await self._kit.work.when_idle()
        self.post_message(self.ReservesRead(await self._kit.work.do(self._kit.services.today.reserves)))
