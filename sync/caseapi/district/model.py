"""A district as the case API imports it: streets, communities, grids, seats, buildings, entrances, tags, catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sync.caseapi.district.area import Area
from sync.caseapi.district.catalogue import Matter
from sync.tags import Tag, tag_digest

Slot = Literal["leader", "steward", "officer", "informant"]
"""What a seat in a grid's team is for; each deployment gives the four its own names."""

SLOTS: tuple[Slot, ...] = ("leader", "steward", "officer", "informant")

Role = Literal["place", "inspector", "visitor"]
"""What a tag stands for: a building or entrance, a person of the team, somebody at an activity."""

ROLES: tuple[Role, ...] = ("place", "inspector", "visitor")

TagStatus = Literal["active", "replaced", "revoked"]
TAG_STATUSES: tuple[TagStatus, ...] = ("active", "replaced", "revoked")

Datum = Literal["CGCS2000", "WGS84"]
"""The two datums that need no conversion: they differ by less than a metre."""

DATUMS: tuple[Datum, ...] = ("CGCS2000", "WGS84")


USUAL_RADIUS_M = 60
"""Radius of a building of which the pack says nothing: a block of six entrances is 90 m long."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street (jiedao); `code` has 9 digits."""

    code: str
    name: str
    area: Area


@dataclass(frozen=True, slots=True)
class Community:
    """A community (shequ); `code` has 12 digits; `is_synthetic` marks one that is made up."""

    code: str
    street_code: str
    name: str
    is_synthetic: bool
    area: Area


@dataclass(frozen=True, slots=True)
class Grid:
    """A team's patch; `id` is the community's 12 digits and a serial of 3, west to east, north to south."""

    id: str
    community_code: str
    name: str
    area: Area


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a grid's team; `id` is the grid's id, a hyphen and a number."""

    id: str
    grid_id: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class Person:
    """The holder of a seat, with the six-digit PIN in clear; the importer keeps only its Argon2id verifier."""

    id: str
    seat_id: str
    name: str
    pin: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entrance of a building: its number, and how many households live behind it, never who."""

    id: str
    building_id: str
    number: int
    name: str
    households: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Building:
    """A residential building.

    Attributes:
        initials: the pinyin initials of its name in every reading.
        radius_m: how far from its point somebody still counts as there, metres.
        note: what everybody who goes there should know of the building, never of a person.
        outline: its ground plan; empty where nobody drew it.
    """

    id: str
    grid_id: str
    name: str
    address: str
    lon: float
    lat: float
    datum: Datum
    initials: tuple[str, ...]
    entrances: tuple[Entrance, ...]
    radius_m: int = USUAL_RADIUS_M
    note: str = ""
    outline: Area = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """The number of a service that people of a grid call, never a person's.

    Attributes:
        building_id: only there; empty for the whole grid.
        group: only for matters of this group of the catalogue, by its Chinese name; empty for all.
    """

    id: str
    grid_id: str
    building_id: str
    group: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class TagBinding:
    """What a tag stands for.

    Attributes:
        medium: ``qr`` (plate), ``em`` (EM4100), ``a`` (ISO 14443-A), ``epc`` (UHF).
        value: the text or upper-case hex in clear; empty where only the digest is handed over.
        digest: as by `sync.tags.tag_digest`.
        target_id: a building's or entrance's id for a place, a person's for an inspector, empty for a visitor.
        label: what is printed on it for people, or empty.
    """

    medium: str
    value: str
    digest: str
    role: Role
    target_id: str
    status: TagStatus
    label: str


def bind(tag: Tag, role: Role, target_id: str, *, status: TagStatus = "active", label: str = "") -> TagBinding:
    """Return the binding of a tag whose value is known."""
    return TagBinding(tag.medium, tag.value, tag_digest(tag), role, target_id, status, label)


@dataclass(frozen=True, slots=True)
class District:
    """Everything that one district's import holds, in the order of its files."""

    code: str
    name: str
    streets: tuple[Street, ...]
    communities: tuple[Community, ...]
    grids: tuple[Grid, ...]
    seats: tuple[Seat, ...]
    people: tuple[Person, ...]
    buildings: tuple[Building, ...]
    tags: tuple[TagBinding, ...]
    catalogue: tuple[Matter, ...]
    contacts: tuple[Contact, ...] = ()

    def entrances(self) -> Iterator[Entrance]:
        """Yield every entrance, building by building."""
        for building in self.buildings:
            yield from building.entrances
