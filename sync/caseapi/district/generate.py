"""The synthetic district: the size of Pingfang in 2019, the public names of its communities, all else made up."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counted
from itertools import groupby, pairwise

from sync.caseapi.district import layout, naming
from sync.caseapi.district.buildings import Site, buildings
from sync.caseapi.district.catalogue import DATA, shipped_catalogue
from sync.caseapi.district.model import SLOTS, Community, Contact, District, Grid, Person, Seat, Street
from sync.caseapi.district.seeded import Seeded
from sync.caseapi.district.tagging import tags

DISTRICT_CODE = "230108"
DISTRICT_NAME = "平房区"

DEFAULT_SEED = 2019
"""The seed of the demonstration."""

GRIDS = 278
"""Grids of the district: 1,112 seats, four in each."""

CONTACTS = (("社区值班（合成）", "0000 0001"), ("物业报修（合成）", "0000 0002"), ("供热抢修（合成）", "0000 0003"))
"""Services of every grid with numbers that nobody can have: made up, and said to be."""

COMMUNITIES_FILE = "communities.csv"
"""The six streets' communities: 30 public names and codes, 3 made up (codes ending in 991 to 993) and marked."""


@dataclass(frozen=True, slots=True)
class _Listed:
    street_code: str
    street_name: str
    code: str
    name: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class _Ground:
    streets: tuple[Street, ...]
    communities: tuple[Community, ...]
    grids: tuple[Grid, ...]
    sites: tuple[Site, ...]


def generate(seed: int = DEFAULT_SEED) -> District:
    """Return the synthetic district of a seed; the same seed gives the same district everywhere.

    Names, borders and the catalogue are the same for every seed; ids, building counts, positions, households, PINs
    and tags are not.
    """
    seeded = Seeded(seed)
    ground = _ground(_listed_communities())
    seats = tuple(Seat(f"{grid.id}-{n}", grid.id, slot) for grid in ground.grids for n, slot in enumerate(SLOTS, 1))
    people = tuple(_person(seeded, seat, place) for place, seat in enumerate(seats))
    blocks = tuple(buildings(seeded, ground.sites))
    return District(
        code=DISTRICT_CODE,
        name=DISTRICT_NAME,
        streets=ground.streets,
        communities=ground.communities,
        grids=ground.grids,
        seats=seats,
        people=people,
        buildings=blocks,
        tags=tags(seeded, blocks, people),
        catalogue=shipped_catalogue(),
        contacts=tuple(_contacts(seeded, ground.grids)),
    )


def _listed_communities() -> list[_Listed]:
    with (DATA / COMMUNITIES_FILE).open(encoding="utf-8", newline="") as file:
        return [
            _Listed(row["street_code"], row["street_name"], row["code"], row["name"], row["synthetic"] == "1")
            for row in csv.DictReader(file)
        ]


def _ground(listed: Sequence[_Listed]) -> _Ground:
    by_street = [list(group) for _, group in groupby(listed, key=lambda community: community.street_code)]
    counts = layout.rows_of(GRIDS, len(listed))
    streets, communities, grids, sites = [], [], [], []
    for place, members in enumerate(by_street):
        cell = layout.street_cell(place, len(by_street))
        streets.append(Street(members[0].street_code, members[0].street_name, cell.area()))
        for community, part in zip(members, layout.split(cell, layout.rows_of(len(members), 2)), strict=True):
            communities.append(
                Community(community.code, community.street_code, community.name, community.is_synthetic, part.area())
            )
            for grid, site in _grids(community, part, counts[len(communities) - 1]):
                grids.append(grid)
                sites.append(site)
    return _Ground(tuple(streets), tuple(communities), tuple(grids), tuple(sites))


def _grids(community: _Listed, cell: layout.Cell, count: int) -> list[tuple[Grid, Site]]:
    row_sizes = layout.rows_of(count, layout.GRID_ROWS)
    address = f"{DISTRICT_NAME}{community.street_name}{community.name}"
    made = []
    for place, part in enumerate(layout.split(cell, row_sizes)):
        grid_id = f"{community.code}{place + 1:03d}"
        estate = naming.estate_name(community.name, layout.row_of(place, row_sizes))
        grid = Grid(grid_id, community.code, naming.grid_name(place + 1), part.area())
        made.append((grid, Site(grid_id, estate, address, part)))
    return made


def _contacts(seeded: Seeded, grids: Sequence[Grid]) -> Iterator[Contact]:
    ordinals = counted()
    for grid in grids:
        for name, number in CONTACTS:
            contact_id = seeded.id_of(next(ordinals), "contact", grid.id, number)
            yield Contact(contact_id, grid.id, "", "", name, number)


def _person(seeded: Seeded, seat: Seat, place: int) -> Person:
    grid_number, seat_number = divmod(place, len(SLOTS))
    name = naming.person_name(seat.slot, grid_number + 1, seat_number + 1)
    return Person(seeded.id_of(place, "person", seat.id), seat.id, name, _pin(seeded, seat.id))


def _pin(seeded: Seeded, seat_id: str) -> str:
    """Return six digits that a rule against weak PINs accepts: no run, no more than two of a kind together."""
    attempt = 0
    while True:
        pin = f"{seeded.below(1_000_000, 'pin', seat_id, attempt):06d}"
        steps = {int(b) - int(a) for a, b in pairwise(pin)}
        if len(set(pin)) >= 4 and len(steps) >= 3:
            return pin
        attempt += 1
