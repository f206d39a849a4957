"""`fieldapp --plain` as its own process: in a pipe, on a terminal, beside the app, and however it ends."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from fieldapp.bootstrap import open_tablet
from fieldapp.cli.app_start import app_start
from fieldapp.demo.pty_app import PtyApp
from tests.fieldapp.cli.command_line import Home, fieldapp, said

JOIN = "Join a district\nScan the code that the desk shows, or type it and press Enter.\nCode: "
"""What a tablet says that has not joined."""


@pytest.mark.parametrize(
    ("words", "config", "is_plain"),
    [
        (["--plain"], None, True),
        (["--plain", "--config", "a.toml"], "a.toml", True),
        (["--config", "a.toml", "--plain"], "a.toml", True),
        ([], None, False),
        (["--config", "a.toml"], "a.toml", False),
    ],
)
def test_the_plain_mode_is_asked_for_beside_a_configuration(
    words: list[str], config: str | None, is_plain: bool
) -> None:
    start = app_start(words)
    assert start is not None
    assert (start.config, start.is_plain) == (config, is_plain)


@pytest.mark.parametrize(
    "words", [["--plain", "--plain"], ["--plain", "sync"], ["--config", "--plain"], ["--plain", "-x"]]
)
def test_anything_else_is_left_to_the_library(words: list[str]) -> None:
    assert app_start(words) is None


def test_a_command_is_not_made_plain(home: Home) -> None:
    ended = home.call("--plain", "sync")
    assert (ended.status, ended.out) == (2, "")
    assert "--plain" in ended.err


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_fresh_tablet_asks_to_be_joined_and_the_end_of_the_input_leaves(home: Home, language: str) -> None:
    ended = home.call("--plain", language=language)
    assert (ended.status, ended.err) == (0, "")
    if language == "en":
        assert ended.out == f"{JOIN}\nLeft.\n"
    else:
        assert ended.out.startswith(said("zh_CN", "Join a district"))


def test_a_wrong_code_is_a_sentence_and_asks_again(home: Home) -> None:
    ended = home.call("--plain", stdin=b"nonsense\nh\nq\n")
    assert ended.status == 0
    assert ended.out.count("Code: ") == 3
    assert "(E-" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_beside_a_running_app_it_says_so_in_words(home: Home) -> None:
    with open_tablet(home.database):
        ended = home.call("--plain", stdin=b"q\n")
    assert (ended.status, ended.out) == (1, "")
    assert "Xunge is already running. Use the open window. (E-OWNED)" in ended.err


def test_it_owns_the_tablet_while_it_runs(home: Home) -> None:
    with home.running("--plain") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "Join a district\n"
        ended = home.call("--plain", stdin=b"q\n")
        assert (ended.status, "E-OWNED" in ended.err) == (1, True)
    assert home.call("--plain").status == 0


def test_a_database_that_does_not_open_ends_with_its_sentence(home: Home) -> None:
    home.database.parent.mkdir(parents=True)
    home.database.write_bytes(b"no database" * 1000)
    ended = home.call("--plain", stdin=b"q\n")
    assert (ended.status, ended.out) == (1, "")
    assert "E-CORRUPT" in ended.err


def test_a_reader_of_the_pipe_that_goes_away_ends_it_without_a_trace(home: Home) -> None:
    with home.running("--plain") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write("h\nh\n")
        process.stdin.close()
        assert process.wait(30) == 1
        assert process.stderr is not None
        assert process.stderr.read() == ""


# On a terminal --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 128 + 15), (signal.SIGHUP, 128 + 1), (signal.SIGINT, 128 + 2)]
)
def test_a_signal_leaves_in_a_sentence(home: Home, number: signal.Signals, status: int) -> None:
    with PtyApp(fieldapp("--plain"), env=home.environment()) as app:
        app.wait_for("Code:")
        os.kill(app.pid, number)
        app.wait_for("Left.")
        assert app.wait_ended() == status
        assert b"Traceback" not in app.output
    assert list(home.database.parent.glob("crash-*")) == []
    assert home.call("--plain").status == 0, "nobody owns the database any more"


def test_a_terminal_that_goes_away_ends_it(home: Home) -> None:
    outer, inner = os.openpty()
    process = subprocess.Popen(
        fieldapp("--plain"), stdin=inner, stdout=inner, stderr=subprocess.PIPE, env=home.environment()
    )
    os.close(inner)
    with process:
        while b"Code:" not in os.read(outer, 65536):
            pass
        os.close(outer)
        assert process.wait(30) in {0, 1}
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_after_a_stop_the_page_is_said_again(home: Home) -> None:
    with PtyApp(fieldapp("--plain"), env=home.environment()) as app:
        app.wait_for("Code:")
        app.send("")
        os.kill(app.pid, signal.SIGSTOP)
        os.kill(app.pid, signal.SIGCONT)
        app.wait_for("Going on")
        app.wait_for("Join a district")
        app.send("q\n")
        assert app.wait_ended() == 0


def test_nothing_but_lines_is_written_to_a_terminal(home: Home) -> None:
    with PtyApp(fieldapp("--plain"), env=home.environment()) as app:
        app.wait_for("Code:")
        app.send("h\n")
        app.wait_for("Say it again")
        app.send("q\n")
        assert app.wait_ended() == 0
        assert re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", app.output) is None


def test_a_configured_language_is_spoken(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('language = "zh_CN"\n')
    ended = home.call("--config", str(file), "--plain")
    assert said("zh_CN", "Left.") in ended.out
