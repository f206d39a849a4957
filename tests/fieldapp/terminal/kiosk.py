"""The tablet's own session in a window without a screen: window manager, input method, xterm, all as in the kiosk."""

import time
from collections.abc import Callable

from tests.fieldapp.terminal.app_terminal import AppTerminal
from tests.fieldapp.terminal.window import LOOK_EVERY_S, PATIENCE_S, Window
from tests.house.tree import ROOT


class Kiosk(Window):
    """What `deploy/tablet/kiosk-session` starts.

    Attributes:
        font_points: the size of its letters.
    """

    font_points = 18

    def command(self, attach: str) -> list[str]:
        """Return what starts it."""
        app = self.folder / "app"
        app.write_text(f'#!/bin/sh\necho "$DBUS_SESSION_BUS_ADDRESS" > {self.folder}/bus\nexec {attach}\n')
        app.chmod(0o700)
        self.environment |= {"XUNGE_APP": str(app), "XUNGE_FONT_POINTS": str(self.font_points)}
        return [str(ROOT / "deploy/tablet/kiosk-session")]


def wait_for_size(terminal: AppTerminal, is_right: Callable[[int, int], bool]) -> tuple[int, int]:
    """Wait until the terminal has the right columns and rows, and return them."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_right(*(size := terminal.cells())):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{size}:\n{terminal.screen()}")
        time.sleep(LOOK_EVERY_S)
    return size
