"""Two tones: files that differ, a program that is called with them, and nobody who waits for it."""

import io
import sys
import threading
import wave
from pathlib import Path

import pytest

from fieldapp import sounds
from fieldapp.sounds import Sound, Sounds, tone_bytes

SAY = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
"""A program that writes down which file it was to play."""


def samples(sound: Sound) -> bytes:
    with wave.open(io.BytesIO(tone_bytes(sound))) as read:
        assert (read.getnchannels(), read.getsampwidth()) == (1, 1)
        return read.readframes(read.getnframes())


def test_the_two_tones_differ_in_length_and_in_rhythm() -> None:
    accepted, look = samples("accepted"), samples("look")
    assert len(look) > 2 * len(accepted)
    assert max(accepted) > 190
    silence = bytes([128]) * 800
    assert silence in look
    assert silence not in accepted


@pytest.mark.parametrize("sound", ["accepted", "look"])
def test_the_program_is_given_the_file_where_it_says(tmp_path: Path, sound: Sound) -> None:
    said = tmp_path / "said"
    player = Sounds([sys.executable, "-c", SAY, str(said), "file={sound}"], tmp_path / "tones")
    assert player.trouble(sound) == ""
    assert said.read_text() == f"file={tmp_path / 'tones' / sound}.wav"
    assert (tmp_path / "tones" / f"{sound}.wav").read_bytes() == tone_bytes(sound)


def test_without_a_place_for_it_the_file_comes_last(tmp_path: Path) -> None:
    said = tmp_path / "said"
    assert Sounds([sys.executable, "-c", SAY, str(said)], tmp_path / "tones").trouble() == ""
    assert said.read_text() == str(tmp_path / "tones" / "accepted.wav")


def test_a_name_with_shell_words_in_it_is_one_argument(tmp_path: Path) -> None:
    said, folder = tmp_path / "said", tmp_path / "a; touch pwned $(id)"
    assert Sounds([sys.executable, "-c", SAY, str(said)], folder).trouble() == ""
    assert said.read_text() == str(folder / "accepted.wav")


@pytest.mark.parametrize(
    ("command", "reason"),
    [(["/nowhere/at/all"], "No such file or directory"), ([sys.executable, "-c", "import sys; sys.exit(3)"], "exit 3")],
)
def test_what_went_wrong_is_told_to_whoever_asks_and_to_nobody_else(
    tmp_path: Path, command: list[str], reason: str
) -> None:
    player = Sounds(command, tmp_path)
    assert player.trouble() == reason
    player.play("accepted")


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "LONGEST_S", 0.2)
    assert Sounds([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path).trouble() == "timeout"


def test_a_tone_that_comes_while_one_is_played_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Sound] = []
    begun, end = threading.Event(), threading.Event()

    def slow(_player: Sounds, sound: Sound) -> str:
        played.append(sound)
        begun.set()
        end.wait(10)
        return ""

    monkeypatch.setattr(Sounds, "trouble", slow)
    player = Sounds(["unused"], tmp_path)
    player.play("accepted")
    assert begun.wait(10)
    player._play("look")
    end.set()
    assert played == ["accepted"]
