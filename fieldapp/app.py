"""The app: sign-in and lock, and the way of every tag, link and touch to the screen that is shown."""

import asyncio
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from fieldapp.keymap import ACTION_BY_ID, OF_THE_APP
from fieldapp.messages import (
    DemoActions,
    Joined,
    LinkChanged,
    LockWanted,
    ReaderFault,
    Said,
    ShowScreen,
    SignedInNow,
    Sounding,
    Switched,
    SyncChanged,
    TagRead,
    WedgePort,
)
from fieldapp.panel import Kit
from fieldapp.posted_news import PostedNews
from fieldapp.reader_news import CodeCamera, DeviceFeed
from fieldapp.safety import beside, guarded
from fieldapp.screen_roles import HasStage, OpensHome, TakesNews, TakesTags
from fieldapp.screens import made_screen
from fieldapp.services import Services
from fieldapp.services.opening import opening
from fieldapp.styles import AT_FIRST, FOLDER, dress
from fieldapp.widgets.demo_strip import DemoStrip
from fieldapp.widgets.tile import TileField
from fieldapp.worn import WornApp
from sync.journal import SyncStatus

ERASED = "E-ERASED"
"""Code of a sync after which a revoked tablet is as new: it begins with joining."""

FIRST_SCREENS = 1
"""Screens always there: joining, sign-in or the shift."""

TICK_S = 1.0
"""How often idleness and the terminal are looked at."""


class FieldApp(WornApp):
    """The tablet's app; device threads reach it only by `post_message`."""

    TITLE = "Xunge"
    CSS_PATH: ClassVar = [FOLDER / f"{name}.tcss" for name in AT_FIRST]
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
        camera: CodeCamera | None = None,
        theme: str = "sun",
        sounds: Sounding | None = None,
        keyboard: Switched | None = None,
        letters: Switched | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(services, wedge=wedge, theme=theme, sounds=sounds, keyboard=keyboard, letters=letters, now=now)
        self._kit = Kit(services, self.work, demo, camera=camera, devices=devices)
        self._devices = devices
        self._news = PostedNews(self.post_message)

    def opening_screen(self) -> Screen[None]:
        """Return joining, sign-in or the shift."""
        return self._made(*opening(self.services))

    def on_mount(self) -> None:
        """Listen to the sync worker and to the system."""

        def tell_status(status: SyncStatus) -> None:
            self.post_message(SyncChanged(status))

        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._leave, 128 + number)
        self.services.exchange.subscribe(tell_status)
        self.set_interval(TICK_S, self._tick)
        if self._kit.demo is not None:
            self.first_keys = {action.key: f"demo('{action.id}')" for action in self._kit.demo.actions()}

    def begin_work(self) -> None:
        """Open the readers."""
        if self._devices is not None:
            self._devices.start(self._news)

    def on_unmount(self) -> None:
        """Close the readers and finish what is being written."""
        self._news.close()
        if self._devices is not None:
            self._devices.stop()
        if self._kit.camera is not None:
            self._kit.camera.close()
        self.work.close()

    @on(TagRead)
    async def _take_tag(self, event: TagRead) -> None:
        if not self.screen_stack:
            # The app is being left, and a reader is not done yet.
            event.done()
            return
        self.used_at = self.now()
        while not isinstance(self.screen, TakesTags) and len(self.screen_stack) > FIRST_SCREENS:
            await self.pop_screen()
        if isinstance(self.screen, TakesTags):
            # In the screen's own turn: it may still be being laid out.
            self.screen.call_later(self.screen.take_tag, event)
        else:
            event.done()

    @on(LinkChanged)
    @on(ReaderFault)
    @on(SyncChanged)
    def _take_news(self, event: LinkChanged | ReaderFault | SyncChanged) -> None:
        if isinstance(event, LinkChanged | ReaderFault):
            event.done()
        if isinstance(event, LinkChanged):
            self._kit.links[event.name] = (event.role, event.state)
        if isinstance(event, SyncChanged) and event.status.fault is not None and event.status.fault.code == ERASED:
            self.call_later(self._begin_anew)
            return
        for screen in self.screen_stack:
            if isinstance(screen, TakesNews):
                screen.call_later(screen.take_news, event)

    @on(Joined)
    async def _begin_anew(self) -> None:
        while len(self.screen_stack) > FIRST_SCREENS:
            await self.pop_screen()
        await self.switch_screen(self._made(*opening(self.services)))

    async def begin_again(self) -> None:
        """Put away what is unsaved and begin with new screens, at home whatever was open."""
        for screen in self.screen_stack:
            if isinstance(screen, HasStage):
                await guarded(screen.stage.put_away(), self)
        while len(self.screen_stack) > FIRST_SCREENS:
            await self.pop_screen()
        screen = self._made(*opening(self.services))
        if isinstance(screen, OpensHome):
            screen.opens_home = True
        await self.switch_screen(screen)

    @on(LockWanted)
    async def _lock(self, event: LockWanted) -> None:
        session = self.services.session
        await (self.work.do(session.choose, event.person) if event.person else self.work.do(session.lock))
        await self.push_screen(self._made("sign_in"))

    @on(SignedInNow)
    async def _signed_in(self, event: SignedInNow) -> None:
        while len(self.screen_stack) > FIRST_SCREENS:
            await self.pop_screen()
        if not isinstance(self.screen, HasStage) or self.screen.person != event.person:
            await self.switch_screen(self._made("shift", event.person))
        elif isinstance(self.screen, TakesNews):
            # What came while it was locked was told to nobody.
            self.screen.take_news(SyncChanged(await self.work.do(self.services.exchange.status)))
        remembered = await self.work.do(self.services.tags.take_remembered)
        if remembered is not None and isinstance(self.screen, HasStage):
            self.screen.stage.take(lambda stage: stage.carry_out(remembered))

    @on(ShowScreen)
    async def _show_screen(self, event: ShowScreen) -> None:
        await self.push_screen(self._made(event.screen_name, event.argument))

    def _made(self, name: str, argument: object = None) -> Screen[None]:
        dress(self.stylesheet, name)
        return made_screen(name, self._kit, argument)

    @on(TileField.Pressed)
    async def _take_press(self, event: TileField.Pressed) -> None:
        if event.press in OF_THE_APP:
            await self.run_action(event.press.rpartition(".")[2])

    @on(DemoStrip.Asked)
    def _take_demo(self, event: DemoStrip.Asked) -> None:
        self.action_demo(event.action)

    def action_demo(self, action: str) -> None:
        """Let the demo do something and say what it says."""
        beside(self, "demo", partial(self._play, action), hears=self.screen)

    async def _play(self, action: str) -> None:
        if self._kit.demo is not None:
            mode = self.screen.stage.mode if isinstance(self.screen, HasStage) else None
            words = await asyncio.to_thread(self._kit.demo.run, action, mode.NAME if mode is not None else "")
            if words:
                self.screen.post_message(Said(words, tone="plain"))
            for strip in self.screen.query(DemoStrip):
                strip.relabel()

    def _tick(self) -> None:
        if not self.screen_stack:
            return  # the app is closing
        if self.is_terminal_gone:
            self._leave(128 + signal.SIGHUP)
            return
        idle_s = self.now() - self.used_at
        is_idle = idle_s >= self.services.session.idle_lock_s
        if is_idle and isinstance(self.screen, HasStage):
            self.screen.stage.take(lambda stage: stage.lock_up())
        elif is_idle and not isinstance(self.screen, TakesTags):
            self.pop_screen()
        elif idle_s < TICK_S and isinstance(self.screen, HasStage):
            beside(self, "touch", partial(self.work.do, self.services.session.touch), hears=self.screen)

    async def action_quit(self) -> None:
        """End the app as a signal does, with everything put away."""
        self._leave(0)

    def _leave(self, exit_status: int) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, HasStage):
                screen.stage.put_away_now()
        self.exit(exit_status, return_code=exit_status)
