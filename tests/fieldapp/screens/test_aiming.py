"""Aiming the camera: what is read does what a scan does, hints help, after 8 s the code is typed, 0 turns it off."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fieldapp.presentation.aiming import CODES
from fieldapp.text import use_language
from sync.records import CaseReport, CheckIn
from tests.fieldapp.fake_code_camera import FakeCodeCamera
from tests.fieldapp.fakes import (
    BADGE_1,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_STRANGE,
    World,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in


class Aimer:
    """A robot with a camera."""

    def __init__(self, robot: Robot, camera: FakeCodeCamera, world: World) -> None:
        self.robot, self.camera, self.world = robot, camera, world

    async def sees(self, sight: str = "nothing", *, after_ms: int = 0) -> None:
        """Hold something in front of the camera, after so long."""
        self.world.clock.advance(after_ms / 1000)
        self.camera.show(sight)
        await self.robot.settle()

    async def reads(self, text: str) -> None:
        """Hold a code in front of the camera."""
        self.camera.read(text)
        self.camera.show("read")
        await self.robot.settle()


@asynccontextmanager
async def aiming(*keys: str, world: World | None = None, **arguments: object) -> AsyncIterator[Aimer]:
    """Start the app with a camera and press the keys."""
    camera, used = FakeCodeCamera(), world or make_world().signed_in()
    async with robot_in(used, camera=camera, **arguments) as robot:  # type: ignore[arg-type] # what the robot takes
        await robot.press(*keys)
        yield Aimer(robot, camera, used)
    assert not camera.is_on


async def test_a_plate_that_is_aimed_at_is_checked_in_at_with_one_key() -> None:
    async with aiming("a") as aimer:
        assert aimer.robot.panel == "aim"
        await aimer.sees()
        await aimer.reads(PLATE_ENTRANCE_11)
        assert aimer.robot.panel == "arrived"
        assert aimer.robot.word == "Arrived, saved"
        assert aimer.robot.keys == 1
        arrival = aimer.robot.body()
        assert isinstance(arrival, CheckIn)
        assert arrival.method == "qr"
        assert not aimer.camera.is_on


async def test_the_record_is_the_one_that_a_scan_engine_makes() -> None:
    async with aiming("a") as aimer:
        await aimer.reads(PLATE_ENTRANCE_11)
        await aimer.robot.scan(PLATE_ENTRANCE_12)
        aimed, scanned = aimer.robot.body(-2), aimer.robot.body(-1)
        assert isinstance(aimed, CheckIn)
        assert isinstance(scanned, CheckIn)
        assert (aimed.method, aimed.tag and aimed.tag.medium, aimed.tag and aimed.tag.quality) == (
            scanned.method,
            scanned.tag and scanned.tag.medium,
            scanned.tag and scanned.tag.quality,
        )


async def test_inside_a_form_the_plate_becomes_its_place_and_the_camera_is_off() -> None:
    async with aiming() as aimer:
        await aimer.robot.scan(PLATE_ENTRANCE_11)
        await aimer.robot.press("2", "1", "1", "4", "a")
        assert aimer.robot.panel == "aim"
        await aimer.reads(PLATE_ENTRANCE_12)
        assert aimer.robot.panel == "problem"
        assert not aimer.camera.is_on
        await aimer.robot.press("1")
        assert isinstance(aimer.robot.body(), CaseReport)


async def test_an_unknown_plate_leads_back_to_the_camera_by_one_key() -> None:
    async with aiming("a") as aimer:
        await aimer.reads(PLATE_STRANGE)
        assert aimer.robot.panel == "unknown"
        assert not aimer.camera.is_on
        await aimer.robot.press("4")
        assert aimer.robot.panel == "aim"
        assert aimer.camera.is_on


async def test_a_badge_that_is_tapped_meanwhile_does_what_it_does_anywhere() -> None:
    async with aiming("a") as aimer:
        await aimer.robot.tap(BADGE_1)
        assert aimer.robot.panel == "aim"
        assert aimer.camera.is_on


@pytest.mark.parametrize(
    ("sight", "words"),
    [
        ("nothing", "Hold the square into the frame"),
        ("dark", "turn on the lamp"),
        ("far", "Closer"),
        ("unread", "Wipe the plate"),
    ],
)
async def test_what_is_seen_says_what_to_do(sight: str, words: str) -> None:
    async with aiming("a") as aimer:
        await aimer.sees(sight)
        assert aimer.robot.sees(words)


async def test_when_nothing_is_seen_for_a_while_it_says_to_come_closer() -> None:
    async with aiming("a") as aimer:
        await aimer.sees()
        await aimer.sees(after_ms=3000)
        assert aimer.robot.sees("Closer: fill the frame")


async def test_the_picture_is_shown_as_large_as_there_is_room() -> None:
    async with aiming("a") as aimer:
        columns, rows = aimer.camera.room
        assert columns > 60
        assert rows > 20
        await aimer.sees()
        assert any(set(line.strip()) & set("*#%@") for line in aimer.robot.lines), "shades, as tests have no colours"


async def test_after_eight_seconds_it_gives_way_to_typing_and_says_so() -> None:
    async with aiming("a") as aimer:
        await aimer.sees()
        await aimer.sees(after_ms=7999)
        assert aimer.robot.panel == "aim"
        await aimer.sees(after_ms=1)
        assert aimer.robot.panel == "code"
        assert aimer.robot.word == "Not read"
        assert aimer.robot.sees("Not read in 8 s")
        assert not aimer.camera.is_on
        await aimer.robot.type(PLATE_ENTRANCE_11)
        await aimer.robot.press("enter")
        assert aimer.robot.panel == "arrived"
        assert aimer.camera.opened == 1


async def test_the_seconds_in_which_the_camera_wakes_do_not_count() -> None:
    async with aiming("a") as aimer:
        aimer.world.clock.advance(30)
        await aimer.sees()
        assert aimer.robot.panel == "aim"


async def test_a_code_that_is_read_and_does_nothing_here_begins_the_seconds_anew() -> None:
    async with aiming("a") as aimer:
        await aimer.sees()
        aimer.world.clock.advance(7)
        await aimer.robot.tap(BADGE_1)
        aimer.camera.read(PLATE_ENTRANCE_11[:10])
        await aimer.robot.settle()
        await aimer.robot.press("4")
        await aimer.sees()
        await aimer.sees(after_ms=7000)
        assert aimer.robot.panel == "aim"


async def test_the_way_back_from_typing_does_not_turn_the_camera_on() -> None:
    async with aiming("a") as aimer:
        await aimer.robot.press("2")
        assert aimer.robot.panel == "code"
        assert not aimer.robot.sees("Not read in 8 s")
        await aimer.robot.press("escape")
        assert aimer.robot.panel == "today"
        assert aimer.camera.opened == 1


async def test_zero_goes_back_and_the_camera_is_off() -> None:
    async with aiming("a") as aimer:
        await aimer.sees()
        assert aimer.camera.is_on
        await aimer.robot.press("0")
        assert aimer.robot.panel == "today"
        assert not aimer.camera.is_on


async def test_a_locked_tablet_has_its_camera_off_and_asks_before_it_goes_on() -> None:
    async with aiming("a") as aimer:
        aimer.robot.app.used_at -= aimer.world.services.session.idle_lock_s + 1
        aimer.robot.app._tick()
        await aimer.robot.settle()
        assert aimer.robot.panel == "SignInScreen"
        assert not aimer.camera.is_on


async def test_help_over_it_turns_the_camera_off_and_its_end_on_again() -> None:
    async with aiming("a") as aimer:
        await aimer.robot.press("h")
        await aimer.sees()
        assert not aimer.camera.is_on
        await aimer.robot.press("0")
        aimer.robot.app.screen.query_one("#aim").tick()  # type: ignore[attr-defined] # the panel of that id
        await aimer.robot.settle()
        assert aimer.camera.is_on
        await aimer.sees("far")
        assert aimer.robot.sees("Closer")


async def test_a_late_frame_of_a_camera_that_is_off_changes_nothing() -> None:
    async with aiming("a") as aimer:
        news = aimer.camera.news
        assert news is not None
        await aimer.robot.press("0")
        aimer.world.clock.advance(60)
        news.viewed(2, 2, bytes(4), "nothing")
        news.camera_ended("lost")
        await aimer.robot.settle()
        assert aimer.robot.panel == "today"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("trouble", sorted(CODES))
async def test_what_is_wrong_with_the_camera_is_said_with_its_code_and_what_to_do(trouble: str, language: str) -> None:
    use_language(language)  # type: ignore[arg-type] # one of ours
    async with aiming("a") as aimer:
        aimer.camera.end(trouble)
        await aimer.robot.settle()
        assert aimer.robot.sees(CODES[trouble])
        assert aimer.robot.panel == "aim"


async def test_after_a_trouble_one_key_tries_again_and_another_types() -> None:
    async with aiming("a") as aimer:
        assert not aimer.robot.sees("Aim again")
        aimer.camera.end("lost")
        aimer.camera.close()
        await aimer.robot.settle()
        assert aimer.robot.sees("Aim again")
        await aimer.robot.press("1")
        assert aimer.camera.opened == 2
        await aimer.sees("far")
        assert aimer.robot.sees("Closer")
        aimer.camera.end("busy")
        await aimer.robot.settle()
        await aimer.robot.press("2")
        assert aimer.robot.panel == "code"


async def test_it_is_offered_beside_the_list_of_places() -> None:
    async with aiming("1", "a") as aimer:
        assert aimer.robot.panel == "aim"
        await aimer.reads(PLATE_ENTRANCE_11)
        assert aimer.robot.panel == "arrived"


async def test_without_a_camera_the_list_of_places_says_why_it_cannot_be_and_others_do_not_show_it() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("a")
        assert robot.panel == "today"
        assert not robot.sees("Aim")
        await robot.press("1", "a")
        assert robot.panel == "places"
        assert robot.word == "Aim"
        assert robot.sees("No camera")
        await robot.scan(PLATE_STRANGE)
        await robot.press("4", "a")
        assert robot.panel == "unknown"
