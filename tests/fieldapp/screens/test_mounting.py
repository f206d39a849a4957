"""Putting up plates, in keys: a plate is a scan and nothing else, and nothing that is scanned here checks in."""

from fieldapp.messages import UndoOffered
from fieldapp.widgets.flash import Flash
from sync.records import CheckIn, TagBind, TagRef, Void
from sync.tags import Tag, plate_code, tag_digest
from tests.fieldapp.fake_code_camera import FakeCodeCamera
from tests.fieldapp.fakes import (
    BADGE_STRANGE,
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    ENTRANCE_11,
    ENTRANCE_12,
    ENTRANCE_21,
    ENTRANCE_22,
    PIN_1,
    PLATE_ENTRANCE_11,
    PLATE_STRANGE,
    World,
    make_world,
)
from tests.fieldapp.robot import Robot, robot_in

BOX = [plate_code(number.to_bytes(10, "big")) for number in range(201, 207)]
"""Plates that nobody knows yet."""


def ref(code: str, medium: str = "qr") -> TagRef:
    return TagRef(medium, tag_digest(Tag(medium, code)))  # type: ignore[arg-type]  # one of the media


def bare_world() -> World:
    """Return a grid in which no plate hangs anywhere."""
    world = make_world().signed_in()
    for digest, entry in list(world.reference.tag_rows.items()):
        if entry.role == "place":
            del world.reference.tag_rows[digest]
    return world


async def shows(robot: Robot, words: str) -> bool:
    """Tell whether words are on the screen once the big word has gone."""
    robot.app.screen.query_one(Flash).hide()
    await robot.settle()
    return robot.sees(words)


async def test_a_whole_grid_is_put_up_with_one_key_and_one_scan_a_plate() -> None:
    async with robot_in(bare_world()) as robot:
        await robot.press("m")
        for number, code in enumerate(BOX[:5]):
            assert await shows(robot, f"{number} of 5 entrances")
            await robot.scan(code)
            assert robot.word == "Put up, saved"
        assert robot.keys == 1
        assert robot.kinds == ["tag_bind"] * 5
        put_up = [robot.body(place) for place in range(5)]
        assert put_up == [
            TagBind(ref(BOX[0]), BUILDING_1, "qr", ENTRANCE_11),
            TagBind(ref(BOX[1]), BUILDING_1, "qr", ENTRANCE_12),
            TagBind(ref(BOX[2]), BUILDING_2, "qr", ENTRANCE_21),
            TagBind(ref(BOX[3]), BUILDING_2, "qr", ENTRANCE_22),
            TagBind(ref(BOX[4]), BUILDING_3, "qr"),
        ]
        assert robot.sees("Every entrance has a plate")


async def test_a_plate_just_put_up_is_an_arrival_as_soon_as_the_mode_is_left() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.scan(PLATE_STRANGE)
        await robot.press("0")
        assert robot.panel == "today"
        await robot.scan(PLATE_STRANGE)
        arrival = robot.body()
        assert isinstance(arrival, CheckIn)
        assert (arrival.entrance, arrival.tag and arrival.tag.quality) == (ENTRANCE_22, "verified")


async def test_a_card_at_the_door_is_put_up_by_a_tap() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m")
        await robot.tap(BADGE_STRANGE)
        assert robot.body() == TagBind(ref(BADGE_STRANGE, "em"), BUILDING_2, "rfid", ENTRANCE_22)


async def test_the_code_of_a_plate_that_no_reader_reads_is_typed() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "3")
        await robot.type(PLATE_STRANGE[:-1])
        await robot.press("enter")
        assert robot.panel == "code"
        assert robot.kinds == []
        await robot.type(PLATE_STRANGE[-1])
        await robot.press("enter")
        assert robot.panel == "mount"
        assert robot.body() == TagBind(ref(PLATE_STRANGE), BUILDING_2, "manual", ENTRANCE_22)


async def test_a_plate_is_put_up_by_aiming_the_camera_at_it() -> None:
    async with robot_in(make_world().signed_in(), camera=FakeCodeCamera()) as robot:
        await robot.press("m", "a")
        assert robot.panel == "aim"
        await robot.scan(PLATE_STRANGE)
        assert robot.panel == "mount"
        assert robot.body() == TagBind(ref(PLATE_STRANGE), BUILDING_2, "qr", ENTRANCE_22)


async def test_undo_takes_a_plate_back_and_goes_back_to_its_entrance() -> None:
    async with robot_in(bare_world()) as robot:
        await robot.press("m")
        await robot.scan(BOX[0])
        robot.world.clock.advance(9)
        await robot.press("u")
        withdrawn = robot.body()
        assert isinstance(withdrawn, Void)
        assert withdrawn.target == robot.world.journal.rows[0].record.id
        assert robot.panel == "mount"
        assert await shows(robot, "0 of 5 entrances")
        await robot.scan(BOX[1])
        assert robot.body() == TagBind(ref(BOX[1]), BUILDING_1, "qr", ENTRANCE_11)


async def test_an_entrance_is_left_out_by_one_key_and_comes_again_at_the_end() -> None:
    async with robot_in(bare_world()) as robot:
        await robot.press("m", "1")
        for code in BOX[:4]:
            await robot.scan(code)
        await robot.scan(BOX[4])
        doors = [body.entrance for place in range(5) if isinstance(body := robot.body(place), TagBind)]
        assert doors == [ENTRANCE_12, ENTRANCE_21, ENTRANCE_22, None, ENTRANCE_11]


async def test_another_entrance_is_chosen_from_the_list_which_says_what_has_a_plate() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2")
        assert robot.sees("1/2")
        await robot.press("2")
        assert robot.sees("has a plate")
        robot.world.clock.advance(1)
        await robot.press("3")
        assert robot.panel == "mount"
        await robot.scan(PLATE_STRANGE)
        assert robot.body() == TagBind(ref(PLATE_STRANGE), BUILDING_2, "qr"), "the building's own plate"


async def test_a_plate_scanned_over_the_list_is_asked_where_it_hangs() -> None:
    async with robot_in(bare_world()) as robot:
        await robot.press("m", "2", "1")
        await robot.scan(BOX[0])
        assert robot.kinds == []
        assert robot.panel == "mount"
        assert robot.sees("Where does this plate hang?")
        await robot.press("2", "2")
        robot.world.clock.advance(1)
        await robot.press("1")
        assert robot.body() == TagBind(ref(BOX[0]), BUILDING_2, "qr", ENTRANCE_21)


async def test_a_plate_kept_for_after_the_sign_in_checks_nobody_in_while_plates_are_put_up() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        await robot.press("m", "2", "0")
        await lock(robot)
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*PIN_1)
        assert robot.panel == "mount"
        assert robot.kinds == []


async def lock(robot: Robot) -> None:
    robot.app.used_at -= 10_000
    robot.app._tick()
    await robot.settle()
    assert robot.panel == "SignInScreen"


async def test_a_plate_at_a_place_that_the_server_does_not_know_is_put_right_with_another_place() -> None:
    world = make_world().signed_in()
    async with robot_in(world) as robot:
        await robot.press("m")
        await robot.scan(PLATE_STRANGE)
        world.journal.settle(1)
        world.journal.judge(1, "quarantined", "unknown_ref", "the grid has no such building")
        await robot.press("0", "5", "m")
        assert robot.panel == "mount"
        assert robot.sees("Where does this plate hang?")
        await robot.press("2", "3")
        corrected = world.journal.rows[-1].record
        assert (robot.body(), corrected.amends) == (
            TagBind(ref(PLATE_STRANGE), BUILDING_3, "qr"),
            world.journal.rows[0].record.id,
        )
        assert world.journal.summary().quarantined == 0


async def test_a_plate_is_withdrawn_from_the_log_with_a_reason() -> None:
    world = make_world().signed_in()
    world.services.shifts.start()
    async with robot_in(world) as robot:
        await robot.press("m")
        await robot.scan(PLATE_STRANGE)
        await robot.press("0", "4", "1", "1")
        withdrawn = robot.body()
        assert isinstance(withdrawn, Void)
        assert withdrawn.reason == "wrong_place"
        robot.app.screen.post_message(UndoOffered("", 0))
        await robot.press("0", "0", "m")
        assert robot.sees("4 of 5 entrances")


async def test_a_tablet_without_buildings_says_why_nothing_can_be_put_up() -> None:
    world = make_world().signed_in()
    world.reference.grid_entry = None
    async with robot_in(world) as robot:
        await robot.press("m")
        assert robot.panel == "today"
        assert robot.word == "Put up plates"
