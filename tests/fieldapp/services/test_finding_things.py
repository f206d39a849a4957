"""Categories and buildings are found with a few keys, recent ones first."""

import pytest

from fieldapp.services.finding import BuildingFinder
from fieldapp.services.matter_picker import MatterPicker
from fieldapp.services.places import Place
from fieldapp.services.position import Away
from sync.reference import BuildingEntry, MatterEntry
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    MATTER_DISPUTE,
    MATTER_GAS,
    MATTER_LAMP,
    MATTER_LIGHT,
    MATTER_LITTER,
    World,
    make_world,
)


@pytest.fixture
def world() -> World:
    world = make_world().signed_in()
    world.services.shifts.start()
    return world


def report(world: World, matter: str) -> None:
    world.services.problems.save({"matter": matter, "building": BUILDING_1, "description": "有"})


def test_with_a_position_the_nearest_building_comes_first_and_says_how_far() -> None:
    away = {"b": Away(30.0, 90.0), "gone": Away(40.0, 0.0), "c": Away(500.0, 180.0)}
    rows = {name: BuildingEntry(f"{name}楼", "g") for name in "abc"}
    found = BuildingFinder(rows, {}, recent=["a"], away=away).find()
    assert [(choice.id, choice.away) for choice in found] == [("b", away["b"]), ("c", away["c"]), ("a", None)]
    assert [choice.id for choice in BuildingFinder(rows, {}, away=away).find("楼")] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("06010", MATTER_LITTER),
        ("10992", MATTER_GAS),
        ("rq", MATTER_GAS),
        ("RQYW", MATTER_GAS),
        ("燃气", MATTER_GAS),
        ("燃味", MATTER_GAS),
        ("ld", MATTER_LAMP),
        ("ldz", MATTER_LIGHT),
        ("gas", MATTER_GAS),
        ("ｌｄｚ", MATTER_LIGHT),
        (" 楼道 照明 ", MATTER_LIGHT),
    ],
)
def test_a_category_is_found_by_code_initials_characters_or_words(world: World, query: str, first: str) -> None:
    assert world.services.problems.picker().find(query)[0].key == first


@pytest.mark.parametrize("query", ["", "   ", "zzzz", "99999", "\x1b[2J"])
def test_what_fits_nothing_finds_nothing(world: World, query: str) -> None:
    assert world.services.problems.picker().find(query) == []


def test_recent_categories_come_newest_first_and_once(world: World) -> None:
    for matter in (MATTER_LIGHT, MATTER_GAS, MATTER_LIGHT):
        report(world, matter)
    assert [matter.key for matter in world.services.problems.picker().recent()] == [MATTER_LIGHT, MATTER_GAS]


def test_a_common_category_is_not_offered_twice(world: World) -> None:
    report(world, MATTER_LIGHT)
    assert [matter.key for matter in world.services.problems.picker().common()] == [MATTER_LITTER]


def test_common_categories_are_local_and_national_by_turns(world: World) -> None:
    assert [matter.key for matter in world.services.problems.picker().common()] == [MATTER_LIGHT, MATTER_LITTER]


def test_of_two_that_fit_alike_the_common_one_comes_first() -> None:
    rows = {
        f"local:matter:1000{number}": MatterEntry(
            "local", "matter", f"1000{number}", f"垃圾{number}", "", "", "", f"lj{number}", common=number == 2
        )
        for number in (1, 2)
    }
    assert [matter.entry.code for matter in MatterPicker(rows).find("lj")] == ["10002", "10001"]


def test_a_category_that_left_the_catalogue_is_not_offered(world: World) -> None:
    report(world, MATTER_DISPUTE)
    del world.reference.matter_rows[MATTER_DISPUTE]
    assert world.services.problems.picker().recent() == []


def test_a_catalogue_of_the_national_size_answers_without_waiting() -> None:
    rows = {
        f"national:matter:{number:05d}": MatterEntry(
            "national",
            "matter",
            f"{number:05d}",
            f"类别{number}异常",
            f"Matter {number}",
            "组",
            "Group",
            f"lb{number}yc",
        )
        for number in range(269)
    }
    picker = MatterPicker(rows)
    assert len(picker.find("l")) == 20
    assert len(picker.find("00")) == 20
    assert picker.find("类26")[0].entry.code == "00026"


def test_buildings_come_in_their_order_until_one_was_visited(world: World) -> None:
    names = [choice.id for choice in world.services.finder.buildings().find()]
    assert names == [BUILDING_1, BUILDING_2, BUILDING_3]
    world.services.check_ins.arrive(Place(BUILDING_3), "list")
    found = world.services.finder.buildings().find()
    assert [choice.id for choice in found] == [BUILDING_3, BUILDING_1, BUILDING_2]
    assert [choice.is_recent for choice in found] == [True, False, False]


@pytest.mark.parametrize(
    ("query", "first"),
    [("2", BUILDING_2), ("3", BUILDING_3), ("j3", BUILDING_3), ("甲", BUILDING_3), ("1HL", BUILDING_1)],
)
def test_a_building_is_found_by_number_initials_or_characters(world: World, query: str, first: str) -> None:
    assert world.services.finder.buildings().find(query)[0].id == first


def test_a_building_brings_its_entrances(world: World) -> None:
    choice = world.services.finder.buildings().find("1")[0]
    assert [name for _, name in choice.entrances] == ["1单元", "2单元"]
