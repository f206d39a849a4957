"""One key makes the kiosk's letters larger: the terminal divides its screen anew, and the app with it."""

from pathlib import Path

import pytest

from fieldapp.text import _, use_language
from tests.fieldapp.fakes import PIN_1
from tests.fieldapp.terminal.app_terminal import AppTerminal
from tests.fieldapp.terminal.input_method import wait_for_the_keyboard
from tests.fieldapp.terminal.kiosk import Kiosk, wait_for_size
from tests.fieldapp.terminal.window import display, opened
from tests.house.tree import ROOT

LETTERS = "env DISPLAY={display} {root}/deploy/tablet/letters"
"""The setting letters_command of the kiosk, from a terminal outside the session."""

USUAL, LARGE = (85, 26), (58, 18)
"""Columns and rows of 1280 by 800 pixels at 18 and at 26 points."""

pytestmark = [
    *(pytest.mark.needs(name) for name in ("tmux", "xvfb", "xterm", "dbus", "xdotool", "fonts")),
    *(pytest.mark.needs(name) for name in ("openbox", "xrdb")),
    pytest.mark.timeout(120),
]


def test_the_size_key_makes_the_letters_of_the_kiosk_larger_and_usual_again(tmp_path: Path) -> None:
    use_language("zh_CN")
    terminal = AppTerminal("tmux", tmp_path, columns=80, rows=24)
    with display(1280, 800) as name:
        terminal.start("zh_CN", LETTERS_COMMAND=LETTERS.format(display=name, root=ROOT))
        terminal.hide_status()
        window = Kiosk(tmp_path, name)
        with opened(window, terminal):
            wait_for_size(terminal, lambda *size: size == USUAL)
            wait_for_the_keyboard(window, terminal)
            window.press("1", *PIN_1)
            terminal.wait_for(_("Start shift"))
            window.press("z")
            wait_for_size(terminal, lambda *size: size == LARGE)
            terminal.wait_for(_("Start shift"), _("More"))
            window.press("z")
            wait_for_size(terminal, lambda *size: size == USUAL)
