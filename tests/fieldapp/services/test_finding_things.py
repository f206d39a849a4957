"""Categories and buildings are found with a few keys, recent ones first."""

import pytest

from fieldapp.services.finding import BuildingFinder
from fieldapp.services.matter_picker import MatterPicker
from fieldapp.services.places import Place
from fieldapp.services.position import Away
from sync.reference import BuildingEntry, MatterEntry
from sync.tags import PLATE_PREFIX
from tests.fieldapp.fakes import (
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    ENTRANCE_12,
    GRID,
    MATTER_DISPUTE,
    MATTER_GAS,
    MATTER_LAMP,
    MATTER_LIGHT,
    MATTER_LITTER,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_12,
    PLATE_STRANGE,
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


@pytest.mark.parametrize("typed", ["1-2", "1号2单元", "1栋2", "1＃2", "1 2", "甲区 １号２单元", "1hl 2dy"])
def test_a_house_typed_with_its_door_is_that_door(world: World, typed: str) -> None:
    world.reference.building_rows[BUILDING_1] = BuildingEntry("甲区 1号楼", GRID, "", "jq1hl")
    choice = world.services.finder.buildings().find(typed)[0]
    assert (choice.id, choice.door, choice.title) == (BUILDING_1, ENTRANCE_12, "甲区 1号楼 2单元")


def test_a_house_without_that_door_comes_last_and_as_a_whole(world: World) -> None:
    found = world.services.finder.buildings().find("3-2")
    assert [(choice.id, choice.door) for choice in found] == [(BUILDING_3, "")]


def test_3_with_a_house_word_is_house_3_alone() -> None:
    rows = {number: BuildingEntry(f"友协小区 {number}号楼", "g", f"友协街{number}0号") for number in ("13", "30", "3")}
    finder = BuildingFinder(rows, {})
    assert [choice.id for choice in finder.find("3号")] == ["3"]
    assert [choice.id for choice in finder.find("3")] == ["3", "30"], "what begins so comes behind"
    assert [choice.id for choice in finder.find("30号")] == ["30", "3"], "the house of the name, then of the street"


def test_the_exact_number_comes_before_the_beginning_and_that_before_what_is_recent() -> None:
    names = {"inside": "新友小区 3号楼", "begins": "友协小区 3号楼", "tenth": "友协小区 30号楼"}
    rows = {key: BuildingEntry(name, "g") for key, name in names.items()}
    finder = BuildingFinder(rows, {}, recent=["tenth", "inside"])
    assert [choice.id for choice in finder.find("友 3")] == ["begins", "inside", "tenth"]
    assert [choice.id for choice in finder.find("小区")] == ["tenth", "inside", "begins"]


def test_of_categories_that_fit_alike_the_recent_come_before_the_common() -> None:
    rows = {
        f"local:matter:{code}": MatterEntry(
            "local", "matter", code, f"垃圾{place}", "", "", "", "lj", common=place == 1
        )
        for place, code in enumerate(("10001", "10002", "10003"))
    }
    found = MatterPicker(rows, ["local:matter:10003"]).find("垃")
    assert [matter.entry.code for matter in found] == ["10003", "10002", "10001"]


@pytest.mark.parametrize(
    ("plate", "place"), [(PLATE_ENTRANCE_12, (BUILDING_1, ENTRANCE_12)), (PLATE_BUILDING_3, (BUILDING_3, ""))]
)
def test_the_code_of_a_plate_finds_the_place_where_it_hangs(world: World, plate: str, place: tuple[str, str]) -> None:
    finder = world.services.finder.buildings()
    for typed in (plate, plate.lower(), plate.removeprefix(PLATE_PREFIX), f"{plate[:7]} {plate[7:]}"):
        assert [(choice.id, choice.door) for choice in finder.find(typed)] == [place]
    assert finder.find(plate[:-1]) == [], "half a code is no place"
    assert finder.find(PLATE_STRANGE) == []


def test_buildings_are_prepared_once_until_they_change(world: World) -> None:
    finder = world.services.finder
    first = finder.buildings().index
    world.services.check_ins.arrive(Place(BUILDING_3), "list")
    assert finder.buildings().index is first
    world.reference.building_rows[BUILDING_3] = BuildingEntry("新楼 9号", GRID)
    assert [choice.id for choice in finder.buildings().find("9号")] == [BUILDING_3]


@pytest.mark.parametrize("typed", ["\x1b[2J", "\u202e3", "🏠" * 40, "友" * 10_000, "3-" * 5_000, "\x00", "ﷺ" * 40])
def test_rubbish_finds_something_or_nothing_and_never_fails(world: World, typed: str) -> None:
    assert len(world.services.finder.buildings().find(typed)) <= len(world.reference.building_rows)
    assert len(world.services.problems.picker().find(typed)) <= len(world.reference.matter_rows)


def test_a_building_brings_its_entrances(world: World) -> None:
    choice = world.services.finder.buildings().find("1")[0]
    assert [name for _, name in choice.entrances] == ["1单元", "2单元"]
