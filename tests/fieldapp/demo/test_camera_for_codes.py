"""The demo's camera for codes: a wall, then the next plate, nearer and nearer until it is read."""

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

from devices.qr.codes import codes_in
from fieldapp.demo import SOCKET_VARIABLE
from fieldapp.demo.code_camera import NEARER_S, WALL_S, frames
from fieldapp.demo.control import DemoState
from fieldapp.demo.control_server import DemoServer
from tests.devices.hard_pictures import plate

SIZE = (320, 240)
FPS = 5
COMMAND = [sys.executable, "-m", "fieldapp.demo.code_camera", *map(str, SIZE), "50"]


def read_in(frame: bytes) -> list[str]:
    assert len(frame) == SIZE[0] * SIZE[1]
    return [code.text for code in codes_in(memoryview(frame).cast("B", (SIZE[1], SIZE[0])), plates_only=True)]


def test_a_wall_is_seen_first_and_at_last_the_plate_is_read() -> None:
    at_the_wall, on_the_way = round(WALL_S * FPS), round(NEARER_S * FPS)
    seen = [read_in(frame) for frame in islice(frames(plate(1), *SIZE, FPS), at_the_wall + on_the_way + 5)]
    assert seen[:at_the_wall] == [[]] * at_the_wall
    assert seen[-1] == [plate(1)]
    assert seen[at_the_wall] == [], "it is far away and out of focus at first"


def test_it_asks_the_demo_for_the_plate(tmp_path: Path) -> None:
    asked: list[str] = []

    def perform(action: str) -> DemoState:
        asked.append(action)
        return DemoState(True, "", "", "", plate(2))

    server = DemoServer(tmp_path / "socket", perform)
    environment = {**os.environ, SOCKET_VARIABLE: str(tmp_path / "socket")}
    try:
        with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as camera:
            assert camera.stdout is not None
            while read_in(camera.stdout.read(SIZE[0] * SIZE[1])) != [plate(2)]:
                continue
            camera.kill()
    finally:
        server.close()
    assert asked == ["aim"]


def test_without_a_demo_around_it_says_so_and_ends() -> None:
    environment = {name: value for name, value in os.environ.items() if name != SOCKET_VARIABLE}
    done = subprocess.run(COMMAND, capture_output=True, text=True, env=environment, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "demo" in done.stderr
