"""The configured camera as the app has it: frames of a real program are read, and closed means gone."""

import queue
import sys
import threading
from pathlib import Path

import pytest

from fieldapp.bootstrap import AimedCamera, code_camera
from fieldapp.config import TabletConfig
from tests.devices.hard_pictures import code, plate

SIDE = 360
SHOW = (
    "import sys, time\n"
    "frame = open(sys.argv[1], 'rb').read()\n"
    "while True:\n"
    "    sys.stdout.buffer.write(frame); sys.stdout.buffer.flush(); time.sleep(0.05)\n"
)


class Heard:
    """Takes what the camera tells, in order."""

    def __init__(self) -> None:
        self.news: queue.SimpleQueue[tuple[object, ...]] = queue.SimpleQueue()

    def viewed(self, width: int, height: int, gray: bytes, sight: str) -> None:
        self.news.put(("view", width, height, len(gray), sight))

    def code_read(self, text: str, _at_monotonic: float) -> None:
        self.news.put(("code", text))

    def camera_ended(self, trouble: str) -> None:
        self.news.put(("end", trouble))

    def next(self, kind: str) -> tuple[object, ...]:
        while (news := self.news.get(timeout=60))[0] != kind:
            continue
        return news


def camera_showing(folder: Path, text: str) -> AimedCamera:
    (folder / "frame").write_bytes(code(text).resize((SIDE, SIDE)).tobytes())
    command = (sys.executable, "-c", SHOW, str(folder / "frame"))
    camera = code_camera(TabletConfig(camera_command=command, camera_width=SIDE, camera_height=SIDE))
    assert camera is not None
    return camera


def test_without_a_camera_in_the_settings_there_is_none() -> None:
    assert code_camera(TabletConfig()) is None
    assert code_camera(TabletConfig(camera_device="/dev/video0")) is not None


def test_a_plate_before_the_camera_is_read_and_shown_in_the_room_there_is(tmp_path: Path) -> None:
    threads, heard, camera = threading.active_count(), Heard(), camera_showing(tmp_path, plate(1))
    camera.fit(30, 20)
    camera.open(heard)
    assert heard.next("code") == ("code", plate(1))
    assert heard.next("view") == ("view", 20, 20, 400, "read")
    camera.close()
    assert threading.active_count() == threads, "nobody is left who could tell more"
    camera.close()


def test_it_can_be_opened_again_and_reads_the_same_plate_again(tmp_path: Path) -> None:
    camera = camera_showing(tmp_path, plate(2))
    for _time in range(2):
        heard = Heard()
        camera.open(heard)
        assert heard.next("code") == ("code", plate(2))
        camera.close()


@pytest.mark.parametrize(
    ("config", "trouble"),
    [
        (TabletConfig(camera_command=("no-such-program-here",)), "no_program"),
        (TabletConfig(camera_device="/nowhere/video0", camera_command=(sys.executable,)), "absent"),
        (TabletConfig(camera_command=(sys.executable, "-c", "")), "lost"),
    ],
)
def test_what_is_wrong_is_told(config: TabletConfig, trouble: str) -> None:
    heard, camera = Heard(), code_camera(config)
    assert camera is not None
    camera.open(heard)
    assert heard.next("end") == ("end", trouble)
    camera.close()
