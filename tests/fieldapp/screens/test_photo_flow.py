"""Photos on the problem form: five keys in all, never in the way of the form, never lost, and what fails is said."""

import threading
from collections.abc import Callable

import pytest

from fieldapp.services.photo_field import photos_in
from fieldapp.services.photos import ROOM_BYTES
from sync.journal import MediaProgress
from sync.records import CaseReport, Visit
from tests.fieldapp.fake_photos import FakeCamera, made_picture
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, World, make_world
from tests.fieldapp.robot import Robot, robot_in

REVIEW = ("2", "1", "1")
"""Problem, category, phrase."""


def world_with(*names: str) -> World:
    world = make_world().signed_in()
    for place, name in enumerate(names):
        world.camera.put(name, world.clock.now_ms() - 20_000 - place * 1000)
    return world


def photos_of(robot: Robot) -> int:
    body = robot.body()
    assert isinstance(body, CaseReport | Visit)
    return len(body.media)


async def test_a_problem_with_category_phrase_and_photo_is_five_keys_and_no_typing() -> None:
    async with robot_in(world_with("a.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7", "1")
        assert robot.kinds[-1] == "case_report"
        assert photos_of(robot) == 1
        assert robot.keys == 5


async def test_five_keys_typed_ahead_report_with_the_photo() -> None:
    async with robot_in(world_with("a.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press_at_once(*REVIEW, "7", "1")
        assert robot.kinds[-1] == "case_report"
        assert photos_of(robot) == 1


async def test_the_form_says_how_many_photos_there_are() -> None:
    async with robot_in(world_with("a.jpg", "b.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        assert robot.word == "Photo added"
        assert robot.sees("Photos 1")
        await robot.press("7")
        assert robot.sees("Photos 2")


async def test_a_picture_that_appears_while_the_form_is_open_is_offered() -> None:
    async with robot_in(world_with()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        assert not robot.sees("New picture")
        robot.world.camera.put("now.jpg", robot.world.clock.now_ms())
        robot.app.screen.query_one("#problem").tick()  # type: ignore[attr-defined] # the panel of that id
        await robot.settle()
        assert robot.sees("New picture")


async def test_without_a_camera_nothing_of_photos_is_shown() -> None:
    async with robot_in(make_world(camera=FakeCamera(is_there=False)).signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        assert not robot.sees("Photo")
        await robot.press("7", "8", "1")
        assert robot.kinds[-1] == "case_report"


async def test_no_new_picture_shows_the_older_ones_to_choose_from() -> None:
    world = make_world().signed_in()
    world.camera.put("morning.jpg", world.clock.now_ms() - 3_600_000)
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        assert robot.word == "No photo"
        await robot.press("up")
        assert robot.sees("morning.jpg")
        await robot.press("1")
        assert robot.word == "Photo added"
        await robot.press("0", "1")
        assert photos_of(robot) == 1


async def test_a_photo_is_looked_at_and_removed_at_the_second_press() -> None:
    async with robot_in(world_with("a.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7", "8", "1")
        assert robot.panel == "photo"
        assert robot.sees("Photo 1 of 1")
        assert any(set(line.strip()) & set("*#%@") for line in robot.lines), "shades, as tests have no colours"
        await robot.press("9")
        assert robot.sees("Really remove")
        await robot.press("9")
        assert robot.panel == "problem"
        await robot.press("1")
        assert photos_of(robot) == 0


async def test_the_next_photo_comes_by_one_key() -> None:
    async with robot_in(world_with("a.jpg", "b.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7", "7", "8", "1", "1")
        assert robot.sees("Photo 2 of 2")
        await robot.press("1")
        assert robot.sees("Photo 1 of 2")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda world: setattr(world.machine, "free", ROOM_BYTES - 1), "Too little room for photos"),
        (lambda world: world.darkroom.refuses.update({"a.jpg": "not_a_picture"}), "This is not a photo"),
        (lambda world: world.darkroom.refuses.update({"a.jpg": "damaged"}), "The picture is damaged"),
        (lambda world: world.darkroom.refuses.update({"a.jpg": "too_many_pixels"}), "The picture is too large"),
    ],
    ids=["disk", "svg", "damaged", "huge"],
)
async def test_a_photo_that_cannot_be_is_said_and_the_report_is_saved(
    prepare: Callable[[World], None], words: str
) -> None:
    world = world_with("a.jpg")
    prepare(world)
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        assert robot.word == "No photo"
        assert robot.sees(words)
        await robot.press("1")
        assert robot.kinds[-1] == "case_report"
        assert photos_of(robot) == 0


async def test_the_command_takes_one_where_no_picture_is_new() -> None:
    world = make_world(camera=FakeCamera(takes_pictures=True)).signed_in()
    world.camera.to_take.append(made_picture("taken.jpg", world.clock.now_ms()))
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        assert robot.sees("Take one")
        await robot.press("7", "1")
        assert photos_of(robot) == 1


async def test_a_camera_that_fails_is_said() -> None:
    world = make_world(camera=FakeCamera(takes_pictures=True)).signed_in()
    world.camera.refuses = "camera_slow"
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        assert robot.line == "The camera did not answer. Try again."


class Slow:
    """A darkroom that waits until it is let go; the app must not wait for it."""

    def __init__(self, world: World) -> None:
        self.gate = threading.Event()
        world.darkroom.meanwhile = lambda: self.gate.wait(20) and None

    async def press(self, robot: Robot, *keys: str) -> None:
        """Press keys while the photo is being made, until the stage has dealt with them."""
        for key in keys:
            robot.app.screen.stage.take(lambda stage, key=key: stage.take_key(key))  # type: ignore[attr-defined] # it has one
        for _turn in range(30):
            await robot.pilot.pause()

    async def end(self, robot: Robot) -> None:
        """Let the photo be made."""
        self.gate.set()
        await robot.settle()


async def test_while_a_photo_is_made_the_form_goes_on_and_a_report_waits_for_it() -> None:
    world = world_with("a.jpg")
    slow = Slow(world)
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        await slow.press(robot, "7")
        assert robot.sees("being made")
        await slow.press(robot, "3")
        assert robot.sees("Danger")
        await slow.press(robot, "1")
        assert robot.kinds[-1] == "check_in"
        assert robot.sees("Without it")
        await slow.end(robot)
        assert robot.kinds[-1] == "case_report"
        assert photos_of(robot) == 1


async def test_asked_again_it_reports_without_the_photo_which_goes_into_no_other_report() -> None:
    world = world_with("a.jpg")
    slow = Slow(world)
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        await slow.press(robot, "7", "1", "1")
        assert robot.kinds[-1] == "case_report"
        assert photos_of(robot) == 0
        await slow.press(robot, *REVIEW)
        await slow.end(robot)
        assert not robot.sees("Photos 1")


async def test_a_photo_that_fails_while_the_report_waits_leaves_the_report_to_be_decided() -> None:
    world = world_with("a.jpg")
    world.darkroom.refuses["a.jpg"] = "damaged"
    slow = Slow(world)
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        await slow.press(robot, "7", "1")
        await slow.end(robot)
        assert robot.word == "No photo"
        assert robot.kinds[-1] == "check_in"
        await robot.press("1")
        assert robot.kinds[-1] == "case_report"


async def test_whoever_leaves_the_form_finds_the_photo_in_it_later() -> None:
    world = world_with("a.jpg")
    slow = Slow(world)
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW)
        await slow.press(robot, "7", "0")
        await slow.end(robot)
        assert len(photos_in(world.services.forms.values("problem"))) == 1


async def test_photos_come_back_with_the_draft_after_a_kill() -> None:
    world = world_with("a.jpg")
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
    async with robot_in(world.restarted()) as robot:
        assert robot.panel == "problem"
        assert robot.sees("Photos 1")
        await robot.press("1")
        assert photos_of(robot) == 1


async def test_undo_brings_the_photos_back_with_the_form() -> None:
    async with robot_in(world_with("a.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7", "1", "u")
        assert robot.panel == "problem"
        assert robot.sees("Photos 1")


async def test_a_visit_takes_a_photo_among_the_further_fields() -> None:
    async with robot_in(world_with("a.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("4", "1", "9", "6", "0", "1")
        assert robot.kinds[-1] == "visit"
        assert photos_of(robot) == 1


async def test_the_photos_of_a_saved_record_can_be_looked_at_and_not_removed() -> None:
    async with robot_in(world_with("a.jpg")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7", "1", "4")
        await robot.press("1", "5")
        assert robot.panel == "photo"
        assert not robot.sees("Remove")


async def test_the_log_the_outbox_and_the_status_line_say_how_many_photos_have_arrived() -> None:
    world = world_with("a.jpg")
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7", "1")
        record = world.journal.rows[-1].record
        progress = MediaProgress(3, 8)
        world.media.progress_of = {None: progress, record.id: progress, record.shift: progress}
        world.journal.settle(len(world.journal.rows))
        await robot.press("4")
        assert robot.sees("Photos 3/8")
        assert robot.sees("Records sent")
        await robot.press("0", "5")
        assert robot.sees("Records sent  Photos 3/8  leave it on")
        world.media.progress_of = {None: MediaProgress(8, 8)}
        await robot.press("0", "5")
        assert robot.sees("may be switched off")
        await robot.press("0")
        assert robot.sees("All sent")


async def test_home_counts_the_photos_of_the_shift() -> None:
    world = world_with("a.jpg")
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        shift = world.journal.rows[-1].record.shift
        world.media.progress_of = {None: MediaProgress(238, 243), shift: MediaProgress(3, 8)}
        await robot.press("0")
        assert robot.sees("Photos 3/8")
        world.media.progress_of = {None: MediaProgress(230, 243), shift: MediaProgress(3, 8)}
        await robot.press("4", "0")
        assert robot.sees("Photos 230/243")
