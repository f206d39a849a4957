"""Where plates hang and who has badges: entrances, buildings, people, in the words of the office."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from sync.caseapi.errors import CommandRefused
from sync.caseapi.storage.base import Storage
from sync.reference import BuildingEntry, EntranceEntry, GridEntry, PersonEntry, Role, TagEntry, TagStatus

TYPES = ("grid", "building", "entrance", "person", "tag")

NUMBER_DIGITS = 8
"""Hex digits of a digest by which the office knows a tag; more are asked for where two are alike."""


class Bearer(msgspec.Struct, frozen=True):
    """What has a tag.

    Attributes:
        target: id of the entrance, building or person; `building` that of an entrance's building.
        area: street, community and grid.
        name: of the building or person; `part` of the entrance or the seat's id.
        order: as the buildings of a grid are listed, and entrances of a building.
    """

    role: Role
    target: str
    grid: str
    area: str
    name: str
    part: str = ""
    building: str = ""
    order: tuple[int, int] = (0, 0)


class Given(msgspec.Struct, frozen=True):
    """A tag that stands.

    Attributes:
        number: by which the office knows it; it says nothing of the code.
        bearer: None for a visitor's card and for what is not there any more.
        is_by_record: an inspector's record put it there.
    """

    digest: str
    number: str
    medium: str
    status: TagStatus
    bearer: Bearer | None
    is_by_record: bool


@dataclass(slots=True)
class Register:
    """Bearers by id, tags with their scopes by digest, and the digests that count by bearer."""

    bearers: dict[str, Bearer] = field(default_factory=dict)
    tags: dict[str, tuple[str, TagEntry]] = field(default_factory=dict)
    counting: dict[str, list[str]] = field(default_factory=dict)

    def given(self, digest: str) -> Given:
        """Return a tag with who has it."""
        _, tag = self.tags[digest]
        is_by_record = bool(tag.records)
        return Given(digest, number_of(digest), tag.medium, tag.status, self.bearers.get(tag.target), is_by_record)

    def person(self, named: str) -> Bearer:
        """Return who an id, or a seat's id, means.

        Raises:
            CommandRefused: nobody.
        """
        found = [
            each for each in self.bearers.values() if each.role == "inspector" and named in (each.target, each.part)
        ]
        if not found:
            raise CommandRefused(
                f"there is nobody {named!r} here: name a person's id or a seat, like 230108001001001-2"
            )
        return found[0]

    def places(self) -> list[Bearer]:
        """Return where plates hang: entrances, and buildings that have none, in their order."""
        places = [each for each in self.bearers.values() if each.role == "place"]
        housed = {each.building for each in places if each.part}
        return sorted(
            (each for each in places if each.part or each.target not in housed),
            key=lambda each: (each.grid, each.order, each.target),
        )


async def read_register(storage: Storage) -> Register:
    """Return who and what can have tags, and the tags that stand."""
    return _register(await storage.feeds.standing(TYPES))


def number_of(digest: str) -> str:
    """Return the number by which the office knows a tag."""
    return f"{digest[: NUMBER_DIGITS // 2]}-{digest[NUMBER_DIGITS // 2 : NUMBER_DIGITS]}".upper()


def _register(standing: Mapping[tuple[str, str, str], bytes]) -> Register:
    register = Register()
    areas = {grid: _area(msgspec.json.decode(body, type=GridEntry)) for _, grid, body in _of(standing, "grid")}
    for _, building, body in _of(standing, "building"):
        entry = msgspec.json.decode(body, type=BuildingEntry)
        register.bearers[building] = Bearer(
            *("place", building, entry.grid, areas.get(entry.grid, ""), entry.name, "", building, (entry.order, 0))
        )
    for _, entrance, body in _of(standing, "entrance"):
        part = msgspec.json.decode(body, type=EntranceEntry)
        house = register.bearers.get(part.building)
        if house is not None:
            register.bearers[entrance] = Bearer(
                *("place", entrance, house.grid, house.area, house.name, part.name, part.building),
                (house.order[0], part.order),
            )
    for _, person, body in _of(standing, "person"):
        who = msgspec.json.decode(body, type=PersonEntry)
        register.bearers[person] = Bearer("inspector", person, who.grid, areas.get(who.grid, ""), who.name, who.seat)
    for scope, digest, body in _of(standing, "tag"):
        tag = msgspec.json.decode(body, type=TagEntry)
        register.tags[digest] = (scope, tag)
        if tag.status == "active":
            register.counting.setdefault(tag.target, []).append(digest)
    return register


def _of(standing: Mapping[tuple[str, str, str], bytes], entry_type: str) -> Iterator[tuple[str, str, bytes]]:
    return ((scope, entry_id, body) for (scope, each, entry_id), body in standing.items() if each == entry_type)


def _area(grid: GridEntry) -> str:
    return f"{grid.street_name} {grid.community_name} {grid.name}"
