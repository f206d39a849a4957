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
    assert Sounds([sys.executable, "-c", SAY, str(said)], tmp_path / "tones").trouble("accepted") == ""
    assert said.read_text() == str(tmp_path / "tones" / "accepted.wav")


def test_a_name_with_shell_words_in_it_is_one_argument(tmp_path: Path) -> None:
    said, folder = tmp_path / "said", tmp_path / "a; touch pwned $(id)"
    assert Sounds([sys.executable, "-c", SAY, str(said)], folder).trouble("accepted") == ""
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


def test_of_tones_that_come_while_one_is_played_the_last_one_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Sound] = []
    begun, end, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(_player: Sounds, sound: Sound) -> str:
        played.append(sound)
        begun.set()
        end.wait(10)
        if len(played) > 1:
            ended.set()
        return ""

    monkeypatch.setattr(Sounds, "trouble", slow)
    player = Sounds(["unused"], Path("unused"))
    player.play("accepted")
    assert begun.wait(10)
    player.play("accepted")
    player.play("look")
    end.set()
    assert ended.wait(10)
    assert played == ["accepted", "look"]


def test_a_tone_that_could_not_be_written_whole_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    player = Sounds(["true"], tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        assert player.trouble("look") == "No space left on device"
    assert not (tmp_path / "look.wav").exists()
    assert player.trouble("look") == ""
    assert (tmp_path / "look.wav").read_bytes() == tone_bytes("look")


def test_whoever_only_asks_hears_nothing(tmp_path: Path) -> None:
    assert Sounds(["true"], tmp_path).trouble() == ""
    with wave.open(str(tmp_path / "silence.wav")) as read:
        assert set(read.readframes(read.getnframes())) == {128}
