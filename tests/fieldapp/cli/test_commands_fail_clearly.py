"""What a user reads when a command cannot do its work: a sentence, a code, the file, and nothing of a traceback."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fieldapp.bootstrap import open_tablet
from fieldapp.cli import COMMANDS
from fieldapp.cli.ending import CRASHED, INTERRUPTED
from tests.fieldapp.cli.command_line import Ended, Home, fieldapp, said

BOTH = pytest.mark.parametrize("language", ["zh_CN", "en"])
DATABASE_COMMANDS = pytest.mark.parametrize("command", ["sync", "export --to out", "enrol"])


def assert_is_sentence(ended: Ended, code: str, language: str) -> None:
    """Check that stderr has the code's sentence in the language, stdout is empty, and nothing leaked."""
    assert ended.status == 1
    assert ended.out == ""
    assert code in ended.err
    assert "Traceback" not in ended.err
    assert any("\u4e00" <= char <= "\u9fff" for char in ended.err.splitlines()[0]) == (language == "zh_CN")


# Usage ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["nonsense", "export", "sync --nonsense", "devices", "devices decode", "devices monitor"]
)
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(home: Home, words: str) -> None:
    ended = home.call(*words.split())
    assert (ended.status, ended.out) == (2, "")
    assert "usage: fieldapp" in ended.err


@pytest.mark.parametrize("command", ["", *COMMANDS, "devices list", "devices monitor", "devices decode"])
def test_help_of_every_command_is_data(home: Home, command: str) -> None:
    ended = home.call(*command.split(), "--help")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"usage: fieldapp {command}".strip())


@BOTH
def test_the_app_without_a_terminal_says_what_it_needs(home: Home, language: str) -> None:
    ended = home.call(language=language)
    assert (ended.status, ended.out) == (2, "")
    assert "fieldapp --help" in ended.err
    assert not home.database.exists()


# Configuration --------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('langauge = "en"\n', ("langauge", "language")),
        ('[[reader]]\nport = "/dev/x"\nmodel = "line"\nrolle = "scan"\n', ("reader.rolle", "reader.role")),
        ("idle_lock_s = 5\n", ("idle_lock_s",)),
        ('theme = "sun\n', ()),
    ],
    ids=["unknown key", "unknown key of a reader", "bad value", "no TOML"],
)
def test_a_wrong_setting_is_named_with_file_and_nearest_key_and_the_command_goes_on(
    home: Home, language: str, text: str, named: tuple[str, ...]
) -> None:
    file = home.configure(text)
    ended = home.call("export", "--to", str(home.folder / "out"), language=language)
    assert ended.status == 0
    first = ended.err.splitlines()[0]
    assert all(word in first for word in (str(file), "E-CONFIG", *named))
    assert any("\u4e00" <= char <= "\u9fff" for char in first) == (language == "zh_CN")


@BOTH
@DATABASE_COMMANDS
def test_a_setting_that_hides_which_database_is_meant_stops_the_command(
    home: Home, language: str, command: str
) -> None:
    home.configure('databse = "/elsewhere/tablet.db"\n')
    assert_is_sentence(home.call(*command.split(), language=language), "E-CONFIG", language)
    assert not home.database.exists()


@BOTH
def test_a_file_named_on_the_command_line_that_is_not_there_stops_the_command(home: Home, language: str) -> None:
    missing = home.folder / "gone.toml"
    ended = home.call("--config", str(missing), "sync", language=language)
    assert_is_sentence(ended, "E-CONFIG", language)
    assert str(missing) in ended.err


def test_the_setting_of_the_language_is_stronger_than_the_system(home: Home) -> None:
    home.configure('language = "zh_CN"\n')
    assert said("zh_CN", "This tablet has not joined yet.") in home.call("sync", language="en").err


# The database ---------------------------------------------------------------------------------------------------------


@BOTH
@DATABASE_COMMANDS
def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(home: Home, language: str, command: str) -> None:
    home.save("kept")
    with sqlite3.connect(home.database) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    before = home.database.read_bytes()
    assert_is_sentence(home.call(*command.split(), language=language), "E-NEWER", language)
    assert home.database.read_bytes() == before


@BOTH
@pytest.mark.parametrize("data", [b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_corrupt_database_is_refused_and_left_as_it_is(home: Home, language: str, data: bytes) -> None:
    home.database.parent.mkdir(parents=True)
    home.database.write_bytes(data)
    ended = home.call("sync", language=language)
    assert_is_sentence(ended, "E-CORRUPT", language)
    assert str(home.database) in ended.err
    assert home.database.read_bytes() == data


@BOTH
@pytest.mark.parametrize("command", ["sync", "enrol"])
def test_beside_a_running_app_a_writing_command_says_that_it_runs(home: Home, language: str, command: str) -> None:
    with open_tablet(home.database):
        ended = home.call(command, language=language)
    assert_is_sentence(ended, "E-OWNED", language)


@BOTH
def test_a_folder_that_cannot_be_used_is_not_called_a_full_disk(home: Home, language: str) -> None:
    home.configure(f'database = "{home.folder}/file/tablet.db"\n')
    (home.folder / "file").write_text("in the way")
    assert_is_sentence(home.call("sync", language=language), "E-FOLDER", language)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_the_right_to_write_is_named(home: Home) -> None:
    home.database.parent.mkdir(parents=True)
    home.database.parent.chmod(0o500)
    ended = home.call("sync")
    assert_is_sentence(ended, "E-FOLDER", "en")
    assert str(home.database) in ended.err


@BOTH
def test_a_full_disk_is_a_sentence(home: Home, language: str) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))

    assert_is_sentence(home.call("sync", language=language, before=no_room), "E-DISK", language)


# Ends that nobody asked for -------------------------------------------------------------------------------------------

CRASHING = """
import sys
from fieldapp.cli import main, sync_command
from fieldapp.cli.opening import configuration, opened_tablet
def run(args):
    with opened_tablet(configuration(args)):
        pin = "secret-pin-123456"
        try:
            int("secret-note 王小明")
        except ValueError as exc:
            raise RuntimeError("secret-name " + pin) from exc
sync_command.run = run
sys.exit(main(["sync"]))
"""


@BOTH
def test_a_fault_of_the_program_is_one_sentence_and_a_file_without_personal_data(home: Home, language: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASHING], capture_output=True, text=True, env=home.environment(language), check=False
    )
    assert done.returncode == CRASHED
    assert "E-CRASH" in done.stderr
    assert "Traceback" not in done.stderr
    (file,) = home.database.parent.glob("crash-*.txt")
    assert str(file) in done.stderr
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text()
    assert "RuntimeError" in text
    assert "ValueError" in text
    for kept in (text, (home.database.parent / "fieldapp.log").read_text()):
        assert "secret" not in kept
        assert "王小明" not in kept


def test_only_the_newest_crash_files_are_kept(home: Home) -> None:
    home.database.parent.mkdir(parents=True)
    for number in range(9):
        (home.database.parent / f"crash-2020010{number}T000000Z-Old.txt").write_text("old")
    subprocess.run([sys.executable, "-c", CRASHING], capture_output=True, env=home.environment(), check=False)
    names = sorted(file.name for file in home.database.parent.glob("crash-*.txt"))
    assert len(names) == 5
    assert names[-1].endswith("RuntimeError.txt")


def test_an_interrupted_command_ends_without_a_traceback(home: Home) -> None:
    with home.running("devices", "decode", "--model", "line") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("read\r\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == INTERRUPTED
        assert process.stderr.read() == ""


def test_a_reader_that_has_enough_ends_the_command_quietly(home: Home, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_bytes(b"".join(b"line %d\r\n" % number for number in range(200_000)))
    command = " ".join(fieldapp("devices", "decode", "--model", "line", str(lines)))
    done = subprocess.run(
        ["sh", "-c", f"{command} | head -n 2"], capture_output=True, env=home.environment(), check=False, timeout=60
    )
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == b""


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_an_output_that_cannot_be_written_is_a_sentence_or_nothing(home: Home, redirection: str) -> None:
    command = " ".join(fieldapp("doctor"))
    done = subprocess.run(
        ["sh", "-c", f"{command} {redirection}"], capture_output=True, env=home.environment(), check=False, timeout=60
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_terminal_of_another_encoding_gets_escapes_instead_of_an_error(home: Home) -> None:
    ended = home.call("doctor", language="zh_CN", env={"PYTHONIOENCODING": "ascii"})
    assert ended.status == 1
    assert "E-CRASH" not in ended.err
