"""The demo as a newcomer plays it: every key of its strip, and nothing left when it ends, however it ends."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fieldapp.demo.player import READERS
from fieldapp.text import Language, _, current_language, ngettext, use_language
from tests.fieldapp.demo.demo_terminal import demo_in_terminal, processes_naming

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(300)]

Program = Callable[[str], str]

HINTS = {
    "sign in": "Demo, synthetic data. Now: F2 taps your badge, then type the PIN {pin}",
    "scan": "Demo, synthetic data. Now: F1 scans the plate at {place}; Ctrl+Q leaves",
    "offline": "Demo, no network. Go on working: F1 scans {place}; F4 brings the network back",
    "desk": "The desk page: {address}",
}
"""What the strip says one should do now."""


@contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Speak a language as the demo does."""
    before = current_language()
    use_language(language)
    yield
    use_language(before)


def hint(name: str) -> str:
    """Return how a hint begins, in the language of the moment."""
    return _(HINTS[name]).partition("{")[0].strip()


def readers_ok() -> str:
    """Return what the status line says when all readers of the demo are there."""
    return ngettext("{count} reader ok", "{count} readers ok", READERS).format(count=READERS)


def pin_on(screen: str) -> str:
    """Return the PIN that the hint names."""
    return re.findall(r"[0-9]{6}", hint_of(screen))[0]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_newcomer_scans_in_by_following_the_hint_and_plays_every_key(
    program: Program, tmp_path: Path, language: Language
) -> None:
    with spoken(language), demo_in_terminal(program("tmux"), tmp_path, language=language) as terminal:
        first = terminal.wait_for(hint("sign in"), readers_ok())
        assert_strip_fits(first)
        terminal.press("F2")
        terminal.wait_for(_("{name}, enter your PIN").format(name="").strip(" ,"))
        terminal.press(pin_on(first))
        terminal.wait_for(_("Start shift"), hint("scan"))
        terminal.press("F1")
        terminal.wait_for(_("No access"))
        terminal.press("F6")
        terminal.wait_until(lambda screen: "/desk" in hint_of(screen), "the address of the desk")
        terminal.press("F4")
        terminal.wait_for(hint("offline"))
        terminal.press("2")
        terminal.press("1")
        terminal.wait_for(_("Description"))
        terminal.press("F5")
        terminal.wait_until(lambda screen: not any("F5" in line for line in screen.splitlines()), "the app is gone")
        assert_strip_fits(terminal.wait_for("F5", _("Description")))
        terminal.press("C-q")
        assert terminal.ended() == 0
        assert terminal.left_behind() == []


def test_aiming_the_camera_checks_in_at_the_next_plate(program: Program, tmp_path: Path) -> None:
    with spoken("en"), demo_in_terminal(program("tmux"), tmp_path, language="en") as terminal:
        first = terminal.wait_for(hint("sign in"), readers_ok())
        terminal.press("F2")
        terminal.wait_for("enter your PIN")
        terminal.press(pin_on(first))
        terminal.wait_for(_("Start shift"), _("Aim"))
        terminal.press("a")
        terminal.wait_for(_("Hold the square into the frame"))
        terminal.wait_for(_("No access"))
        terminal.press("C-q")
        assert terminal.ended() == 0
        assert terminal.left_behind() == []


def hint_of(screen: str) -> str:
    """Return the line above the strip's keys."""
    lines = screen.rstrip().splitlines()
    return lines[-2] if len(lines) > 1 else ""


def assert_strip_fits(screen: str) -> None:
    """Check that the strip's seven keys stand on the last line, and its hint on one line above."""
    lines = screen.rstrip().splitlines()
    assert [f"F{number} " in lines[-1] for number in range(1, 8)] == [True] * 7, lines[-3:]
    assert not lines[-2].rstrip().endswith("…")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_everything_down_and_gives_the_terminal_back(
    program: Program, tmp_path: Path, number: signal.Signals
) -> None:
    with demo_in_terminal(program("tmux"), tmp_path) as terminal:
        terminal.wait_for("F1", "F6")
        os.kill(terminal.pid, number)
        assert terminal.ended() == 128 + number
        assert terminal.left_behind() == []


def test_a_signal_while_it_is_being_set_up_leaves_nothing(program: Program, tmp_path: Path) -> None:
    with demo_in_terminal(program("tmux"), tmp_path) as terminal:
        terminal.wait_for("…")
        terminal.press("C-c")
        assert terminal.ended() == 128 + signal.SIGINT
        assert terminal.left_behind() == []


def test_no_process_outlives_a_demo_that_is_killed(program: Program, tmp_path: Path) -> None:
    with demo_in_terminal(program("tmux"), tmp_path) as terminal:
        terminal.wait_for("F1", "F6")
        assert len(processes_naming(terminal.temporary)) == 2, "the case API and the app"
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait_until(lambda _screen: not processes_naming(terminal.temporary), "the case API and the app end")


def test_closing_the_terminal_ends_everything(program: Program, tmp_path: Path) -> None:
    with demo_in_terminal(program("tmux"), tmp_path) as terminal:
        terminal.wait_for("F1", "F6")
        terminal._tmux("set-option", "-g", "remain-on-exit", "on")
        terminal._tmux("respawn-pane", "-k", "sleep 1000")
        terminal.wait_until(lambda _screen: terminal.left_behind() == [], "all is taken down")
