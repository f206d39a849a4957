"""The synthetic buildings: parallel blocks in each grid, their entrances along the south side."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counted

from sync.caseapi.district import layout, naming
from sync.caseapi.district.area import Area, rectangle
from sync.caseapi.district.initials import initials_of
from sync.caseapi.district.model import Building, Entrance
from sync.caseapi.district.seeded import Seeded

BUILDINGS = 928
"""Residential buildings of the district in 2019."""

ENTRANCE_WEIGHTS = {1: 8, 2: 14, 3: 22, 4: 26, 5: 18, 6: 12}
"""How many buildings of a hundred have one to six entrances; nobody counted, blocks of this age look so."""

TOWER_ENTRANCES = 2
TOWER_FLOORS = (11, 17, 18, 26)
"""Buildings with at most two entrances are towers; all others have six or seven floors."""

NOTES = (
    "电梯检修中，请走楼梯（合成数据）",
    "单元门禁夜间上锁，联系物业值班（合成数据）",
    "北侧房檐易结冰溜，绕行南侧（合成数据）",
    "地下室入口在北侧（合成数据）",
)
"""What is noted of made-up buildings."""

NOTED_OF_TEN = 3
"""How many buildings of ten have a note."""

_ENTRANCE_PITCH = 190
_ENTRANCE_SOUTH = 60
"""Entrances stand 15 m apart, 7 m south of the building's middle, in millionths of a degree."""
_HALF_DEPTH = 54
"""Half of a block's 12 m from south to north, likewise."""


@dataclass(frozen=True, slots=True)
class Site:
    """A grid's cell with the names that its buildings take."""

    grid_id: str
    estate: str
    address: str
    cell: layout.Cell


def building_counts(seeded: Seeded, grid_ids: Sequence[str]) -> dict[str, int]:
    """Return how many buildings each grid has: 928 in all, three or four each."""
    base, extra = divmod(BUILDINGS, len(grid_ids))
    drawn = sorted(grid_ids, key=lambda grid_id: seeded.bytes_of(8, "extra-building", grid_id))
    more = set(drawn[:extra])
    return {grid_id: base + (grid_id in more) for grid_id in grid_ids}


def buildings(seeded: Seeded, sites: Sequence[Site]) -> Iterator[Building]:
    """Yield the buildings site by site, from north to south, numbered within their estate."""
    counts = building_counts(seeded, [site.grid_id for site in sites])
    numbers: Counter[tuple[str, str]] = Counter()
    ordinals = counted()
    for site in sites:
        for place in range(counts[site.grid_id]):
            estate = (site.address, site.estate)
            numbers[estate] += 1
            name = naming.building_name(site.estate, numbers[estate])
            middle = _middle(seeded, site, place, counts[site.grid_id])
            yield _building(seeded, next(ordinals), site, name, middle)


def _middle(seeded: Seeded, site: Site, place: int, count: int) -> tuple[int, int]:
    cell = site.cell
    swing = cell.width // 4
    east = seeded.below(swing, "building-east", site.grid_id, place) - swing // 2
    north = cell.south + cell.height - cell.height * (2 * place + 1) // (2 * count)
    return cell.west + cell.width // 2 + east, north


def _building(seeded: Seeded, ordinal: int, site: Site, name: str, middle: tuple[int, int]) -> Building:
    key = (site.grid_id, name)
    building_id = seeded.id_of(ordinal, "building", *key)
    count = seeded.weighted(ENTRANCE_WEIGHTS, "entrances", *key)
    return Building(
        id=building_id,
        grid_id=site.grid_id,
        name=name,
        address=site.address + name.replace(" ", ""),
        lon=middle[0] / 1e6,
        lat=middle[1] / 1e6,
        datum="CGCS2000",
        initials=initials_of(name),
        entrances=tuple(_entrance(seeded, ordinal, building_id, (n, count), middle) for n in range(1, count + 1)),
        note=_note(seeded, building_id),
        outline=_outline(middle, count),
    )


def _note(seeded: Seeded, building_id: str) -> str:
    is_noted = seeded.below(10, "noted", building_id) < NOTED_OF_TEN
    return NOTES[seeded.below(len(NOTES), "note", building_id)] if is_noted else ""


def _outline(middle: tuple[int, int], entrances: int) -> Area:
    half_width = entrances * _ENTRANCE_PITCH // 2
    return rectangle(middle[0] - half_width, middle[1] - _HALF_DEPTH, middle[0] + half_width, middle[1] + _HALF_DEPTH)


def _entrance(
    seeded: Seeded, ordinal: int, building_id: str, numbering: tuple[int, int], middle: tuple[int, int]
) -> Entrance:
    number, count = numbering
    east = (2 * number - count - 1) * _ENTRANCE_PITCH // 2
    return Entrance(
        id=seeded.id_of(ordinal, "entrance", building_id, number),
        building_id=building_id,
        number=number,
        name=naming.entrance_name(number),
        households=_households(seeded, building_id, count),
        lon=(middle[0] + east) / 1e6,
        lat=(middle[1] - _ENTRANCE_SOUTH) / 1e6,
    )


def _households(seeded: Seeded, building_id: str, entrances: int) -> int:
    if entrances <= TOWER_ENTRANCES:
        return TOWER_FLOORS[seeded.below(len(TOWER_FLOORS), "floors", building_id)] * (
            2 + seeded.below(3, "flats", building_id)
        )
    return (6 + seeded.below(2, "floors", building_id)) * (2 + seeded.below(2, "flats", building_id))
