"""A record that the server keeps apart is put right from the outbox: one key opens its form with what it says."""

from fieldapp.screens.enrol import EnrolScreen
from fieldapp.services.facts import body_of
from sync.journal import Enrolment, SyncFault, SyncStatus
from sync.records import CaseReport, CheckIn, Visit
from tests.fieldapp.fakes import (
    BUILDING_1,
    MATTER_LAMP,
    PERSON_2,
    PIN_2,
    PLATE_ENTRANCE_11,
    World,
    fake_seal,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in


def kept_apart(world: World, n: int, reason: str = "bad_shape") -> None:
    """Let the server hold everything and keep one record apart."""
    world.journal.settle(len(world.journal.rows))
    world.journal.judge(n, "quarantined", reason, "a field")


async def in_outbox(robot: Robot) -> None:
    await robot.press("5")
    assert robot.panel == "outbox"


async def test_from_the_outbox_one_key_opens_the_form_and_saving_amends_the_record() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("4", "1", "1")
        (wrong,) = [row for row in world.journal.rows if row.record.kind == "visit"]
        kept_apart(world, wrong.n)
        await in_outbox(robot)
        assert robot.sees("To put right")
        await robot.press("m")
        assert robot.panel == "visit"
        assert robot.sees("Care visit"), "the form holds what the record says"
        await robot.press("2")
        amended = world.journal.rows[-1].record
        assert (amended.kind, amended.amends, amended.shift) == ("visit", wrong.record.id, wrong.record.shift)
        body = robot.body()
        assert isinstance(body, Visit)
        assert (body.purpose, body.outcome) == ("care", "absent")
        assert world.journal.summary().quarantined == 0
        await in_outbox(robot)
        assert not robot.sees("Put right")


async def test_the_record_itself_says_what_to_do_and_opens_its_form() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("2", "1", "1", "1")
        (wrong,) = [row for row in world.journal.rows if row.record.kind == "case_report"]
        kept_apart(world, wrong.n)
        await in_outbox(robot)
        await robot.press("1")
        assert robot.panel == "record"
        assert robot.sees("Put it right")
        await robot.press("6")
        assert robot.panel == "problem"
        await robot.press("3", "1")
        body = robot.body()
        assert isinstance(body, CaseReport)
        assert world.journal.rows[-1].record.amends == wrong.record.id


async def test_what_no_form_can_mend_says_who_can() -> None:
    for reason, words in (("revoked", "Tell the desk"), ("damaged", "Record it anew")):
        world = make_world().signed_in()
        async with robot_in(world) as robot:
            await robot.scan(PLATE_ENTRANCE_11)
            await robot.press("4", "1", "1")
            kept_apart(world, len(world.journal.rows), reason)
            await in_outbox(robot)
            assert not robot.sees("Put right")
            await robot.press("1")
            assert robot.sees(words)


async def test_a_check_in_is_put_right_point_by_point() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        (wrong,) = [row for row in world.journal.rows if row.record.kind == "check_in"]
        kept_apart(world, wrong.n)
        await robot.press("0")
        await in_outbox(robot)
        await robot.press("m")
        assert robot.panel == "points"
        await robot.press("1", "9")
        body = robot.body()
        assert isinstance(body, CheckIn)
        assert world.journal.rows[-1].record.amends == wrong.record.id


def test_a_colleagues_record_is_theirs_to_put_right() -> None:
    world = make_world().signed_in()
    world.services.recorder.record(Visit(building=BUILDING_1, purpose="care", outcome="met"))
    kept_apart(world, 1)
    assert len(world.services.mending.open_ones()) == 1
    world.services.session.sign_in(PERSON_2, PIN_2)
    assert world.services.mending.open_ones() == ()


def test_what_is_sealed_stays_in_the_amendment_unless_it_is_typed_anew() -> None:
    world = make_world().signed_in()
    sealed = fake_seal("三单元 101")
    first = world.services.recorder.record(
        Visit(building=BUILDING_1, purpose="care", outcome="met", flat=sealed, note="三楼")
    )
    kept_apart(world, 1)
    assert world.services.mending.begin(first.record.id).form == "visit"
    assert "flat" not in world.services.forms.values("visit"), "nobody reads it again"
    world.services.visits.save({"note": "四楼"})
    amended = body_of(world.journal.rows[-1])
    assert isinstance(amended, Visit)
    assert (amended.flat, amended.note, world.journal.rows[-1].record.amends) == (sealed, "四楼", first.record.id)


def test_what_no_form_shows_stays_in_the_amendment() -> None:
    world = make_world().signed_in()
    standard, kind, code = MATTER_LAMP.split(":")
    report = CaseReport(
        standard=standard, matter_kind=kind, matter_code=code, origin="resident", place="路口", description="坏"
    )  # type: ignore[arg-type]
    first = world.services.recorder.record(report)
    kept_apart(world, 1)
    world.services.mending.begin(first.record.id)
    world.services.problems.save({"description": "灯坏"})
    amended = body_of(world.journal.rows[-1])
    assert isinstance(amended, CaseReport)
    assert (amended.origin, amended.description, amended.place) == ("resident", "灯坏", "路口")


async def test_a_tablet_that_was_erased_begins_with_joining_whatever_was_open() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("5")
        world.enroller.become(Enrolment("none"))
        world.exchange.become(SyncStatus("failed", fault=SyncFault("E-ERASED")))
        await robot.settle()
        assert isinstance(robot.app.screen, EnrolScreen)


async def test_the_outbox_says_of_the_tablet_what_the_desk_sees() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press("0")
        world.exchange.become(SyncStatus("done", proven_at_ms=world.clock.now_ms(), warning="E-CERT"))
        await in_outbox(robot)
        for words in ("last exchange 08:00", "oldest 08:00", "2 to be sent", "E-CERT"):
            assert robot.sees(words), words
