"""Nothing typed is lost and nothing is called saved that is not: kills, full disks, locks, colleagues."""

import asyncio
import os
import signal

import pytest

from fieldapp.form_panel import DRAFT_AFTER_S
from fieldapp.messages import LinkChanged, ReaderFault
from fieldapp.screen_roles import HasStage
from fieldapp.screens import made_screen
from fieldapp.widgets.line import PlainInput
from sync.journal import SyncFault, SyncStatus
from sync.records import CaseReport
from tests.fieldapp.fakes import BADGE_2, PIN_1, PIN_2, PLATE_ENTRANCE_11, DiskFull, World, make_world
from tests.fieldapp.robot import Robot, robot_in


async def half_a_problem(robot: Robot) -> None:
    await robot.scan(PLATE_ENTRANCE_11)
    await robot.press("2", "1", "9")
    await robot.type("lamp is out")


async def test_after_a_kill_the_app_opens_in_the_same_field_of_the_same_form() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await half_a_problem(robot)
        await asyncio.sleep(DRAFT_AFTER_S)
        await robot.settle()
        stored = world.services.forms.values("problem")
    assert stored["description"] == "lamp is out"
    async with robot_in(world.restarted()) as robot:
        assert robot.panel == "problem"
        assert robot.sees("lamp is out")
        await robot.type(" again")
        await robot.press("enter", "enter")
        case = robot.body()
        assert isinstance(case, CaseReport)
        assert case.description == "lamp is out again"


async def test_leaving_a_field_stores_it_at_once() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await half_a_problem(robot)
        await robot.press("escape")
        assert world.services.forms.values("problem")["description"] == "lamp is out"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stores_what_was_typed_and_ends_the_app(number: signal.Signals) -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await half_a_problem(robot)
        os.kill(os.getpid(), number)
        for _turn in range(50):
            await asyncio.sleep(0)
        assert world.services.forms.values("problem")["description"] == "lamp is out"
        assert robot.app.return_code == 128 + number


async def test_a_full_disk_is_said_with_its_code_and_the_shift_goes_on() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1")
        world.journal.fault = DiskFull("no room")
        await robot.press("enter")
        assert "E-DISK" in robot.word
        assert "Saved" not in robot.text
        assert robot.panel == "problem"
        world.journal.fault = None
        await robot.press("enter")
        assert isinstance(robot.body(), CaseReport)


async def test_an_arrival_that_could_not_be_saved_is_not_shown_as_one() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        world.journal.fault = DiskFull("no room")
        await robot.scan(PLATE_ENTRANCE_11)
        assert "E-DISK" in robot.word
        assert robot.panel == "today"


async def test_an_unforeseen_failure_is_a_sentence_and_the_app_goes_home(caplog: pytest.LogCaptureFixture) -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        world.journal.fault = ZeroDivisionError("nobody thought of this")
        await robot.press("1")
        assert "E-APP" in robot.word
        assert robot.panel == "today"
        world.journal.fault = None
        await robot.press("enter")
        assert robot.kinds == ["shift_start", "check_in", "check_in"]
    assert "turn_failed" in caplog.text


async def test_the_unlocking_person_finds_the_form_as_it_was() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await half_a_problem(robot)
        robot.app.used_at -= robot.world.services.session.idle_lock_s
        await robot.pilot.pause(1.1)
        await robot.settle()
        assert robot.panel == "SignInScreen"
        assert not robot.sees("lamp is out")
        await robot.press(*PIN_1)
        assert robot.panel == "problem"
        assert robot.sees("lamp is out")


async def test_a_colleague_who_signs_in_begins_at_home() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.tap(BADGE_2)
        await robot.press("1", *PIN_2)
        assert robot.panel == "today"
        assert robot.sees("网格员 2")


async def test_a_discarded_draft_is_asked_about_once() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "9")
        assert "Really discard" in [tile.option.face.label for _, tile in robot.tiles()]
        assert robot.world.services.forms.half_written()
        await robot.press("9")
        assert not robot.world.services.forms.half_written()
        assert robot.panel == "today"


async def test_a_number_that_looks_like_a_telephone_is_warned_of_once_and_never_blocks() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "9")
        await robot.type("call 13800138000")
        await robot.press("enter", "enter")
        assert robot.word == "Look again"
        assert robot.kinds[-1] == "check_in"
        await robot.press("enter")
        assert robot.kinds[-1] == "case_report"


async def test_the_status_line_says_offline_and_what_the_readers_do() -> None:
    world: World = make_world().signed_in()
    async with robot_in(world) as robot:
        world.exchange.become(SyncStatus("offline", fault=SyncFault("E-OFFLINE")))
        robot.app.post_message(LinkChanged("scan1", "scanner", "lost"))
        await robot.settle()
        assert robot.lines[0].count("Offline") == 1
        assert "scan lost" in robot.lines[0]


async def test_a_garbled_frame_asks_to_scan_once_more() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        robot.app.post_message(ReaderFault("scan1", "wrong_check"))
        await robot.settle()
        assert robot.word == "Not readable"


async def test_asking_a_screen_that_is_not_laid_out_for_its_stage_does_not_end_the_app() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        bare = made_screen("shift", robot.app._kit, None)
        assert not isinstance(bare, HasStage)
        assert isinstance(robot.app.screen, HasStage)


async def test_a_key_that_the_form_has_not_heard_of_yet_is_stored_when_the_program_is_ended() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "9")
        line = robot.app.screen.query_one(PlainInput)
        with line.prevent(PlainInput.Changed):
            line.value = "snow"

        screen = robot.app.screen
        assert isinstance(screen, HasStage)
        screen.stage.put_away_now()

        assert world.services.forms.values("problem")["description"] == "snow"
