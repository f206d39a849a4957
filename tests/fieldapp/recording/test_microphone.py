"""Real programs that record and play: bounded in time and bytes, ended with what they started, kept when they break."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from fieldapp.recording.microphone import SHORTEST_S, Microphone, Recording
from fieldapp.recording.sounds import NotHeard
from tests.fieldapp.fake_voice import wav

ENDLESS = wav(size=0x7FFFFFFF)[:44]
"""The head of a WAV whose length nobody knows yet."""


def program(folder: Path, body: str) -> tuple[str, ...]:
    """Return a program; it has `out`, and `head` of an endless WAV."""
    file = folder / "record.py"
    file.write_text(
        f"import os, signal, sys, time\nout = sys.stdout.buffer\nhead = {ENDLESS!r}\n"
        f"def say(data):\n    out.write(data); out.flush()\n{body}\n"
    )
    return (sys.executable, str(file))


def recorded(command: tuple[str, ...], *, seconds: float = 20.0, limit_bytes: int = 100_000) -> Recording:
    return Recording(command, seconds=seconds, limit_bytes=limit_bytes)


def until(is_so: object) -> None:
    """Wait until something is so; a hung program fails the test by its own clock."""
    ends_s = time.monotonic() + 30
    while not is_so():  # type: ignore[operator]  # a function without arguments
        assert time.monotonic() < ends_s, "it never came"


def test_a_program_that_records_until_it_is_told_closes_its_file(tmp_path: Path) -> None:
    closing = "def close(*_):\n    say(bytes(100)); sys.exit(0)\nsignal.signal(signal.SIGINT, close)\n"
    recording = recorded(program(tmp_path, f"{closing}say(head + bytes(1500))\nwhile True: time.sleep(9)"))
    until(lambda: recording.lasts_s > SHORTEST_S)
    assert recording.is_running
    assert recording.stop().data == wav()
    assert not recording.is_running


def test_one_that_is_stopped_at_once_was_a_slip(tmp_path: Path) -> None:
    recording = recorded(program(tmp_path, "say(head + bytes(1600))\nwhile True: time.sleep(9)"))
    with pytest.raises(NotHeard) as refused:
        recording.stop()
    assert refused.value.reason == "too_short"


@pytest.mark.parametrize("status", [0, 3])
def test_one_that_breaks_off_has_what_it_wrote_kept(tmp_path: Path, status: int) -> None:
    recording = recorded(program(tmp_path, f"say(head + bytes(1600)); sys.exit({status})"))
    until(lambda: not recording.is_running)
    assert recording.stop().data == wav()


def test_a_flood_ends_at_the_most_that_is_kept(tmp_path: Path) -> None:
    recording = recorded(program(tmp_path, "say(head)\nwhile True: say(bytes(65536))"), limit_bytes=30_044)
    until(lambda: not recording.is_running)
    assert recording.stop().data == wav(15_000)


def test_time_is_up_without_anybody_pressing(tmp_path: Path) -> None:
    recording = recorded(program(tmp_path, "say(head + bytes(1600))\nwhile True: time.sleep(9)"), seconds=0.8)
    until(lambda: not recording.is_running)
    assert recording.stop().data == wav()


@pytest.mark.parametrize(
    ("body", "reason"),
    [("sys.exit(1)", "program_failed"), ("pass", "no_sound"), ("say(b'<html>' * 99)", "no_sound")],
)
def test_a_program_that_gives_no_sound_is_refused(tmp_path: Path, body: str, reason: str) -> None:
    recording = recorded(program(tmp_path, body))
    until(lambda: not recording.is_running)
    with pytest.raises(NotHeard) as refused:
        recording.stop()
    assert refused.value.reason == reason


def test_what_the_program_started_ends_with_it(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    body = (
        "import subprocess\nchild = subprocess.Popen(['sleep', '99'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\nsay(head + bytes(1600))\nsignal.pause()"
    )
    recording = recorded(program(tmp_path, body))
    until(lambda: pid.exists() and pid.read_text() and recording.lasts_s > SHORTEST_S)
    recording.stop()
    state = Path(f"/proc/{pid.read_text()}/stat")
    until(lambda: not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_when_the_app_is_killed_no_microphone_stays_on(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    body = (
        "signal.signal(signal.SIGPIPE, signal.SIG_IGN)\n"
        f"try:\n    while True: say(bytes(160)); time.sleep(0.01)\nexcept OSError: open({str(ended)!r}, 'w')"
    )
    code = (
        "import os, time\nfrom fieldapp.recording.microphone import Recording\n"
        f"recording = Recording({program(tmp_path, body)!r}, seconds=60, limit_bytes=10**6)\n"
        "while not recording._data: time.sleep(0.01)\nos.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    until(ended.exists)


def test_programs_that_are_not_there_or_fail_say_so(tmp_path: Path) -> None:
    reasons = []
    mute = Microphone((), (), seconds=5, limit_bytes=1000)
    wrong = Microphone(("no-such-program-here",), ("no-such-program-here",), seconds=5, limit_bytes=1000)
    failing = Microphone((), (sys.executable, "-c", "raise SystemExit(2)"), seconds=5, limit_bytes=1000)
    for tried in (
        mute.start,
        lambda: mute.play(tmp_path),
        wrong.start,
        lambda: wrong.play(tmp_path),
        lambda: failing.play(tmp_path),
    ):
        with pytest.raises(NotHeard) as refused:
            tried()
        reasons.append(refused.value.reason)
    assert reasons == ["no_program", "no_player", "program_missing", "player_failed", "player_failed"]
    assert (mute.records, mute.plays, wrong.records, wrong.plays) == (False, False, True, True)


@pytest.mark.parametrize("words", [("{file}", "-q"), ("-q",)])
def test_the_player_is_given_the_file_without_a_shell(tmp_path: Path, words: tuple[str, ...]) -> None:
    heard = tmp_path / "heard"
    code = f"import sys; open({str(heard)!r}, 'w').write('|'.join(sys.argv[1:]))"
    file = tmp_path / "a; touch b"
    Microphone((), (sys.executable, "-c", code, *words), seconds=5, limit_bytes=1000).play(file)
    assert heard.read_text() == "|".join(word.replace("{file}", str(file)) for word in (*words, "{file}")[:2])
