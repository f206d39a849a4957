"""Turns a district's files into feed entries. What stands already is left alone; what is gone is deleted."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from sync.caseapi.config import PinCost
from sync.caseapi.district.catalogue import Matter
from sync.caseapi.district.model import Building, Community, Contact, District, Person, Seat, Street, TagBinding
from sync.caseapi.errors import ImportRefused
from sync.caseapi.service.catalogue.sheets import entry_of, imported_sheet
from sync.caseapi.service.feeds import grid_scope
from sync.caseapi.service.people.verifiers import pin_verifier, still_verifies
from sync.caseapi.service.places.borders import AREA, AREAS, AreaEntry
from sync.caseapi.storage.base import FeedStore
from sync.caseapi.storage.values import FeedChange
from sync.clock import format_time, parse_time
from sync.reference import (
    BuildingEntry,
    ContactEntry,
    EntranceEntry,
    Entry,
    GridEntry,
    PersonEntry,
    TagEntry,
)

PERSON_VALID_MS = 365 * 24 * 3_600_000
"""How long a person may sign in after an import: a year; importing again in its second half renews it."""

_Key = tuple[str, str, str]
_Standing = Mapping[_Key, bytes]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        rows: how many rows of each type the files hold.
        changed: how many entries were written to feeds.
    """

    rows: dict[str, int]
    changed: int


@dataclass(frozen=True, slots=True)
class Hashing:
    """How PINs become verifiers, and from when people may sign in."""

    cost: PinCost
    now_ms: int


async def import_district(feeds: FeedStore, district: District, hashing: Hashing, *, own: str) -> Imported:
    """Make a district's files what the tablets are told, in one transaction.

    Args:
        own: the district that this database serves.

    Raises:
        ImportRefused: the files are of another district.
    """
    if district.code != own:
        raise ImportRefused(f"the files are of district {district.code}, this database serves {own}")
    types = (AREA, "grid", "building", "entrance", "tag", "person", "matter", "contact")
    standing = await feeds.standing(types)
    entries = await asyncio.to_thread(_district_entries, district, standing, hashing)
    return await _publish(feeds, entries, standing)


async def import_catalogue(feeds: FeedStore, matters: Iterable[Matter]) -> Imported:
    """Make a catalogue what the tablets are told, in one transaction."""
    return await _publish(feeds, list(_matters(matters)), await feeds.standing(["matter"]))


async def _publish(feeds: FeedStore, entries: list[FeedChange], standing: _Standing) -> Imported:
    new = {(entry.scope, entry.type, entry.id) for entry in entries}
    gone = [FeedChange(*key, b"null", is_deleted=True) for key in sorted(set(standing) - new)]
    rows: dict[str, int] = {}
    for entry in entries:
        rows[entry.type] = rows.get(entry.type, 0) + 1
    return Imported(rows, await feeds.publish([*gone, *entries]))


def _district_entries(district: District, standing: _Standing, hashing: Hashing) -> list[FeedChange]:
    return [
        *_grids(district),
        *_areas(district),
        *_buildings(district),
        *_people(zip(district.seats, district.people, strict=True), standing, hashing),
        *_tags(district),
        *_matters(district.catalogue),
        *_contacts(district.contacts),
    ]


def _grids(district: District) -> Iterator[FeedChange]:
    streets = {street.code: street.name for street in district.streets}
    communities = {community.code: community for community in district.communities}
    for grid in district.grids:
        community = communities[grid.community_code]
        entry = GridEntry(
            name=grid.name,
            community=community.code,
            community_name=community.name,
            street_name=streets[community.street_code],
            district=district.code,
            district_name=district.name,
            border=grid.area,
        )
        yield _change(grid_scope(grid.id), "grid", grid.id, entry)


def _areas(district: District) -> Iterator[FeedChange]:
    units: tuple[Street | Community, ...] = (*district.streets, *district.communities)
    for unit in units:
        if unit.area:
            yield FeedChange(AREAS, AREA, unit.code, msgspec.json.encode(AreaEntry(unit.area)))


def _buildings(district: District) -> Iterator[FeedChange]:
    for order, building in enumerate(district.buildings):
        scope = grid_scope(building.grid_id)
        yield _change(scope, "building", building.id, _building(building, order))
        for entrance in building.entrances:
            body = EntranceEntry(building.id, entrance.name, entrance.number)
            yield _change(scope, "entrance", entrance.id, body)


def _building(building: Building, order: int) -> BuildingEntry:
    return BuildingEntry(
        name=building.name,
        grid=building.grid_id,
        address=building.address,
        initials=" ".join(building.initials),
        lat=building.lat,
        lon=building.lon,
        radius_m=float(building.radius_m),
        order=order,
        note=building.note,
        outline=building.outline,
    )


def _people(staffed: Iterable[tuple[Seat, Person]], standing: _Standing, hashing: Hashing) -> Iterator[FeedChange]:
    for seat, person in staffed:
        scope = grid_scope(seat.grid_id)
        body = standing.get((scope, "person", person.id))
        kept = None if body is None else msgspec.json.decode(body, type=PersonEntry)
        yield _change(scope, "person", person.id, _person(seat, person, kept, hashing))


def _person(seat: Seat, person: Person, kept: PersonEntry | None, hashing: Hashing) -> PersonEntry:
    valid_until = format_time(hashing.now_ms + PERSON_VALID_MS)
    if kept is not None and parse_time(kept.valid_until) - hashing.now_ms > PERSON_VALID_MS // 2:
        valid_until = kept.valid_until
    is_same_pin = kept is not None and still_verifies(kept.pin, person.pin, hashing.cost)
    verifier = kept.pin if kept is not None and is_same_pin else pin_verifier(person.pin, hashing.cost)
    return PersonEntry(person.name, seat.id, seat.grid_id, verifier, valid_until)


def _tags(district: District) -> Iterator[FeedChange]:
    grid_of = {building.id: building.grid_id for building in district.buildings}
    grid_of |= {entrance.id: grid_of[entrance.building_id] for entrance in district.entrances()}
    seat_grid = {seat.id: seat.grid_id for seat in district.seats}
    grid_of |= {person.id: seat_grid[person.seat_id] for person in district.people}
    for tag in district.tags:
        grid = grid_of.get(tag.target_id)
        scope = grid_scope(grid) if grid is not None else f"district:{district.code}"
        yield _change(scope, "tag", tag.digest, _tag(tag))


def _tag(tag: TagBinding) -> TagEntry:
    return TagEntry(tag.medium, tag.role, tag.target_id or tag.label, tag.status)


def _matters(matters: Iterable[Matter]) -> Iterator[FeedChange]:
    for matter in matters:
        yield entry_of(imported_sheet(matter, None))


def _contacts(contacts: Iterable[Contact]) -> Iterator[FeedChange]:
    for order, contact in enumerate(contacts):
        entry = ContactEntry(contact.name, contact.number, contact.building_id or None, contact.group, order)
        yield _change(grid_scope(contact.grid_id), "contact", contact.id, entry)


def _change(scope: str, entry_type: str, entry_id: str, body: Entry) -> FeedChange:
    return FeedChange(scope, entry_type, entry_id, msgspec.json.encode(body))
