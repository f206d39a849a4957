"""A pack: one district as a folder of tables and borders, written the same every time, read with every fault named."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sync.caseapi.district import pack_rows as rows
from sync.caseapi.district.area import Area
from sync.caseapi.district.boundaries import (
    Level,
    foreign_outlines,
    missing_borders,
    read_boundaries,
    write_boundaries,
)
from sync.caseapi.district.catalogue import CATALOGUE_COLUMNS, catalogue_rows, read_catalogue
from sync.caseapi.district.model import Building, Community, Contact, District, Entrance, Grid, Street
from sync.caseapi.district.problems import ImportProblem, PackRefused
from sync.caseapi.district.tables import write_table

ORG = "org.csv"
BORDERS = "grids.geojson"
PEOPLE = "people.csv"
BUILDINGS = "buildings.csv"
ENTRANCES = "entrances.csv"
TAGS = "tags.csv"
CATALOGUE = "catalogue.csv"
OUTLINES = "buildings.geojson"
CONTACTS = "contacts.csv"

PACK_FILES = (ORG, BORDERS, PEOPLE, BUILDINGS, ENTRANCES, TAGS, CATALOGUE)
"""The files of a pack, in the order in which each needs only those before it."""

OPTIONAL_FILES = (OUTLINES, CONTACTS)
"""Files that a pack may have besides: the buildings' ground plans, and numbers of services to call."""

README = "README.txt"

Known = TypeVar("Known")

SYNTHETIC_NOTE = """\
本目录为合成演示数据：街道与社区名称、代码取自公开资料（china-division 2.7.0），其余（网格、席位、楼栋、
边界、标签、六位 PIN，以及 org.csv 中 synthetic 为 1 的社区）均为生成，不对应任何真实的人或住址。
Synthetic demonstration data: names and codes of streets and communities are public (china-division 2.7.0); all else
(grids, seats, buildings, borders, tags, six-digit PINs, and communities marked synthetic in org.csv) is generated and
stands for no real person or address.
"""


def write_pack(district: District, folder: Path) -> None:
    """Write a synthetic district as a pack, with a note that says so; files of the same name are replaced.

    The same district gives the same bytes. PINs stand in clear: the importer hashes them and the pack is thrown away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / README).write_bytes(SYNTHETIC_NOTE.encode())
    write_table(folder / ORG, rows.ORG_COLUMNS, rows.unit_rows(_units(district)))
    write_boundaries(folder / BORDERS, _borders(district))
    write_table(folder / PEOPLE, rows.PEOPLE_COLUMNS, rows.people_rows(district.seats, district.people))
    write_table(folder / BUILDINGS, (*rows.BUILDING_COLUMNS, rows.NOTE), rows.building_rows(district.buildings))
    write_table(folder / ENTRANCES, rows.ENTRANCE_COLUMNS, rows.entrance_rows(district.entrances()))
    write_table(folder / TAGS, rows.TAG_COLUMNS, rows.tag_rows(district.tags))
    write_table(folder / CATALOGUE, CATALOGUE_COLUMNS, catalogue_rows(district.catalogue))
    drawn = [each for each in district.buildings if each.outline]
    write_boundaries(folder / OUTLINES, (("building", each.id, each.outline) for each in drawn))
    write_table(folder / CONTACTS, rows.CONTACT_COLUMNS, rows.contact_rows(district.contacts))


def read_pack(folder: Path) -> District:
    """Return the district of a pack; every file is read to its end first, and nothing is changed anywhere.

    Raises:
        PackRefused: with every fault, each naming file, line and column; a fault that only follows from a fault in
            another file is not added.
    """
    problems: list[ImportProblem] = []
    units = rows.read_units(folder / ORG, problems)
    areas = read_boundaries(folder / BORDERS, problems)
    if not problems:
        problems += missing_borders(BORDERS, _codes(units), areas)
        problems += _district_problems(units)
    grid_areas = {unit.code: areas.get(("grid", unit.code)) for unit in units if unit.level == "grid"}
    staffed = rows.read_people(folder / PEOPLE, _if_sound(grid_areas, problems, ORG), problems)
    person_ids = _if_sound({person.id for _, person in staffed}, problems, PEOPLE)
    sited = rows.read_buildings(folder / BUILDINGS, _if_sound(grid_areas, problems, ORG, BORDERS), problems)
    sources = {building.id: source for building, source in sited}
    entrances = rows.read_entrances(folder / ENTRANCES, _if_sound(sources, problems, BUILDINGS), problems)
    place_ids = _if_sound({*sources, *(each.id for each in entrances)}, problems, BUILDINGS, ENTRANCES)
    tags = rows.read_tags(folder / TAGS, place_ids, person_ids, problems)
    catalogue = read_catalogue(folder / CATALOGUE, problems)
    outlines = _outlines(folder / OUTLINES, _if_sound(sources, problems, BUILDINGS), problems)
    contacts: list[Contact] = []
    if (folder / CONTACTS).exists():
        grid_of = _if_sound({building.id: building.grid_id for building, _ in sited}, problems, BUILDINGS)
        grids = _if_sound(grid_areas, problems, ORG)
        contacts = rows.read_contacts(folder / CONTACTS, grids, grid_of, problems)
    if problems:
        raise PackRefused(problems)
    buildings = [replace(building, outline=outlines.get(building.id, ())) for building, _ in sited]
    return replace(
        _organisation(units, areas),
        seats=tuple(seat for seat, _ in staffed),
        people=tuple(person for _, person in staffed),
        buildings=_with_entrances(buildings, entrances),
        tags=tuple(tags),
        catalogue=tuple(catalogue),
        contacts=tuple(contacts),
    )


def _outlines(path: Path, building_ids: Collection[str] | None, problems: list[ImportProblem]) -> dict[str, Area]:
    """Return the ground plans by building, none where the pack has no file of them."""
    if not path.exists():
        return {}
    areas = read_boundaries(path, problems)
    if building_ids is not None:
        problems += foreign_outlines(path.name, building_ids, areas)
    return {building_id: area for (_, building_id), area in areas.items()}


def _units(district: District) -> Iterator[rows.Unit]:
    yield rows.Unit("district", district.code, "", district.name, False)
    for street in district.streets:
        yield rows.Unit("street", street.code, district.code, street.name, False)
    for each in district.communities:
        yield rows.Unit("community", each.code, each.street_code, each.name, each.is_synthetic)
    for grid in district.grids:
        yield rows.Unit("grid", grid.id, grid.community_code, grid.name, True)


def _borders(district: District) -> Iterator[tuple[Level, str, Area]]:
    yield from (("street", street.code, street.area) for street in district.streets)
    yield from (("community", community.code, community.area) for community in district.communities)
    yield from (("grid", grid.id, grid.area) for grid in district.grids)


def _codes(units: list[rows.Unit]) -> dict[Level, list[str]]:
    levels: tuple[Level, ...] = ("street", "community", "grid")
    return {level: [unit.code for unit in units if unit.level == level] for level in levels}


def _district_problems(units: list[rows.Unit]) -> list[ImportProblem]:
    districts = [unit.code for unit in units if unit.level == "district"]
    if len(districts) == 1:
        return []
    return [ImportProblem(ORG, 0, "level", f"must have exactly one district, has {len(districts)}")]


def _if_sound(known: Known, problems: list[ImportProblem], *files: str) -> Known | None:
    """Return what later files may refer to, or None when these files have faults: what lacks may only be misread."""
    return None if any(problem.file in files for problem in problems) else known


def _organisation(units: list[rows.Unit], areas: dict[tuple[Level, str], Area]) -> District:
    at = {
        level: [unit for unit in units if unit.level == level] for level in ("district", "street", "community", "grid")
    }
    top = at["district"][0]
    return District(
        code=top.code,
        name=top.name,
        streets=tuple(Street(u.code, u.name, areas["street", u.code]) for u in at["street"]),
        communities=tuple(
            Community(u.code, u.parent_code, u.name, u.is_synthetic, areas["community", u.code])
            for u in at["community"]
        ),
        grids=tuple(Grid(u.code, u.parent_code, u.name, areas["grid", u.code]) for u in at["grid"]),
        seats=(),
        people=(),
        buildings=(),
        tags=(),
        catalogue=(),
    )


def _with_entrances(buildings: list[Building], entrances: list[Entrance]) -> tuple[Building, ...]:
    by_building: dict[str, list[Entrance]] = {}
    for entrance in entrances:
        by_building.setdefault(entrance.building_id, []).append(entrance)
    return tuple(replace(building, entrances=tuple(by_building.get(building.id, ()))) for building in buildings)
