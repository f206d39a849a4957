"""The on-screen keyboard in the kiosk, by hand: ``python -m tests.fieldapp.terminal.on_screen_keyboard FOLDER``.

Starts an X server without a screen and in it the tablet's own session (`deploy/tablet/kiosk-session`): openbox, fcitx5,
onboard, and an xterm in which the app runs. Goes to the line of a report's own words, sees the keyboard come by itself
and the app keep the rows above it, writes 你好 by touching its keys, sees it go, and says what was saved; pictures stay
in FOLDER. Needs the Debian packages xvfb, xterm, openbox, onboard, fcitx5, fcitx5-chinese-addons, dbus,
x11-xserver-utils, xdotool, imagemagick, tmux and a Chinese font.
"""

import sys
import time
from pathlib import Path

from fieldapp.text import use_language
from tests.fieldapp.terminal.app_terminal import AppTerminal
from tests.fieldapp.terminal.input_method import go_to_own_words, own_words_typed, wait_for_the_keyboard
from tests.fieldapp.terminal.kiosk import Kiosk, wait_for_size
from tests.fieldapp.terminal.window import display, opened, tried_by_hand, with_pinyin
from tests.house.tree import ROOT

WIDTH, HEIGHT = 1000, 700

ROWS = {
    517: (93, "1234567890"),
    558: (133, "qwertyuiop"),
    598: (146, "asdfghjkl"),
    638: (184, "zxcvbnm"),
}
"""Pixels from the top to the middle of the keyboard's rows, from the left to that of each row's first key, its keys."""

KEY_PIXELS = 60.4
"""From one key to the next."""

KEYS = {
    **{key: (left + place * KEY_PIXELS, top) for top, (left, keys) in ROWS.items() for place, key in enumerate(keys)},
    "space": (420, 678),
    "Return": (878, 577),
}

TOUCH_S = 0.15


CALLED = "sh -c 'DBUS_SESSION_BUS_ADDRESS=$(cat {folder}/bus) exec {root}/deploy/tablet/keyboard \"$1\"' keyboard"
"""What the setting keyboard_command would be, from a terminal outside the session."""


class TouchedKiosk(Kiosk):
    """The tablet's session with keys on its screen.

    Attributes:
        is_touched: keys are touched on the screen from now on.
    """

    font_points = 12
    is_touched = False

    def press(self, *keys: str) -> None:
        """Press keys, or touch them on the screen."""
        if not self.is_touched:
            super().press(*keys)
            return
        for key in keys:
            x, y = KEYS[key]
            self.do("xdotool", "mousemove", str(round(x)), str(round(y)), "click", "1")
            time.sleep(TOUCH_S)


def typed_in(folder: Path) -> str:
    """Type by touching keys on the screen, and return what was saved."""
    use_language("zh_CN")
    terminal = AppTerminal("tmux", folder, columns=80, rows=24)
    with display(WIDTH, HEIGHT) as name:
        terminal.start("zh_CN", KEYBOARD_COMMAND=CALLED.format(folder=folder, root=ROOT))
        terminal.hide_status()
        window = TouchedKiosk(folder, name)
        with_pinyin(folder / "home")
        with opened(window, terminal):
            _columns, whole = wait_for_size(terminal, lambda _columns, rows: rows > 24)
            wait_for_the_keyboard(window, terminal)
            print(window.picture("without"), f"{whole} rows")
            go_to_own_words(window, terminal)
            _columns, left = wait_for_size(terminal, lambda _columns, rows: rows < whole)
            window.is_touched = True
            saved = own_words_typed(window, terminal)
            print(f"{left} rows beside the keyboard")
            return saved


if __name__ == "__main__":
    sys.exit(tried_by_hand(typed_in, sys.argv[1]))
