"""Settings by key and touch, the tones, what the bar has no room for, and the status line as a way to the readers."""

import pytest
from msgspec.structs import replace

from fieldapp import __version__
from fieldapp.keymap import actions_of
from fieldapp.screens.today import TodayPanel
from fieldapp.services.today import Battery
from fieldapp.text import current_language
from fieldapp.widgets.action_bar import that_fit
from fieldapp.widgets.status_bar import StatusBar
from fieldapp.widgets.tile import Face, Option
from tests.fieldapp.fake_devices import FakeDevices
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, PLATE_STRANGE, make_world
from tests.fieldapp.placed_grid import placed_grid
from tests.fieldapp.rest import resize
from tests.fieldapp.robot import Robot, robot_in


class FakeSounds:
    """Remembers what it was to play."""

    def __init__(self) -> None:
        self.played: list[str] = []

    def play(self, sound: str) -> None:
        self.played.append(sound)


def bells(robot: Robot, patch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by one for each bell."""
    rung: list[int] = []
    patch.setattr(robot.app, "bell", lambda: rung.append(1))
    return rung


async def test_settings_are_one_key_away_and_each_is_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    world, sounds = make_world().signed_in(), FakeSounds()
    async with robot_in(world, sounds=sounds) as robot:
        await robot.press("s")
        assert robot.panel == "settings"
        assert robot.sees(__version__)
        await robot.press("2")
        assert robot.app.theme == "night"
        await robot.touch("settings.size")
        assert robot.app.theme == "night-large"
        assert world.settings.get("ui.theme") == "night-large"
        await robot.press("5", "6")
        assert sounds.played == ["accepted", "look"]
        await robot.press("4")
        assert world.settings.get("ui.sounds") == "off"
        rung = bells(robot, monkeypatch)
        await robot.press("5", "6")
        assert sounds.played == ["accepted", "look"]
        assert not rung
        await robot.press("1")
        assert current_language() == "zh_CN"
        assert not robot.sees("Settings")
    async with robot_in(world.restarted(), sounds=sounds) as robot:
        assert robot.app.is_quiet


async def test_what_is_accepted_rings_once_and_what_must_be_looked_at_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    world, sounds = make_world().signed_in(), FakeSounds()
    async with robot_in(world, sounds=sounds) as robot:
        rung = bells(robot, monkeypatch)
        await robot.scan(PLATE_ENTRANCE_11)
        assert (sounds.played, len(rung)) == (["accepted"], 1)
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0")
        await robot.scan(PLATE_STRANGE)
        assert sounds.played[1:] == ["look", "look"]
        assert len(rung) == 5


async def test_nothing_sounds_accepted_before_it_is_on_disk() -> None:
    world, sounds = make_world().signed_in(), FakeSounds()
    async with robot_in(world, sounds=sounds) as robot:
        world.journal.fault = OSError("no room")
        await robot.scan(PLATE_ENTRANCE_11)
        assert "accepted" not in sounds.played


async def test_the_smallest_screen_reaches_every_action_of_home_by_touch() -> None:
    async with robot_in(make_world().signed_in(), size=(56, 18), devices=FakeDevices()) as robot:
        await robot.touch("today.more")
        shown = {tile.option.press for _field, tile in robot.tiles()}
        home = robot.app.screen.query_one(TodayPanel)
        wanted = {action.id for action in actions_of("today") if action.spot == "bar" and home.is_shown(action)}
        assert wanted <= shown
        assert {"everywhere.help", "everywhere.language", "everywhere.look", "everywhere.size"} <= shown
        await robot.touch("today.settings")
        assert robot.panel == "settings"
        await robot.press("0", "e", "0")
        assert robot.sees("Check in")


def test_more_stands_in_the_bar_only_where_something_has_no_room() -> None:
    options = [Option(press, Face(label=press)) for press in ("one", "today.more", "two", "three")]
    assert [option.press for option in that_fit(options, 3)] == ["one", "two", "three"]
    assert [option.press for option in that_fit(options, 2)] == ["one", "today.more"]


def test_more_turns_to_what_had_no_room_and_back_to_the_first() -> None:
    options = [Option(press, Face(label=press)) for press in ("back", "a", "b", "c", "everywhere.more")]
    shown = [[option.press for option in that_fit(options, 3, turn)] for turn in range(3)]
    assert shown == [["back", "a", "everywhere.more"], ["b", "c", "everywhere.more"], ["back", "a", "everywhere.more"]]


async def test_what_undo_leaves_no_room_for_in_the_bar_is_a_touch_away() -> None:
    async with robot_in(make_world(placed_grid()).signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0", "r", "g")
        await robot.touch("everywhere.more")
        await robot.touch("map.open")
        assert robot.panel == "building"
        await robot.press("0", "e")
        assert "map.whole" in {tile.option.press for _field, tile in robot.tiles()}


async def test_the_status_line_leads_to_the_readers_and_leaves_the_form_below() -> None:
    async with robot_in(make_world().signed_in(), devices=FakeDevices()) as robot:
        await robot.press("2")
        await robot.pilot.click(StatusBar)
        await robot.settle()
        assert robot.panel == "devices"
        await robot.press("0")
        assert robot.panel == "problem"


async def test_battery_disk_and_clock_stand_in_the_status_line() -> None:
    world = make_world().signed_in()
    world.machine.free = 1 << 20
    world.services.today = replace(world.services.today, battery=lambda: Battery(14))
    async with robot_in(world, size=(160, 50)) as robot:
        line = robot.lines[0]
        assert "disk low" in line
        assert "battery 14%" in line
        assert "clock" in line
        await resize(robot.app, 56, 18)
        assert "14%" in robot.lines[0]
