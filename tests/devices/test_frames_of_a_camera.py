"""Frames come from a program that may be absent, die, stop or talk; each ends in a word, and no process stays."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.frames import CameraSettings, CameraTrouble, FrameSource, NoFrames
from tests.devices.hard_pictures import code

SIZE = (64, 48)
FRAME = SIZE[0] * SIZE[1]
PATIENCE_S = 30.0
"""Far more than a busy machine needs to start a program; no test waits for it to pass."""


def program(script: str, **more: object) -> CameraSettings:
    """Return settings with a small program that writes frames."""
    command = (
        sys.executable,
        "-c",
        f"import os, sys, time\nout = sys.stdout.buffer\n{script}",
        "{width}x{height}@{fps}",
    )
    return CameraSettings(command=command, width=SIZE[0], height=SIZE[1], **more)  # type: ignore[arg-type] # as given


@pytest.fixture
def opened() -> Iterator[Callable[..., FrameSource]]:
    sources: list[FrameSource] = []

    def open_source(settings: CameraSettings, **times: float) -> FrameSource:
        sources.append(FrameSource(settings, **{"first_s": PATIENCE_S, "next_s": PATIENCE_S, **times}))
        return sources[-1]

    yield open_source
    for source in sources:
        source.release()


def trouble_of(source: FrameSource) -> tuple[CameraTrouble, str]:
    try:
        while True:
            source.fill(bytearray(FRAME))
    except NoFrames as ended:
        return ended.trouble, ended.said


def is_gone(number: int) -> bool:
    """Return whether a process has ended, waiting for it at most the time a killed one needs."""
    for _look in range(500):
        try:
            with open(f"/proc/{number}/stat", encoding="ascii") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        threading.Event().wait(0.01)
    return False


def test_frames_are_cut_where_they_end_however_the_bytes_come(opened: Callable[..., FrameSource]) -> None:
    script = (
        f"data = b''.join(bytes([n]) * {FRAME} for n in (1, 2, 3))\n"
        "for at in range(0, len(data), 700): os.write(1, data[at:at + 700])"
    )
    source, frame = opened(program(script)), bytearray(FRAME)
    for number in (1, 2, 3):
        source.fill(frame)
        assert frame == bytes([number]) * FRAME


def test_the_words_of_the_command_are_filled_in() -> None:
    settings = CameraSettings("/dev/video9", ("take", "{device}", "{width}x{height}", "r={fps}", "{else}"), 640, 480, 3)
    assert settings.argv() == ["take", "/dev/video9", "640x480", "r=3", "{else}"]


def test_without_a_command_the_device_is_read_in_gray_and_in_the_size_that_is_expected() -> None:
    argv = CameraSettings("/dev/video0", width=1280, height=720, fps=5).argv()
    assert argv[0] == "ffmpeg"
    assert argv[argv.index("-i") + 1] == "/dev/video0"
    assert argv[argv.index("-pix_fmt") + 1] == "gray"
    assert "scale=1280:720" in argv[argv.index("-vf") + 1]


def test_a_program_that_ends_between_frames_is_lost(opened: Callable[..., FrameSource]) -> None:
    source = opened(program(f"out.write(bytes({FRAME}))"))
    assert trouble_of(source)[0] is CameraTrouble.LOST


def test_a_frame_that_is_too_short_is_never_given(opened: Callable[..., FrameSource]) -> None:
    source = opened(program(f"out.write(bytes({FRAME - 1}))"))
    with pytest.raises(NoFrames) as ended:
        source.fill(bytearray(FRAME))
    assert ended.value.trouble is CameraTrouble.LOST


def test_a_program_that_stops_is_silent_and_is_ended(opened: Callable[..., FrameSource], tmp_path: Path) -> None:
    script = (
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        f"out.write(bytes({FRAME})); out.flush(); time.sleep(600)"
    )
    source = opened(program(script), next_s=0.05)
    source.fill(bytearray(FRAME))
    assert trouble_of(source)[0] is CameraTrouble.SILENT
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_first_frame_that_never_comes_is_silent(opened: Callable[..., FrameSource]) -> None:
    assert trouble_of(opened(program("time.sleep(600)"), first_s=0.05))[0] is CameraTrouble.SILENT


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("[video4linux2] ioctl(VIDIOC_STREAMON): Device or resource busy", CameraTrouble.BUSY),
        ("Cannot open video device /dev/video0: Permission denied", CameraTrouble.DENIED),
        ("/dev/video0: No such file or directory", CameraTrouble.ABSENT),
        ("ioctl(VIDIOC_QUERYCAP): Inappropriate ioctl for device", CameraTrouble.ABSENT),
        ("something else", CameraTrouble.LOST),
    ],
)
def test_what_the_program_says_before_the_first_frame_tells_what_is_wrong(
    opened: Callable[..., FrameSource], said: str, trouble: CameraTrouble
) -> None:
    source = opened(program(f"sys.stderr.write({said!r}); sys.exit(1)"))
    assert trouble_of(source) == (trouble, said)


def test_after_a_frame_whatever_is_said_it_is_lost(opened: Callable[..., FrameSource]) -> None:
    source = opened(program(f"out.write(bytes({FRAME})); out.flush(); sys.stderr.write('No such device')"))
    assert trouble_of(source) == (CameraTrouble.LOST, "No such device")


def test_a_program_that_talks_without_end_brings_its_frames_and_fills_no_memory(
    opened: Callable[..., FrameSource],
) -> None:
    source = opened(program(f"for n in range(200): os.write(2, b'x' * 4000); n % 50 or os.write(1, bytes({FRAME}))"))
    for _frame in range(4):
        source.fill(bytearray(FRAME))
    assert len(trouble_of(source)[1]) <= 2048


def test_what_the_program_started_ends_with_it(opened: Callable[..., FrameSource]) -> None:
    script = (
        "import subprocess\n"
        "helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"out.write(str(helper.pid).encode().ljust({FRAME})); out.flush(); time.sleep(600)"
    )
    source, frame = opened(program(script)), bytearray(FRAME)
    source.fill(frame)
    source.close()
    assert is_gone(int(frame.strip()))


def test_closing_from_another_thread_ends_the_wait_for_a_frame(opened: Callable[..., FrameSource]) -> None:
    source = opened(program("time.sleep(600)"))
    closing = threading.Thread(target=source.close)
    closing.start()
    assert trouble_of(source)[0] is CameraTrouble.LOST
    closing.join()


@pytest.mark.needs("setpriv")
def test_the_program_ends_with_an_app_that_is_killed(tmp_path: Path) -> None:
    holder = (
        "import sys, time\n"
        "from devices.frames import CameraSettings, FrameSource\n"
        "FrameSource(CameraSettings(command=(sys.executable, '-c', sys.argv[1]), width=1, height=1))\n"
        "time.sleep(600)"
    )
    noted = tmp_path / "pid"
    script = (
        f"import os, time\nname = {str(noted)!r}\n"
        "open(name + '.new', 'w').write(str(os.getpid()))\nos.rename(name + '.new', name)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", holder, script]) as app:
        while not noted.exists():
            threading.Event().wait(0.01)
        app.kill()
    assert is_gone(int(noted.read_text()))


def test_a_program_that_is_not_installed_is_said() -> None:
    with pytest.raises(NoFrames) as absent:
        FrameSource(CameraSettings(command=("no-such-program-here",)))
    assert absent.value.trouble is CameraTrouble.NO_PROGRAM


def test_a_camera_that_is_not_plugged_in_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with pytest.raises(NoFrames) as absent:
        FrameSource(CameraSettings(str(tmp_path / "video0"), (sys.executable,)))
    assert absent.value.trouble is CameraTrouble.ABSENT


def test_a_camera_that_may_not_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "video0"
    device.touch()
    monkeypatch.setattr(os, "access", lambda path, _mode: path != str(device))
    with pytest.raises(NoFrames) as denied:
        FrameSource(CameraSettings(str(device), (sys.executable,)))
    assert denied.value.trouble is CameraTrouble.DENIED


@pytest.mark.needs("ffmpeg")
def test_a_file_that_is_no_camera_is_told_by_ffmpeg_as_absent(
    opened: Callable[..., FrameSource], tmp_path: Path
) -> None:
    (tmp_path / "video0").touch()
    source = opened(CameraSettings(str(tmp_path / "video0"), width=SIZE[0], height=SIZE[1]))
    assert trouble_of(source)[0] is CameraTrouble.ABSENT


@pytest.mark.needs("ffmpeg")
def test_frames_of_the_real_program_have_the_size_that_is_expected(
    opened: Callable[..., FrameSource], tmp_path: Path
) -> None:
    code("XG1").save(tmp_path / "code.png")
    usual = CameraSettings("/dev/video0", width=320, height=200).argv()
    picture = ("-loop", "1", "-i", str(tmp_path / "code.png"))
    command = ("ffmpeg", "-nostdin", "-loglevel", "error", *picture, *usual[usual.index("-vf") :])
    source, frame = opened(CameraSettings(command=command, width=320, height=200)), bytearray(320 * 200)
    for _frame in range(3):
        source.fill(frame)
        assert frame[0] < 32, "the band beside a square picture"
        assert frame[100 * 320 + 160 - 95] > 220, "the code's white border"
