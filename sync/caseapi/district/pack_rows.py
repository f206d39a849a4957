"""The tables of a pack: their columns, and how their rows become values and back.

A reader gets what its rows may refer to, or None where that could not be read: then references are not checked, so
that one fault is reported once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from sync.cards import CARD_MEDIUM, cards_meant, looks_like_card, typed_card
from sync.caseapi.district.area import Area, Point, contains, point_fault
from sync.caseapi.district.datum import Source, grounded, source_of
from sync.caseapi.district.model import (
    ROLES,
    SLOTS,
    TAG_STATUSES,
    USUAL_RADIUS_M,
    Building,
    Contact,
    Entrance,
    Person,
    Seat,
    TagBinding,
)
from sync.caseapi.district.problems import ImportProblem
from sync.caseapi.district.tables import Row, read_table
from sync.errors import DamagedPlate
from sync.tags import Tag, is_random_uid, parse_plate_code, tag_digest

ORG_COLUMNS = ("level", "code", "parent_code", "name", "synthetic")
PEOPLE_COLUMNS = ("seat_id", "grid_id", "slot", "person_id", "name", "pin")
BUILDING_COLUMNS = ("id", "grid_id", "name", "address", "lon", "lat", "datum", "initials")
RADIUS = "radius_m"
NOTE = "note"
"""Columns of buildings.csv that may be missing."""
CONTACT_COLUMNS = ("id", "grid_id", "building_id", "group", "name", "number")
ENTRANCE_COLUMNS = ("id", "building_id", "number", "name", "households", "lon", "lat")
TAG_COLUMNS = ("medium", "value", "digest", "role", "target_id", "status", "label")

OrgLevel = Literal["district", "street", "community", "grid"]

_LEVEL_DIGITS: dict[OrgLevel, int] = {"district": 6, "street": 9, "community": 12, "grid": 15}
_LEVELS: tuple[OrgLevel, ...] = ("district", "street", "community", "grid")
_MEDIA = ("qr", "em", "a", "epc")
_NUMBER = frozenset("0123456789 -+")
_HEX = frozenset("0123456789ABCDEF")
_EM_DIGITS = 10
_RADII_M = (10, 1000)
_DIGEST_DIGITS = 64
_PRINTED = "is the number printed on the card, a part of it only: write the ten hex digits that a reader sends"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of org.csv: a unit, the unit above it, and whether it is made up."""

    level: OrgLevel
    code: str
    parent_code: str
    name: str
    is_synthetic: bool


def read_units(path: Path, problems: list[ImportProblem]) -> list[Unit]:
    """Return the units; each stands after the one above it, whose code its own begins with."""
    levels: dict[str, OrgLevel] = {}

    def unit(row: Row) -> Unit:
        level = row.choice("level", _LEVELS)
        code = row.digits("code", _LEVEL_DIGITS[level])
        above = _LEVELS[_LEVELS.index(level) - 1] if level != "district" else None
        parent = row.optional("parent_code")
        if above is None and parent:
            row.fail("parent_code", "must be empty for the district")
        if above and (levels.get(parent) != above or not code.startswith(parent)):
            row.fail("parent_code", f"must be the code of a {above} in a line above with which {code} begins")
        _take_new(row, "code", code, levels)
        levels[code] = level
        return Unit(level, code, parent, row.text("name"), row.flag("synthetic"))

    return _values(read_table(path, ORG_COLUMNS, problems), unit)


def read_people(
    path: Path, grid_ids: Collection[str] | None, problems: list[ImportProblem]
) -> list[tuple[Seat, Person]]:
    """Return the seats with their holders."""
    seats: set[str] = set()
    people: set[str] = set()

    def seat(row: Row) -> tuple[Seat, Person]:
        seat_id, person_id = row.text("seat_id"), row.uuid("person_id")
        grid_id = row.digits("grid_id", _LEVEL_DIGITS["grid"])
        _check_known(row, "grid_id", grid_id, grid_ids, "org.csv")
        if not seat_id.startswith(f"{grid_id}-"):
            row.fail("seat_id", f"must begin with the grid's id and a hyphen: {grid_id}-")
        _take_new(row, "seat_id", seat_id, seats)
        _take_new(row, "person_id", person_id, people)
        seats.add(seat_id)
        people.add(person_id)
        person = Person(person_id, seat_id, row.text("name"), row.digits("pin", 6))
        return Seat(seat_id, grid_id, row.choice("slot", SLOTS)), person

    return _values(read_table(path, PEOPLE_COLUMNS, problems), seat)


def read_entrances(path: Path, sources: Mapping[str, Source] | None, problems: list[ImportProblem]) -> list[Entrance]:
    """Return the entrances in the file's order.

    Args:
        sources: the datum of each building's coordinates, in which those of its entrances stand, too.
    """
    ids: set[str] = set()
    numbers: set[tuple[str, int]] = set()

    def entrance(row: Row) -> Entrance:
        entrance_id, building_id = row.uuid("id"), row.uuid("building_id")
        number = row.integer("number", 1, 99)
        _check_known(row, "building_id", building_id, sources, "buildings.csv")
        _take_new(row, "id", entrance_id, ids)
        if (building_id, number) in numbers:
            row.fail("number", f"the building has an entrance {number} already")
        ids.add(entrance_id)
        numbers.add((building_id, number))
        (lon, lat), _ = grounded(_point(row), (sources or {}).get(building_id, "CGCS2000"))
        households = row.integer("households", 0, 9999)
        return Entrance(entrance_id, building_id, number, row.text("name"), households, lon, lat)

    return _values(read_table(path, ENTRANCE_COLUMNS, problems), entrance)


def read_buildings(
    path: Path, grid_areas: Mapping[str, Area | None] | None, problems: list[ImportProblem]
) -> list[tuple[Building, Source]]:
    """Return the buildings, as yet without entrances, each with the datum in which its coordinates were handed over.

    Each lies in its grid where the grid has a border.
    """
    ids: set[str] = set()

    def building(row: Row) -> tuple[Building, Source]:
        building_id, grid_id = row.uuid("id"), row.digits("grid_id", _LEVEL_DIGITS["grid"])
        _check_known(row, "grid_id", grid_id, grid_areas, "org.csv")
        _take_new(row, "id", building_id, ids)
        ids.add(building_id)
        source = source_of(row)
        (lon, lat), datum = grounded(_point(row), source)
        area = grid_areas.get(grid_id) if grid_areas else None
        if area and row.is_sound and not contains(area, (lon, lat)):
            row.fail("lon", f"{lon}, {lat} lies outside the border of the grid {grid_id}; is the datum right?")
        initials = row.words("initials")
        radius_m = row.integer(RADIUS, *_RADII_M) if row.has(RADIUS) else USUAL_RADIUS_M
        name, address = row.text("name"), row.text("address")
        note = row.optional(NOTE) if row.has(NOTE) else ""
        return Building(building_id, grid_id, name, address, lon, lat, datum, initials, (), radius_m, note), source

    return _values(read_table(path, BUILDING_COLUMNS, problems, optional=(RADIUS, NOTE)), building)


def read_contacts(
    path: Path, grid_ids: Collection[str] | None, grid_of: Mapping[str, str] | None, problems: list[ImportProblem]
) -> list[Contact]:
    """Return the numbers of services in the file's order.

    Args:
        grid_of: the grid of each building.
    """
    ids: set[str] = set()

    def contact(row: Row) -> Contact:
        contact_id, building_id = row.uuid("id"), row.optional("building_id")
        grid_id = row.digits("grid_id", _LEVEL_DIGITS["grid"])
        _check_known(row, "grid_id", grid_id, grid_ids, "org.csv")
        if building_id:
            _check_known(row, "building_id", building_id, grid_of, "buildings.csv")
            if grid_of and grid_of.get(building_id, grid_id) != grid_id:
                row.fail("building_id", f"the building lies in another grid than {grid_id}")
        _take_new(row, "id", contact_id, ids)
        ids.add(contact_id)
        number = row.text("number")
        if not _NUMBER.issuperset(number):
            row.fail("number", "must be digits, with spaces, hyphens or a plus sign between")
        return Contact(contact_id, grid_id, building_id, row.optional("group"), row.text("name"), number)

    return _values(read_table(path, CONTACT_COLUMNS, problems), contact)


def read_tags(
    path: Path, place_ids: Collection[str] | None, person_ids: Collection[str] | None, problems: list[ImportProblem]
) -> list[TagBinding]:
    """Return the tags; a value may be empty where its digest is given, and then only the digest is known."""
    digests: set[str] = set()

    def tag(row: Row) -> TagBinding:
        medium, value = row.choice("medium", _MEDIA), row.optional("value")
        digest = _digest(row, medium, value)
        _take_new(row, "digest", digest, digests)
        digests.add(digest)
        role, target_id = row.choice("role", ROLES), row.optional("target_id")
        if role == "visitor" and target_id:
            row.fail("target_id", "must be empty for a visitor's card")
        if role != "visitor":
            known, file = (
                (place_ids, "buildings.csv or entrances.csv") if role == "place" else (person_ids, "people.csv")
            )
            _check_known(row, "target_id", target_id, known, file)
        return TagBinding(
            medium, value, digest, role, target_id, row.choice("status", TAG_STATUSES), row.optional("label")
        )

    return _values(read_table(path, TAG_COLUMNS, problems), tag)


def unit_rows(units: Iterable[Unit]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each unit in the order of `ORG_COLUMNS`."""
    return ((unit.level, unit.code, unit.parent_code, unit.name, int(unit.is_synthetic)) for unit in units)


def people_rows(seats: Iterable[Seat], people: Iterable[Person]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each seat with its holder in the order of `PEOPLE_COLUMNS`."""
    holders = {person.seat_id: person for person in people}
    for seat in seats:
        person = holders[seat.id]
        yield seat.id, seat.grid_id, seat.slot, person.id, person.name, person.pin


def building_rows(buildings: Iterable[Building]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each building in the order of `BUILDING_COLUMNS`, then its note."""
    for each in buildings:
        initials = " ".join(each.initials)
        yield each.id, each.grid_id, each.name, each.address, each.lon, each.lat, each.datum, initials, each.note


def entrance_rows(entrances: Iterable[Entrance]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each entrance in the order of `ENTRANCE_COLUMNS`."""
    for each in entrances:
        yield each.id, each.building_id, each.number, each.name, each.households, each.lon, each.lat


def contact_rows(contacts: Iterable[Contact]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each contact in the order of `CONTACT_COLUMNS`."""
    for each in contacts:
        yield each.id, each.grid_id, each.building_id, each.group, each.name, each.number


def tag_rows(tags: Iterable[TagBinding]) -> Iterable[tuple[object, ...]]:
    """Yield the cells of each tag in the order of `TAG_COLUMNS`."""
    for each in tags:
        yield each.medium, each.value, each.digest, each.role, each.target_id, each.status, each.label


def _values(rows: Iterable[Row], parse: Callable[[Row], Value]) -> list[Value]:
    parsed = [(row, parse(row)) for row in rows]
    return [value for row, value in parsed if row.is_sound]


def _take_new(row: Row, column: str, key: str, taken: Collection[str]) -> None:
    if key in taken:
        row.fail(column, f"{key} stands in this file already")


def _check_known(row: Row, column: str, key: str, known: Collection[str] | None, file: str) -> None:
    if row.is_sound and known is not None and key not in known:
        row.fail(column, f"{key or 'nothing'} is not in {file}")


def _point(row: Row) -> Point:
    point = row.degrees("lon"), row.degrees("lat")
    fault = point_fault(point) if row.is_sound else None
    if fault:
        row.fail("lon", fault)
    return point


def _digest(row: Row, medium: str, value: str) -> str:
    digest = row.optional("digest")
    if len(digest) != _DIGEST_DIGITS or not set(digest) <= set("0123456789abcdef"):
        row.fail("digest", f"must be {_DIGEST_DIGITS} lower-case hex digits")
        return digest
    is_fitting = not value or digest == tag_digest(Tag(medium, value))
    if not is_fitting and medium == CARD_MEDIUM and _is_printed(value, digest):
        row.fail("value", _PRINTED)
        return digest
    if not is_fitting:
        row.fail("digest", "is not the digest of this medium and value")
    fault = _value_fault(medium, value) if value else None
    if fault:
        row.fail("value", fault)
    return digest


def _is_printed(value: str, digest: str) -> bool:
    """Tell whether a value is the number printed on a card: it has a comma, or the digest is that of a longer one."""
    number = typed_card(value)
    if number is None or number.whole is None:
        return looks_like_card(value)
    return bool(cards_meant(number, frozenset([digest])))


def _value_fault(medium: str, value: str) -> str | None:
    if medium == "qr":
        try:
            return None if parse_plate_code(value) == value else "must be the plate code as printed, in capitals"
        except DamagedPlate as exc:
            return str(exc)
    if not set(value) <= _HEX:
        return "must be upper-case hex digits"
    if is_random_uid(Tag(medium, value)):
        return "is drawn anew at every tap, as phones do: nobody and no place can be known by it"
    return f"must have {_EM_DIGITS} digits" if medium == "em" and len(value) != _EM_DIGITS else None
