"""The app as a process on a terminal: a signal leaves the terminal as it was found, also with something half typed."""

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0
"""Longest that the app may take for one step here."""

PROGRAM = """
import sys
from fieldapp.app import FieldApp
from fieldapp.text import use_language
from tests.fieldapp.fakes import make_world
use_language("en")
app = FieldApp(make_world().signed_in().services)
app.run()
sys.exit(app.return_code)
"""

IN_A_FIELD = """
from fieldapp.app import FieldApp
from fieldapp.text import use_language
from tests.fieldapp.fakes import make_world
use_language("en")
services = make_world().signed_in().services
services.forms.put("problem", {"matter": next(iter(services.reference.matters()))})
services.forms.opened("problem", "own_description")
FieldApp(services).run()
print("stored:", services.forms.values("problem").get("description"))
"""

ENTERS_THE_ALTERNATE_SCREEN = b"\x1b[?1049h"
LEAVES_THE_ALTERNATE_SCREEN = b"\x1b[?1049l"
STOPS_THE_MOUSE = b"\x1b[?1000l"


class Terminal:
    """A pseudo-terminal and what was written to it."""

    def __init__(self) -> None:
        self.outer, self.inner = pty.openpty()
        termios.tcsetwinsize(self.inner, (24, 80))
        self.written = b""

    def read_until(self, words: bytes) -> None:
        """Read until something was written, or the program ended."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.written and time.monotonic() < deadline:
            try:
                self.written += os.read(self.outer, 65536)
            except OSError:
                return


@contextmanager
def started(terminal: Terminal, program: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program on a terminal, as a process of its own session."""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "TEXTUAL_DISABLE_KITTY_KEY": "1"},
        stdin=terminal.inner,
        stdout=terminal.inner,
        stderr=terminal.inner,
        start_new_session=True,
    ) as process:
        os.close(terminal.inner)
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_terminal_back(number: signal.Signals) -> None:
    terminal = Terminal()
    with started(terminal, PROGRAM) as process:
        terminal.read_until(b"Today's log")
        assert b"Today's log" in terminal.written
        process.send_signal(number)
        terminal.read_until(LEAVES_THE_ALTERNATE_SCREEN)
        assert process.wait(PATIENCE_S) == 128 + number
    os.close(terminal.outer)
    assert LEAVES_THE_ALTERNATE_SCREEN in terminal.written
    assert STOPS_THE_MOUSE in terminal.written


def test_a_terminal_that_is_gone_without_a_word_ends_the_app_and_what_was_typed_is_kept(tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    program = IN_A_FIELD.replace('print("stored:", ', f"open({str(answer)!r}, 'w').write(")
    terminal = Terminal()
    with started(terminal, program) as process:
        os.write(terminal.outer, b"lamp is out")
        terminal.read_until(ENTERS_THE_ALTERNATE_SCREEN)
        terminal.written = terminal.written.partition(ENTERS_THE_ALTERNATE_SCREEN)[2]
        terminal.read_until(b"lamp is out")
        os.close(terminal.outer)
        assert process.wait(PATIENCE_S) == 0
    assert answer.read_text() == "lamp is out"


def test_what_is_typed_before_the_first_paint_stands_in_the_field_that_the_app_opens_in() -> None:
    terminal = Terminal()
    with started(terminal, IN_A_FIELD) as process:
        os.write(terminal.outer, b"lamp is out")
        terminal.read_until(ENTERS_THE_ALTERNATE_SCREEN)
        # What stands before it is the terminal's own echo.
        terminal.written = terminal.written.partition(ENTERS_THE_ALTERNATE_SCREEN)[2]
        terminal.read_until(b"lamp is out")
        process.send_signal(signal.SIGTERM)
        # Not up to a line's end: the screen has drawn some, and the answer may come in pieces.
        terminal.read_until(b"stored: lamp is out")
        process.wait(PATIENCE_S)
    os.close(terminal.outer)
    assert b"stored: lamp is out" in terminal.written
