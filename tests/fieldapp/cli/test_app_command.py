"""`fieldapp` in a terminal: what it says at its start, and that it gives the terminal back however it ends."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fieldapp.cli.ending import CRASHED
from fieldapp.demo.pty_app import PtyApp
from fieldapp.text import Language
from tests.fieldapp.cli.command_line import Home, fieldapp, said

MAIN_SCREEN = b"\x1b[?1049l"
"""Gives the terminal its own screen back."""

LANGUAGES: tuple[Language, ...] = ("zh_CN", "en")


def first_words(language: Language = "en") -> str:
    """Return how the screen of a tablet that has not joined begins, short enough for one row."""
    return said(language, "Scan the code that the desk shows, or type it and press Enter.")[:8]


CRASH_ON_START = """
import sys
from fieldapp.app import FieldApp
from fieldapp.cli import main
def opening_screen(self):
    pin = "secret-pin"
    raise RuntimeError("secret-name " + pin)
FieldApp.opening_screen = opening_screen
sys.exit(main([]))
"""

CRASH_IN_A_THREAD = """
import sys, threading
from fieldapp.app import FieldApp
from fieldapp.cli import main
def fail():
    raise RuntimeError("secret-name")
def on_ready(self):
    thread = threading.Thread(target=fail, name="reader")
    thread.start()
    thread.join()
    self.exit(0)
FieldApp.on_ready = on_ready
sys.exit(main([]))
"""


@contextmanager
def terminal(home: Home, *command: str, language: str = "en") -> Iterator[PtyApp]:
    with PtyApp(command or fieldapp(), env=home.environment(language)) as app:
        yield app


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_tablet_asks_to_be_joined_and_leaves_with_0(home: Home, language: Language) -> None:
    with terminal(home, language=language) as app:
        app.wait_for(first_words(language))
        app.send("\x11")
        assert app.wait_ended() == 0
        assert MAIN_SCREEN in app.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_setting_is_said_on_the_first_screen(home: Home, language: Language) -> None:
    home.configure('langauge = "en"\n')
    with terminal(home, language=language) as app:
        app.wait_for("E-CONFIG")
        app.wait_for("langauge")
        app.wait_for(first_words(language))
        app.send("\x11")
        assert app.wait_ended() == 0
    assert "setting_wrong" in (home.database.parent / "fieldapp.log").read_text()


def test_a_database_that_does_not_open_ends_with_its_sentence(home: Home) -> None:
    home.save("kept")
    with sqlite3.connect(home.database) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    with terminal(home) as app:
        app.wait_for("E-NEWER")
        assert app.wait_ended() == 1
        assert b"\x1b[?1049h" not in app.output


def test_a_fault_gives_the_terminal_back_and_says_one_sentence(home: Home) -> None:
    with terminal(home, sys.executable, "-c", CRASH_ON_START) as app:
        app.wait_for("E-CRASH")
        assert app.wait_ended() == CRASHED
        assert MAIN_SCREEN in app.output
        said = app.output.rpartition(MAIN_SCREEN)[2]
    assert b"Traceback" not in said
    (file,) = home.database.parent.glob("crash-*.txt")
    kept = app.output.decode(errors="replace") + file.read_text() + (file.parent / "fieldapp.log").read_text()
    assert "secret" not in kept
    assert "opening_screen" in file.read_text()


def test_a_fault_in_a_thread_leaves_a_file_and_the_app_goes_on(home: Home) -> None:
    with terminal(home, sys.executable, "-c", CRASH_IN_A_THREAD) as app:
        assert app.wait_ended() == 0
    (file,) = home.database.parent.glob("crash-*.txt")
    assert "thread reader" in file.read_text()
    assert "secret" not in app.output.decode(errors="replace") + file.read_text()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 128 + 15), (signal.SIGHUP, 128 + 1), (signal.SIGINT, 0)]
)
def test_a_signal_lets_the_app_leave_and_gives_the_terminal_back(
    home: Home, number: signal.Signals, status: int
) -> None:
    with terminal(home) as app:
        app.wait_for(first_words())
        os.kill(app.pid, number)
        assert app.wait_ended() == status
        assert MAIN_SCREEN in app.output
    assert list(home.database.parent.glob("crash-*")) == []
    assert home.call("doctor").status == 1, "nobody owns the database any more"
