"""The socket between the demo and its strip, and what the strip says."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldapp.demo.control import DemoState, ask, short_address
from fieldapp.demo.control_server import DemoServer
from fieldapp.demo.strip import StripActions
from fieldapp.text import current_language, use_language
from fieldapp.widgets.cells import width_of

PLACE = "双拥花园 1号楼 12单元"
STRIP_CELLS = 100 - 4
"""Room of the hint on a terminal of 100 columns."""

KEY_CELLS = 7
"""Room of a key's label there, with seven keys in a row."""


class Demo:
    """Answers as the demo does; what was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_online = True

    def perform(self, action: str) -> DemoState:
        self.asked.append(action)
        if action == "network":
            self.is_online = not self.is_online
        return DemoState(self.is_online, "http://127.0.0.1:8650/desk", "088564", PLACE)


@pytest.fixture
def demo() -> Demo:
    return Demo()


@pytest.fixture
def address(demo: Demo, tmp_path: Path) -> Iterator[str]:
    # Longer than the address of a socket may be.
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    server = DemoServer(folder / "control", demo.perform)
    yield str(server.path)
    server.close()
    assert list(folder.iterdir()) == []


@pytest.fixture(autouse=True, params=["zh_CN", "en"])
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = current_language()
    use_language(request.param)
    yield
    use_language(before)


@pytest.fixture
def strip(address: str) -> Callable[[bool], StripActions]:
    return lambda is_signed_in: StripActions(address, lambda: is_signed_in)


def test_an_action_is_performed_and_answered_with_how_the_demo_stands(address: str, demo: Demo) -> None:
    assert ask(address, "network").is_online is False
    assert ask(address, "look") == DemoState(False, "http://127.0.0.1:8650/desk", "088564", PLACE)
    assert demo.asked == ["network", "look"]


def test_whoever_asks_and_dies_disturbs_nobody(address: str, demo: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        with short_address(Path(address)) as short:
            line.connect(short)
        line.sendall(json.dumps({"do": "kill"}).encode() + b"\n")
    assert ask(address, "look").pin == "088564"
    assert "Traceback" not in capfd.readouterr().err


def test_every_label_fits_its_key(strip: Callable[[bool], StripActions]) -> None:
    actions = strip(True)
    labels = [action.label for action in actions.actions()]
    actions.run("network")
    labels += [action.label for action in actions.actions()]
    assert {label: width_of(label) for label in labels if width_of(label) > KEY_CELLS} == {}
    assert [action.key for action in actions.actions()] == ["f1", "f2", "f3", "f4", "f5", "f6", "f7"]


def test_the_hint_says_what_to_do_now_and_fits(strip: Callable[[bool], StripActions]) -> None:
    before, working = strip(False), strip(True)
    assert "F2" in before.hint()
    assert "088564" in before.hint()
    assert "F1" in working.hint()
    assert PLACE in working.hint()
    online = working.hint()
    working.run("network")
    assert "F4" in working.hint()
    offline = working.hint()
    working.run("desk")
    assert "http://127.0.0.1:8650/desk" in working.hint()
    for hint in (before.hint(), online, offline, working.hint()):
        assert width_of(hint) <= STRIP_CELLS


def test_a_demo_that_has_ended_is_said_and_kills_nothing(demo: Demo, tmp_path: Path) -> None:
    server = DemoServer(tmp_path / "control", demo.perform)
    actions = StripActions(str(server.path), lambda: True)
    server.close()
    assert actions.run("scan")
    assert len(actions.actions()) == 7


def test_while_plates_are_put_up_a_scan_is_a_new_plate(address: str, demo: Demo) -> None:
    strip = StripActions(address, lambda: True)
    strip.run("scan")
    strip.run("scan", "mount")
    strip.run("badge", "mount")
    assert demo.asked == ["look", "scan", "new_plate", "badge"]
