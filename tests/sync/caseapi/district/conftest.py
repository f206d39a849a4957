"""The synthetic district, generated once, and a small part of it for tests that write many packs."""

from dataclasses import replace
from pathlib import Path

import pytest

from sync.caseapi.district.generate import generate
from sync.caseapi.district.model import District
from sync.caseapi.district.pack import write_pack


@pytest.fixture(scope="session")
def district() -> District:
    return generate(2019)


@pytest.fixture(scope="session")
def hamlet(district: District) -> District:
    """One street, one community, two grids, and what belongs to them: a whole district in small."""
    street, community, grids = district.streets[0], district.communities[0], district.grids[:2]
    seats = tuple(seat for seat in district.seats if seat.grid_id in {grid.id for grid in grids})
    people = tuple(person for person in district.people if person.seat_id in {seat.id for seat in seats})
    buildings = tuple(each for each in district.buildings if each.grid_id in {grid.id for grid in grids})
    targets = {each.id for each in (*people, *buildings)} | {e.id for each in buildings for e in each.entrances} | {""}
    tags = tuple(tag for tag in district.tags if tag.target_id in targets)
    return replace(
        district, streets=(street,), communities=(community,), grids=grids, seats=seats, people=people,
        buildings=buildings, tags=tags, catalogue=district.catalogue[-20:],
        contacts=tuple(contact for contact in district.contacts if contact.grid_id in {grid.id for grid in grids}),
    )  # fmt: skip


@pytest.fixture
def pack(hamlet: District, tmp_path: Path) -> Path:
    write_pack(hamlet, tmp_path)
    return tmp_path
