"""The pinyin input method in a real window, with pictures: ``python -m tests.fieldapp.terminal.input_method FOLDER``.

Starts an X server without a screen, fcitx5 and an xterm in which the app runs, types nihao into a report's own words
as a keyboard does, takes the candidate, and says whether 你好 was saved; the pictures before and after stay in FOLDER.
Needs the Debian packages xvfb, xterm, fcitx5, fcitx5-chinese-addons, dbus, xdotool, imagemagick, tmux and a
Chinese font.
"""

import sys
import time
from pathlib import Path

from fieldapp.text import _, use_language
from tests.fieldapp.fakes import PIN_1
from tests.fieldapp.terminal.app_terminal import AppTerminal
from tests.fieldapp.terminal.window import LOOK_EVERY_S, PATIENCE_S, Window, display, opened, tried_by_hand, with_pinyin

SETTLE_S = 1.5
"""How long after the last key the last picture is taken: a keyboard on the screen has gone by then."""

XTERM = "xterm -fa 'DejaVu Sans Mono' -fd 'Noto Sans Mono CJK SC' -fs 12 -tn xterm-256color -geometry 80x24 -e {attach}"


class PlainWindow(Window):
    """An xterm and an input method, without anything that manages windows."""

    def command(self, attach: str) -> list[str]:
        """Return what starts both."""
        script = f"fcitx5 & while ! fcitx5-remote >/dev/null 2>&1; do sleep 0.2; done; {XTERM.format(attach=attach)}"
        return ["dbus-run-session", "--", "bash", "-c", script]


def wait_for_the_keyboard(window: Window, terminal: AppTerminal) -> None:
    """Change the language and back: the first keys are lost while window and input method find each other."""
    for word in ("Help", "帮助"):
        deadline = time.monotonic() + PATIENCE_S
        while word not in terminal.screen():
            if time.monotonic() > deadline:
                raise TimeoutError(terminal.screen())
            window.press("F12")
            again = time.monotonic() + 1.0
            while word not in terminal.screen() and time.monotonic() < again:
                time.sleep(LOOK_EVERY_S)


def go_to_own_words(window: Window, terminal: AppTerminal) -> None:
    """Sign in and go to the line of a report's own words."""
    window.press("1", *PIN_1)
    terminal.wait_for(_("Start shift"))
    window.press("2")
    terminal.wait_for(_("All, find"))
    window.press("1")
    terminal.wait_for(_("Own words"))
    window.press("9")
    terminal.wait_for(_("Type, then Enter"))


def own_words_typed(window: Window, terminal: AppTerminal) -> str:
    """Type nihao, take the first candidate, and return what was saved."""
    before = window.shown()
    window.press(*"nihao")
    window.wait_for_another(before)
    print(window.picture("candidates"))
    window.press("space")
    terminal.wait_for("你好")
    print(window.picture("typed"))
    window.press("Return")
    terminal.wait_for(_("How pressing"))
    time.sleep(SETTLE_S)
    print(window.picture("after"))
    drafts: dict[str, dict[str, str]] = terminal.hang_up()["drafts"]
    return drafts["problem"]["description"]


def typed_in(folder: Path) -> str:
    """Type as with a keyboard, and return what was saved."""
    use_language("zh_CN")
    terminal = AppTerminal("tmux", folder, columns=80, rows=24)
    with display(1000, 640) as name:
        terminal.start("zh_CN")
        terminal.hide_status()
        window = PlainWindow(folder, name)
        with_pinyin(folder / "home")
        with opened(window, terminal):
            wait_for_the_keyboard(window, terminal)
            go_to_own_words(window, terminal)
            return own_words_typed(window, terminal)


if __name__ == "__main__":
    sys.exit(tried_by_hand(typed_in, sys.argv[1]))
