"""What is half written stays where it was begun: no report goes to another door, and several wait side by side."""

from fieldapp.services.forms import AMENDS
from sync.records import CaseReport, Visit, Void
from tests.fieldapp.fakes import (
    ENTRANCE_11,
    ENTRANCE_12,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in
from tests.fieldapp.screens.test_mending import in_outbox, kept_apart


def last_check_in(robot: Robot, entrance: str) -> str:
    """Return the id of the newest check-in at a door."""
    rows = [row.record for row in robot.world.journal.rows if row.record.kind == "check_in"]
    return next(record.id for record in reversed(rows) if entrance.encode() in bytes(record.body))


async def at_two_doors(robot: Robot, *keys: str) -> None:
    """Begin a form at one door, leave it half written, and arrive at the next."""
    await robot.scan(PLATE_ENTRANCE_11)
    await robot.press(*keys, "0")
    await robot.scan(PLATE_ENTRANCE_12)


async def test_a_report_from_a_door_scanned_twice_is_of_that_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        for plate in (PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, PLATE_ENTRANCE_11):
            await robot.scan(plate)
        await robot.press("2", "1", "1", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert (body.entrance, body.check_in) == (ENTRANCE_11, last_check_in(robot, ENTRANCE_11))


async def test_a_visit_from_a_door_scanned_twice_is_of_that_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        for plate in (PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, PLATE_ENTRANCE_11):
            await robot.scan(plate)
        await robot.press("4", "1", "1")
        body = robot.body()
        assert isinstance(body, Visit)
        assert body.entrance == ENTRANCE_11


async def test_an_issue_of_a_door_scanned_twice_leads_to_a_report_of_that_door() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        for plate in (PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, PLATE_ENTRANCE_11):
            await robot.scan(plate)
        await robot.press("5", "1", "1", "9")
        assert robot.panel == "problem"
        await robot.press("1", "1", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert body.entrance == ENTRANCE_11


async def test_a_report_at_the_next_door_is_of_the_next_door_and_the_other_waits() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await at_two_doors(robot, "2", "2")
        await robot.press("2")
        assert robot.word == "Kept for later"
        await robot.press("1", "1", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert (body.entrance, body.check_in) == (ENTRANCE_12, last_check_in(robot, ENTRANCE_12))
        await robot.press("7")
        assert robot.panel == "problem"
        await robot.press("1", "1")
        other = robot.body()
        assert isinstance(other, CaseReport)
        assert (other.entrance, other.check_in) == (ENTRANCE_11, last_check_in(robot, ENTRANCE_11))
        assert other.matter_code != body.matter_code
        assert not robot.world.services.forms.half_written()


async def test_back_at_the_first_door_its_report_goes_on() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await at_two_doors(robot, "2", "1", "1")
        await robot.press("2", "1", "0")
        robot.world.clock.advance(200)
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert body.entrance == ENTRANCE_11
        assert [half.values["entrance"] for half in robot.world.services.forms.half_written()] == [ENTRANCE_12]


async def test_of_several_drafts_one_is_chosen_and_a_kill_loses_none() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await at_two_doors(robot, "2", "1", "1")
        await robot.press("2", "2", "1", "0")
        await robot.scan(PLATE_BUILDING_3)
        await robot.press("4", "1", "0", "0")
    async with robot_in(world.restarted()) as robot:
        await robot.press("7")
        assert robot.panel == "drafts"
        for words in ("Report a problem", "Record a visit", "Seen on the patrol"):
            assert robot.sees(words), words
        await robot.press("3")
        assert robot.panel == "problem"
        await robot.press("1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert body.entrance == ENTRANCE_11
        assert len(robot.world.services.forms.half_written()) == 2


async def test_a_report_taken_back_comes_back_beside_one_that_was_begun_since() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "1")
        await robot.press("2", "2", "u")
        assert isinstance(robot.body(), Void)
        held = robot.world.services.forms.half_written()
        assert len({half.values["matter"] for half in held}) == 2
        assert robot.panel == "problem"


async def test_a_form_with_something_else_in_it_waits_while_a_record_is_put_right() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("4", "1", "1")
        kept_apart(world, len(world.journal.rows))
        world.services.forms.put("visit", {"note": "begun"})
        await in_outbox(robot)
        await robot.press("m")
        assert (robot.panel, robot.word) == ("visit", "Kept for later")
        assert world.services.forms.values("visit")[AMENDS]
        await robot.press("2")
        assert [half.values["note"] for half in world.services.forms.half_written()] == ["begun"]
