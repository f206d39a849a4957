"""Programs that are switched on and off: the on-screen keyboard and larger letters; nobody waits for them."""

import sys
import threading
from pathlib import Path

import pytest

from fieldapp import switched
from fieldapp.app import FieldApp
from fieldapp.switched import SwitchedProgram, larger_letters
from fieldapp.widgets.plain import TypingLine
from tests.fieldapp.fakes import make_world
from tests.fieldapp.rest import come_to_rest
from tests.fieldapp.robot import robot_in

PATIENCE_S = 20

SAY = "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2] + ' ')"
"""A keyboard that writes down what it is told."""


def _keyboard(command: list[str]) -> SwitchedProgram:
    return SwitchedProgram("keyboard", command, ("show", "hide"))


def called(keyboard: SwitchedProgram) -> None:
    """Wait until nothing is being called any more."""
    for thread in threading.enumerate():
        if thread.name == "keyboard":
            thread.join(PATIENCE_S)
    assert not keyboard._is_calling


def test_it_is_called_once_for_a_change_and_not_for_what_it_already_is(tmp_path: Path) -> None:
    said = tmp_path / "said"
    keyboard = _keyboard([sys.executable, "-c", SAY, str(said)])
    for is_wanted in (False, True, True, False, False):
        keyboard.want(is_wanted)
        called(keyboard)
    assert said.read_text() == "show hide "


def test_of_several_wishes_during_a_call_the_last_one_counts(tmp_path: Path) -> None:
    said, gate = tmp_path / "said", tmp_path / "gate"
    script = f"while [ ! -e '{gate}' ]; do sleep 0.02; done; echo $1 >> '{said}'"
    keyboard = _keyboard(["sh", "-c", script, "keyboard"])
    for is_wanted in (True, False, True, False):
        keyboard.want(is_wanted)
    gate.touch()
    called(keyboard)
    assert said.read_text().split() == ["show", "hide"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [(["/nowhere/at/all"], "No such file or directory"), ([sys.executable, "-c", "raise SystemExit(3)"], "exit 3")],
)
def test_what_goes_wrong_is_in_the_log_and_asked_for_again_at_the_next_line(
    command: list[str], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    keyboard = _keyboard(command)
    for is_wanted in (True, False, True):
        keyboard.want(is_wanted)
        called(keyboard)
    assert caplog.messages == [f"keyboard_not_called reason={reason}"] * 3


def test_a_command_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(switched, "LONGEST_S", 0.05)
    keyboard = _keyboard([sys.executable, "-c", "import time; time.sleep(60)"])
    keyboard.want(True)
    called(keyboard)
    assert caplog.messages == ["keyboard_not_called reason=timeout"]


class FakeSwitch:
    """Remembers what was wanted."""

    def __init__(self) -> None:
        self.wishes: list[bool] = []

    def want(self, is_wanted: bool) -> None:
        self.wishes.append(is_wanted)


async def test_the_app_calls_it_for_a_line_to_type_in_and_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FieldApp, "set_timer", lambda app, _s, then: app.call_later(then))
    keyboard = FakeSwitch()
    async with robot_in(make_world().signed_in(), keyboard=keyboard) as robot:
        await robot.press("2", "1")
        assert not isinstance(robot.app.focused, TypingLine)
        assert True not in keyboard.wishes
        await robot.press("9")
        assert isinstance(robot.app.focused, TypingLine)
        await come_to_rest(robot.app)
        assert keyboard.wishes[-1] is True
        await robot.press("escape")
        await come_to_rest(robot.app)
        assert keyboard.wishes[-1] is False


async def test_the_size_key_makes_the_terminals_letters_large_where_it_can_and_leaves_tiles_as_they_are() -> None:
    letters = FakeSwitch()
    world = make_world().signed_in()
    async with robot_in(world, letters=letters) as robot:
        assert letters.wishes == [False]
        await robot.press("z")
        assert letters.wishes[-1] is True
        assert not robot.app.has_class("-large")
        await robot.press("t")
        assert letters.wishes[-1] is True
    async with robot_in(world, letters=letters) as robot:
        assert letters.wishes[-1] is True
        await robot.press("z")
        assert letters.wishes[-1] is False
    async with robot_in(world) as robot:
        await robot.press("z")
        assert robot.app.has_class("-large")


def test_larger_letters_are_asked_for_by_a_word(tmp_path: Path) -> None:
    said = tmp_path / "said"
    letters = larger_letters([sys.executable, "-c", SAY, str(said)])
    assert letters is not None
    for is_wanted in (True, False):
        letters.want(is_wanted)
        for thread in threading.enumerate():
            if thread.name == "letters":
                thread.join(PATIENCE_S)
    assert said.read_text() == "large usual "
    assert larger_letters([]) is None
