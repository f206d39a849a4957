"""The synthetic district has the size of Pingfang in 2019, follows from its seed alone, and stands for nobody."""

import re
from collections import Counter
from itertools import combinations, groupby
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from fieldapp.demo.sandbox import busiest_grid as demo_grid
from sync.caseapi.cases.history import replay
from sync.caseapi.district.area import Area, contains, ring_fault
from sync.caseapi.district.generate import generate
from sync.caseapi.district.model import SLOTS, District
from sync.caseapi.district.pack import write_pack
from sync.caseapi.service.demo.casework import busiest_grid, demo_casework
from sync.caseapi.service.demo.notices import demo_notices
from sync.caseapi.service.grid_notices import notice_text
from sync.tags import Tag, parse_plate_code, tag_digest

Box = tuple[float, float, float, float]


def box(area: Area) -> Box:
    lons, lats = zip(*area[0], strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def test_the_counts_are_those_of_the_district_in_2019(district: District) -> None:
    assert len(district.streets) == 6
    assert len(district.communities) == 33
    assert len(district.grids) == 278
    assert len(district.seats) == len(district.people) == 1_112
    assert len(district.buildings) == 928


def test_thirty_communities_are_public_and_three_are_marked_as_made_up(district: District) -> None:
    made_up = [community for community in district.communities if community.is_synthetic]
    assert len(made_up) == 3
    assert all(community.name.startswith("示例") and community.code[-3:] > "990" for community in made_up)
    public = {c.code: c.name for c in district.communities if not c.is_synthetic}
    assert public["230108005002"] == "新谊社区"
    assert public["230108002004"] == "友集社区"
    assert public["230108006004"] == "新牧社区"


def test_codes_nest_and_count_from_west_to_east_and_north_to_south(district: District) -> None:
    assert all(re.fullmatch(r"230108\d{3}", street.code) for street in district.streets)
    assert all(community.code[:9] == community.street_code for community in district.communities)
    for community_code, members in groupby(district.grids, key=lambda grid: grid.community_code):
        grids = list(members)
        assert [grid.id for grid in grids] == [f"{community_code}{n:03d}" for n in range(1, len(grids) + 1)]
        corners = [(-box(grid.area)[3], box(grid.area)[0]) for grid in grids]
        assert corners == sorted(corners)


def test_each_grid_has_four_seats_one_of_each_kind_each_held_by_one_person(district: District) -> None:
    for _, members in groupby(district.seats, key=lambda seat: seat.grid_id):
        assert tuple(seat.slot for seat in members) == SLOTS
    assert [person.seat_id for person in district.people] == [seat.id for seat in district.seats]


def test_nobody_has_a_personal_name_and_each_pin_has_six_digits(district: District) -> None:
    assert all(re.fullmatch(r"(网格长|网格员|执法员|信息员) \d{4}-[1-4]", p.name) for p in district.people)
    assert district.people[1].name == "网格员 0001-2"
    assert all(re.fullmatch(r"\d{6}", p.pin) for p in district.people)
    assert not {"000000", "123456", "654321", "111111"} & {p.pin for p in district.people}


def test_each_grid_has_three_or_four_buildings_and_each_building_one_to_six_entrances(district: District) -> None:
    assert set(Counter(building.grid_id for building in district.buildings).values()) == {3, 4}
    assert {len(building.entrances) for building in district.buildings} == {1, 2, 3, 4, 5, 6}
    for building in district.buildings:
        assert [entrance.number for entrance in building.entrances] == list(range(1, len(building.entrances) + 1))
    households = sum(entrance.households for entrance in district.entrances())
    assert 45_000 < households < 80_000


def test_no_two_things_share_an_id_an_address_or_a_tag(district: District) -> None:
    places = [*district.buildings, *district.entrances(), *district.people]
    assert len({place.id for place in places}) == len(places)
    assert len({building.address for building in district.buildings}) == 928
    assert len({(tag.medium, tag.value) for tag in district.tags}) == len(district.tags)
    assert len({tag.digest for tag in district.tags}) == len(district.tags)


def test_ids_have_the_shape_of_uuid_version_7_and_lie_in_order(district: District) -> None:
    ids = [place.id for place in (*district.buildings, *district.entrances(), *district.people)]
    assert all(UUID(text).version == 7 and str(UUID(text)) == text for text in ids)
    assert [b.id for b in district.buildings] == sorted(b.id for b in district.buildings)


def test_every_building_and_all_entrances_but_one_of_a_grid_have_one_active_tag_and_some_are_cards(
    district: District,
) -> None:
    places = {building.id for building in district.buildings} | {entrance.id for entrance in district.entrances()}
    grid_of = {entrance.id: building.grid_id for building in district.buildings for entrance in building.entrances}
    active = [tag for tag in district.tags if tag.role == "place" and tag.status == "active"]
    targets = Counter(tag.target_id for tag in active)
    assert set(targets.values()) == {1}
    bare = Counter(grid_of[place] for place in places - targets.keys())
    assert bare == Counter(grid.id for grid in district.grids)
    media = Counter(tag.medium for tag in active)
    assert media["qr"] > 3_000
    assert media["em"] > 200


def test_every_seat_holder_has_one_active_badge(district: District) -> None:
    active = [tag for tag in district.tags if tag.role == "inspector" and tag.status == "active"]
    assert Counter(tag.target_id for tag in active) == Counter(person.id for person in district.people)


def test_some_tags_are_replaced_some_revoked_and_some_are_visitors_cards(district: District) -> None:
    kinds = Counter((tag.role, tag.status) for tag in district.tags)
    assert all(kinds["place", status] >= 5 for status in ("replaced", "revoked"))
    assert kinds["inspector", "revoked"] == 8
    assert kinds["visitor", "active"] == 19
    assert all(tag.label for tag in district.tags if tag.role == "visitor")


def test_every_tag_value_keeps_the_grammar_of_its_medium(district: District) -> None:
    for tag in district.tags:
        assert tag.digest == tag_digest(Tag(tag.medium, tag.value))
        if tag.medium == "qr":
            assert parse_plate_code(tag.value) == tag.value
        else:
            assert re.fullmatch(r"[0-9A-F]{10}", tag.value)


def test_every_border_is_a_closed_ring_near_pingfang(district: District) -> None:
    for unit in (*district.streets, *district.communities, *district.grids):
        assert len(unit.area) == 1
        assert ring_fault(unit.area[0]) is None
        west, south, east, north = box(unit.area)
        assert 126.59 < west < east < 126.67
        assert 45.58 < south < north < 45.61


def test_grids_lie_inside_their_community_and_communities_inside_their_street(district: District) -> None:
    streets = {street.code: box(street.area) for street in district.streets}
    communities = {community.code: box(community.area) for community in district.communities}
    assert all(within(box(grid.area), communities[grid.community_code]) for grid in district.grids)
    assert all(within(box(c.area), streets[c.street_code]) for c in district.communities)


def test_no_two_units_of_a_level_overlap(district: District) -> None:
    for units in (district.streets, district.communities, district.grids):
        boxes = [box(unit.area) for unit in units]
        assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


def test_buildings_and_their_entrances_lie_inside_their_grid(district: District) -> None:
    areas = {grid.id: grid.area for grid in district.grids}
    for building in district.buildings:
        assert contains(areas[building.grid_id], (building.lon, building.lat))
        assert all(contains(areas[building.grid_id], (e.lon, e.lat)) for e in building.entrances)


def test_every_building_has_a_ground_plan_around_it_inside_its_grid(district: District) -> None:
    areas = {grid.id: grid.area for grid in district.grids}
    for building in district.buildings:
        assert ring_fault(building.outline[0]) is None
        assert contains(building.outline, (building.lon, building.lat))
        assert all(contains(areas[building.grid_id], corner) for corner in building.outline[0])


def test_notes_and_numbers_to_call_are_said_to_be_made_up(district: District) -> None:
    notes = [building.note for building in district.buildings if building.note]
    assert 200 < len(notes) < 400
    assert all("合成" in text for text in (*notes, *(contact.name for contact in district.contacts)))
    assert all(contact.number.startswith("0000 ") for contact in district.contacts)
    assert {contact.grid_id for contact in district.contacts} == {grid.id for grid in district.grids}


def test_the_same_seed_gives_the_same_district_and_another_seed_other_tokens(district: District) -> None:
    assert generate(2019) == district
    other = generate(7)
    assert not {tag.value for tag in other.tags} & {tag.value for tag in district.tags}
    assert not {building.id for building in other.buildings} & {building.id for building in district.buildings}
    assert other.streets == district.streets
    assert other.grids == district.grids


def test_the_demonstration_is_the_same_on_every_machine(district: District) -> None:
    first = district.buildings[0]
    plate = next(tag for tag in district.tags if tag.target_id == first.id)
    assert (first.name, first.address) == ("青年小区 1号楼", "平房区兴建街道青年社区青年小区1号楼")
    assert first.id == "019f1af9-b400-7060-8529-5636fb9e5fc9"
    assert plate.value == "XG1CZ0TW9ZK43EBNCWD40"


def test_the_demonstration_asks_something_in_the_grid_that_shows_most(district: District, tmp_path: Path) -> None:
    said = demo_casework(district, 2019, 1_795_420_800_000, ZoneInfo("Asia/Shanghai"))
    assert {each.row.grid for each in said} == {busiest_grid(district)}
    assert all(each.task.case == each.row.id and each.row.matter_name for each in said)
    assert all(not replay(each.events).misfits for each in said)
    assert said == demo_casework(district, 2019, 1_795_420_800_000, ZoneInfo("Asia/Shanghai"))
    write_pack(district, tmp_path)
    assert demo_grid(tmp_path).id == busiest_grid(district)


def test_the_demonstration_tells_its_grid_two_notices_as_its_desk_would(district: District) -> None:
    now_ms, zone = 1_795_420_800_000, ZoneInfo("Asia/Shanghai")
    told = demo_notices(district, 2019, now_ms, zone)
    assert [each.is_urgent for each in told] == [True, False]
    assert {each.org for each in told} == {each.area for each in told} == {busiest_grid(district)[:12]}
    assert all(each.text == notice_text(each.text) and each.at_ms < now_ms < each.until_ms for each in told)
    assert {each.desk for each in told} <= {community.name for community in district.communities}
    assert told == demo_notices(district, 2019, now_ms, zone)
