"""The app: themes, language, sign-in and lock, and the way of every key, tag and link to the screen that is shown."""

import asyncio
import signal
import time
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent, Key, Paste
from textual.screen import Screen

from fieldapp.keymap import ACTION_BY_ID, OF_THE_APP
from fieldapp.messages import (
    DemoActions,
    DeviceFeed,
    Joined,
    LinkChanged,
    LockWanted,
    ReaderFault,
    Said,
    ShowScreen,
    SignedInNow,
    SyncChanged,
    TagRead,
    WedgePort,
)
from fieldapp.ordered import OrderedWork
from fieldapp.panel import Kit
from fieldapp.screen_roles import HasStage, Relabels, TakesNews, TakesTags
from fieldapp.screens import made_screen
from fieldapp.services import Services
from fieldapp.stage import HOME, EffectTurn, GoTurn, LockTurn
from fieldapp.styles import STYLES
from fieldapp.styles.themes import LARGE, PALETTES, next_theme, themes
from fieldapp.text import current_language, next_language, use_language
from fieldapp.wedge_gate import WedgeGate
from fieldapp.widgets.demo_strip import DemoStrip
from fieldapp.widgets.tile import Tile
from sync.journal import SyncStatus
from sync.tags import looks_like_plate

THEME_SETTING, LANGUAGE_SETTING = "ui.theme", "ui.language"
"""Names under which the chosen look and language outlive the program."""

OFFER_MARK = "XGE1"
"""Begins the text of a code with which a tablet joins; see `sync.enrolment`."""

FIRST_SCREENS = 2
"""Screens that are always there: Textual's own empty one, and sign-in or the shift."""

TICK_S = 1.0
"""How often idleness is looked at."""


class FieldApp(App[int]):
    """The tablet's app; device threads reach it only by `post_message`."""

    TITLE = "Xunge"
    CSS_PATH: ClassVar = list(STYLES)
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(ACTION_BY_ID[name].keys), name.rpartition(".")[2], show=False) for name in sorted(OF_THE_APP)
    ]

    def __init__(
        self,
        services: Services,
        *,
        devices: DeviceFeed | None = None,
        wedge: WedgePort | None = None,
        demo: DemoActions | None = None,
        theme: str = "sun",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.services = services
        self.work = OrderedWork()
        self._kit = Kit(services, self.work, demo)
        self._demo_keys = {action.key: action.id for action in demo.actions()} if demo is not None else {}
        self._devices = devices
        self._gate = WedgeGate(wedge, super().on_event, self._scanned, now) if wedge is not None else None
        for look in themes():
            self.register_theme(look)
        chosen = services.settings.get(THEME_SETTING) or theme
        self.theme = chosen if chosen in PALETTES else next(iter(PALETTES))
        self.set_class(self.theme.endswith(LARGE), LARGE)
        self._now = now
        self._used_at = now()

    async def on_mount(self) -> None:
        """Show the first screen, open the readers, listen to the sync worker and to the system."""
        await self.push_screen(first_screen(self._kit))
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._leave, 128 + number)
        self.services.exchange.subscribe(self._tell_status)
        if self._devices is not None:
            self._devices.start(self.post_message)
        self.set_interval(TICK_S, self._tick)

    def on_unmount(self) -> None:
        """Close the readers and finish what is being written."""
        if self._devices is not None:
            self._devices.stop()
        self.work.close()

    async def on_event(self, event: Event) -> None:
        """See every key before any widget does: what a scanner typed is a scan wherever the focus is."""
        if isinstance(event, InputEvent) and not event.is_forwarded:
            self._used_at = self._now()
            if isinstance(event, Key) and event.key in self._demo_keys:
                # The strip's keys come before the digits that function keys mirror.
                self.action_demo(self._demo_keys[event.key])
                return
            if isinstance(event, Key) and self._gate is not None:
                await self._gate.take(event)
                await self._settle_gate()
                return
        if isinstance(event, Paste) and not event.is_forwarded and looks_like_code(event.text):
            self._scanned(event.text)
            return
        await super().on_event(event)

    @on(TagRead)
    def _take_tag(self, event: TagRead) -> None:
        self._used_at = self._now()
        while not isinstance(self.screen, TakesTags) and len(self.screen_stack) > FIRST_SCREENS:
            self.pop_screen()
        if isinstance(self.screen, TakesTags):
            self.screen.take_tag(event)

    @on(LinkChanged)
    @on(ReaderFault)
    @on(SyncChanged)
    def _take_news(self, event: LinkChanged | ReaderFault | SyncChanged) -> None:
        if isinstance(event, LinkChanged):
            self._kit.links[event.name] = (event.role, event.state)
        for screen in self.screen_stack:
            if isinstance(screen, TakesNews):
                screen.take_news(event)

    @on(LockWanted)
    async def _lock(self, event: LockWanted) -> None:
        session = self.services.session
        await (self.work.do(session.choose, event.person) if event.person else self.work.do(session.lock))
        await self.push_screen(made_screen("sign_in", self._kit))

    @on(Joined)
    async def _joined(self) -> None:
        await self.switch_screen(first_screen(self._kit))

    @on(SignedInNow)
    async def _signed_in(self, event: SignedInNow) -> None:
        while len(self.screen_stack) > FIRST_SCREENS:
            await self.pop_screen()
        if event.is_other or not isinstance(self.screen, HasStage):
            await self.switch_screen(made_screen("shift", self._kit, where_it_was(self.services)))
        remembered = await self.work.do(self.services.tags.take_remembered)
        if remembered is not None and isinstance(self.screen, HasStage):
            self.screen.stage.post_message(EffectTurn(remembered))

    @on(ShowScreen)
    async def _show_screen(self, event: ShowScreen) -> None:
        await self.push_screen(made_screen(event.screen_name, self._kit, event.argument))

    @on(Tile.Pressed)
    async def _take_press(self, event: Tile.Pressed) -> None:
        if event.tile.press in OF_THE_APP:
            await self.run_action(event.tile.press.rpartition(".")[2])

    @on(DemoStrip.Asked)
    def _take_demo(self, event: DemoStrip.Asked) -> None:
        self.action_demo(event.action)

    async def action_language(self) -> None:
        """Speak the next language, at once and on every screen."""
        use_language(next_language(current_language()))
        self._wear(self.theme)
        await self.work.do(self.services.settings.put, LANGUAGE_SETTING, current_language())

    async def action_look(self) -> None:
        """Put on the next look."""
        self._wear(next_theme(self.theme))
        await self.work.do(self.services.settings.put, THEME_SETTING, self.theme)

    def action_demo(self, action: str) -> None:
        """Let the demo do something."""
        self.run_worker(self._play(action), group="demo", exit_on_error=False)

    async def _play(self, action: str) -> None:
        if self._kit.demo is not None:
            words = await asyncio.to_thread(self._kit.demo.run, action)
            self.screen.post_message(
                Said(words, tone="plain") if words else SyncChanged(self.services.exchange.status())
            )

    async def _tick(self) -> None:
        idle_s = self._now() - self._used_at
        screen = self.screen
        if not isinstance(screen, HasStage):
            return
        if idle_s >= self.services.session.idle_lock_s:
            screen.stage.post_message(LockTurn())
        elif idle_s < TICK_S:
            await self.work.do(self.services.session.touch)

    def _leave(self, exit_status: int) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, HasStage):
                screen.stage.put_away_now()
        self.exit(exit_status, return_code=exit_status)

    def _scanned(self, text: str) -> None:
        self.post_message(TagRead("line", text, self._now()))

    def _tell_status(self, status: SyncStatus) -> None:
        self.post_message(SyncChanged(status))

    async def _settle_gate(self) -> None:
        if self._gate is not None:
            await self._gate.expire()
            if self._gate.wait_s is not None:
                self.set_timer(self._gate.wait_s, self._settle_gate)

    def _wear(self, theme: str) -> None:
        self.theme = theme
        self.set_class(theme.endswith(LARGE), LARGE)
        for screen in self.screen_stack:
            if isinstance(screen, Relabels):
                screen.relabel()


def first_screen(kit: Kit) -> Screen[None]:
    """Return the screen that the app opens with: joining, sign-in, or the very field that was left."""
    if kit.services.enroller.state().status != "confirmed":
        return made_screen("enrol", kit)
    if kit.services.session.resume().is_locked:
        return made_screen("sign_in", kit)
    return made_screen("shift", kit, where_it_was(kit.services))


def where_it_was(services: Services) -> GoTurn:
    """Return the form and field that were open when the app was last seen, else the home panel."""
    last = services.forms.last_open()
    return GoTurn(last.form, last.field) if last is not None else GoTurn(HOME)


def looks_like_code(text: str) -> bool:
    """Tell whether a pasted text is what a scanner gives rather than what somebody writes."""
    return looks_like_plate(text) or text.startswith(OFFER_MARK)
