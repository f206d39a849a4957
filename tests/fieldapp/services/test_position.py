"""What a position means for buildings; and that nothing of it is kept but inside, outside or unknown."""

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fieldapp.services.arriving import arrive_at
from fieldapp.services.facts import body_of
from fieldapp.services.places import Place
from fieldapp.services.position import Positions
from sync.journal import JournalEntry
from sync.records import CheckIn, encode
from sync.records.shared import Geofence, Method, TagSeen
from sync.reference import BuildingEntry
from tests.fieldapp.fake_ports import FakeReference
from tests.fieldapp.fake_receiver import LAT, LON, FakeReceiver, Here
from tests.fieldapp.fakes import BUILDING_1, BUILDING_2, BUILDING_3, ENTRANCE_11, World, make_world

METRES_A_DEGREE = 111_195.08


def north_of(metres: float) -> Here:
    return Here(lat=LAT + metres / METRES_A_DEGREE)


def east_of(metres: float) -> Here:
    return Here(lon=LON + metres / METRES_A_DEGREE / cos(radians(LAT)))


def said(here: Here | None, *, building: BuildingEntry | None = None) -> Geofence:
    reference = FakeReference()
    reference.building_rows["b"] = building or BuildingEntry("1号楼", "g", lat=LAT, lon=LON)
    return Positions(FakeReceiver(here), reference).geofence(Place("b"))


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (Here(), "inside"),
        (north_of(59), "inside"),
        (north_of(69.9), "inside"),
        (north_of(70.1), "outside"),
        (north_of(-69.9), "inside"),
        (east_of(69.9), "inside"),
        (east_of(-70.1), "outside"),
        (replace(north_of(70.1), sigma_m=5.2), "inside"),
        (replace(north_of(159.9), sigma_m=50.0), "inside"),
        (replace(north_of(160.1), sigma_m=50.0), "outside"),
        (replace(north_of(61), sigma_m=0.0), "outside"),
        (north_of(5_000_000), "outside"),
    ],
)
def test_twice_the_spread_is_in_favour_of_the_inspector(here: Here, expected: Geofence) -> None:
    assert said(here) == expected


@pytest.mark.parametrize(
    "here",
    [
        None,
        Here(age_s=10.1),
        Here(sigma_m=50.1),
        Here(sigma_m=None),
        Here(quality=6),
        Here(quality=7),
        Here(quality=8),
    ],
)
def test_what_cannot_be_believed_is_unknown(here: Here | None) -> None:
    assert said(here) == "unknown"


@pytest.mark.parametrize("quality", [1, 2, 3, 4, 5])
def test_a_position_of_ten_seconds_and_fifty_metres_is_believed(quality: int) -> None:
    assert said(Here(age_s=10.0, sigma_m=50.0, quality=quality)) == "inside"


def test_a_building_without_coordinates_or_out_of_the_list_is_unknown() -> None:
    assert said(Here(), building=BuildingEntry("1号楼", "g")) == "unknown"
    assert said(Here(), building=BuildingEntry("1号楼", "g", lat=LAT)) == "unknown"
    assert Positions(FakeReceiver(Here()), FakeReference()).geofence(Place("gone")) == "unknown"


@pytest.mark.parametrize(("radius_m", "expected"), [(90.0, "inside"), (89.0, "outside")])
def test_each_building_has_its_own_reach(radius_m: float, expected: Geofence) -> None:
    building = BuildingEntry("1号楼", "g", lat=LAT, lon=LON, radius_m=radius_m)
    assert said(north_of(99.5), building=building) == expected


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(0.1, 50), st.floats(0, 200), st.floats(0, 359))
def test_inside_and_outside_never_depend_on_where_on_earth_it_is(
    lat: float, lon: float, sigma_m: float, distance_m: float, bearing: float
) -> None:
    building = BuildingEntry("b", "g", lat=lat, lon=lon)
    north, east = distance_m * cos(radians(bearing)), distance_m * cos(radians(bearing - 90))
    here = Here(lat + north / METRES_A_DEGREE, lon + east / METRES_A_DEGREE / cos(radians(lat)), sigma_m=sigma_m)
    if abs(distance_m - 2 * sigma_m - 60) > 0.5:
        assert said(here, building=building) == ("inside" if distance_m - 2 * sigma_m <= 60 else "outside")


# ── how far away ──


def reference_with(*places: tuple[str, float | None, float | None]) -> FakeReference:
    reference = FakeReference()
    for name, lat, lon in places:
        reference.building_rows[name] = BuildingEntry(name, "g", lat=lat, lon=lon)
    return reference


def test_buildings_stand_nearest_first_with_distance_and_bearing() -> None:
    places = reference_with(
        ("far", LAT - 300 / METRES_A_DEGREE, LON), ("nowhere", None, None), ("near", LAT, LON + 100 / 77_797)
    )
    away = Positions(FakeReceiver(Here()), places).buildings_away()
    assert list(away) == ["near", "far"]
    assert away["near"].distance_m == pytest.approx(100, abs=0.1)
    assert away["near"].bearing == pytest.approx(90, abs=0.1)
    assert away["far"].distance_m == pytest.approx(300, abs=0.1)
    assert away["far"].bearing == pytest.approx(180, abs=0.1)


def test_without_a_position_nothing_is_near() -> None:
    assert Positions(FakeReceiver(Here(age_s=11)), reference_with(("b", LAT, LON))).buildings_away() == {}


# ── what is recorded ──


SEEN = {"qr": TagSeen("qr", "0" * 64, "verified"), "rfid": TagSeen("em", "0" * 64, "verified")}


def geofence_of(entry: JournalEntry) -> Geofence:
    body = body_of(entry)
    assert isinstance(body, CheckIn)
    return body.geofence


def world_at(receiver: FakeReceiver) -> World:
    world = make_world(receiver=receiver).signed_in()
    for number, building in enumerate((BUILDING_1, BUILDING_2, BUILDING_3)):
        row = world.reference.building_rows[building]
        world.reference.building_rows[building] = replace(row, lat=LAT + number * 0.002, lon=LON)
    return world


@pytest.mark.parametrize("method", ["qr", "rfid", "manual", "list"])
def test_an_arrival_however_it_came_says_whether_the_tablet_was_there(method: Method) -> None:
    receiver = FakeReceiver(Here())
    world = world_at(receiver)
    there = arrive_at(world.services, Place(BUILDING_1, ENTRANCE_11), method, SEEN.get(method))
    elsewhere = arrive_at(world.services, Place(BUILDING_3), method, SEEN.get(method))
    receiver.here = None
    dark = arrive_at(world.services, Place(BUILDING_2), method, SEEN.get(method))
    assert [geofence_of(arrived.entry) for arrived in (there, elsewhere, dark)] == ["inside", "outside", "unknown"]


def test_what_is_said_later_of_an_arrival_keeps_where_it_was() -> None:
    receiver = FakeReceiver(Here())
    world = world_at(receiver)
    arrived = arrive_at(world.services, Place(BUILDING_1, ENTRANCE_11), "qr", SEEN["qr"])
    receiver.here = None
    assert geofence_of(world.services.check_ins.say_normal(arrived.entry)) == "inside"


def test_a_tablet_without_receiver_records_all_the_same() -> None:
    world = make_world().signed_in()
    assert geofence_of(arrive_at(world.services, Place(BUILDING_1), "list", None).entry) == "unknown"


@given(st.floats(40.1, 49.9).filter(lambda lat: len(str(lat)) > 9), st.floats(100.1, 139.9))
def test_no_record_holds_a_digit_of_where_it_was(lat: float, lon: float) -> None:
    receiver = FakeReceiver(Here(round(lat, 7), round(lon, 7)))
    world = make_world(receiver=receiver).signed_in()
    row = world.reference.building_rows[BUILDING_1]
    world.reference.building_rows[BUILDING_1] = replace(row, lat=round(lat, 7), lon=round(lon, 7))
    arrived = arrive_at(world.services, Place(BUILDING_1), "qr", SEEN["qr"])
    assert geofence_of(arrived.entry) == "inside"
    everything = b"".join(encode(entry.record) for entry in world.services.journal.entries())
    for number in (f"{lat:.3f}", f"{lon:.3f}", f"{lat:.5f}", f"{lon:.5f}"):
        assert number.encode() not in everything
