"""The status line: its words from today's view and the readers' links, read anew whenever something happened."""

from collections.abc import Awaitable, Callable, Mapping

from textual import on
from textual.message import Message

from fieldapp.panel import Kit
from fieldapp.presentation.links import link_words
from fieldapp.presentation.photos import progress_text
from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.syncing import online_word
from fieldapp.presentation.times import clock_time
from fieldapp.safety import guarded
from fieldapp.services import Services
from fieldapp.services.moments import local_time
from fieldapp.services.today import TodayView
from fieldapp.text import _
from fieldapp.widgets.status_bar import StatusBar, StatusWord

Links = Mapping[str, tuple[str, str]]
"""Reader's name to its role and its link's state."""


CLOCK_EVERY_S = 1.0
"""How often the clock is looked at; it is painted when its minute changes."""


class StatusLine(StatusBar):
    """The status line of a screen."""

    class ViewRead(Message):
        """Today's view is there."""

        def __init__(self, view: TodayView) -> None:
            super().__init__()
            self.view = view

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._view: TodayView | None = None

    def on_mount(self) -> None:
        """Look at the clock from now on."""
        self.set_interval(CLOCK_EVERY_S, self.paint)
        self.read_anew()

    def read_anew(self) -> None:
        """Read today's view again, off the loop; the newest reading counts."""
        work: Callable[[], Awaitable[None]] = self._read
        self.run_worker(work, group="view", exclusive=True, exit_on_error=False)

    def paint(self) -> None:
        """Show what is known, in the language of the moment."""
        if self._view is not None:
            self.show(status_words(self._view, self._kit.links, self._kit.services))

    @on(ViewRead)
    def _take_view(self, event: ViewRead) -> None:
        event.stop()
        self._view = event.view
        self.paint()

    async def _read(self) -> None:
        await guarded(self._read_view(), self)

    async def _read_view(self) -> None:
        await self._kit.work.when_idle()
        self.post_message(self.ViewRead(await self._kit.work.do(self._kit.services.today.view)))


def status_words(view: TodayView, links: Links, services: Services) -> list[StatusWord]:
    """Return the words of the status line, the time last."""
    zone = services.zone
    proven_ms = view.sync.proven_at_ms
    proven = clock_time(local_time(proven_ms, zone)) if proven_ms is not None else ""
    grid = view.grid
    name = f"{grid.community_name} {grid.name}" if grid else _("No grid yet")
    waiting = waiting_words(view.summary, view.photos) if view.summary.last_n else ""
    photos = progress_text(view.photos) if view.photos.waiting else ""
    online, online_tone = online_word(view.sync)
    return [
        StatusWord(name, grid.name if grid else "", rank=5),
        StatusWord(online, rank=1, tone=online_tone),
        StatusWord(waiting, rank=2, tone="warn" if view.summary.quarantined else "plain"),
        StatusWord(photos, rank=3),
        StatusWord(_("proven {time}").format(time=proven) if proven else "", rank=4),
        *(_link_word(role, state) for role, state in sorted(set(links.values()), reverse=True)),
        StatusWord(clock_time(local_time(services.clock.now_ms(), zone)), rank=0),
    ]


def _link_word(role: str, state: str) -> StatusWord:
    text, tone = link_words(role, state)
    return StatusWord(text, text, rank=3 if tone != "plain" else 6, tone=tone)
