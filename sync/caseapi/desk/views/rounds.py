"""Rounds by building: what was looked at, never by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.words import Chip, grid_name
from sync.caseapi.storage.rows import BuildingRounds, RoundDone
from sync.reference import GridEntry
from sync.text import clean_line

BUILDINGS_SHOWN = 24
"""Most reached buildings listed while no community is chosen; when there are more, a community is chosen first."""


@dataclass(frozen=True, slots=True)
class RoundCell:
    """What one round found; without chips, nobody has been there yet."""

    chips: tuple[Chip, ...] = ()
    entrances: str = ""


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """A building, its two rounds, and how many of its entrances have a plate."""

    name: str
    first: RoundCell
    second: RoundCell
    plates: str = ""


@dataclass(frozen=True, slots=True)
class GridGroup:
    """A grid, how many entrances of it have a plate, and those of its buildings that are listed."""

    name: str
    lines: tuple[BuildingLine, ...]
    plates: str = ""


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community: how many of its buildings were reached in each round."""

    id: str
    name: str
    street: str
    total: int
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class RoundsView:
    """The section.

    Attributes:
        reached: buildings with a check-in today, in the whole district.
        groups: of the chosen community all buildings; else those reached, unless they are too many to read.
        chosen: name of the chosen community, or empty.
    """

    reached: int
    total: int
    groups: tuple[GridGroup, ...]
    communities: tuple[CommunityLine, ...]
    chosen: str


def rounds_view(
    rounds: Sequence[BuildingRounds], grids: Mapping[str, GridEntry], *, community: str, texts: Texts
) -> RoundsView:
    """Return the section; an unknown community counts as none chosen."""
    communities = _communities(rounds, grids)
    chosen = next((line.name for line in communities if line.id == community), "")
    reached = [building for building in rounds if building.rounds]
    if chosen:
        shown = [building for building in rounds if _community_of(building, grids) == community]
    else:
        shown = reached if len(reached) <= BUILDINGS_SHOWN else []
    return RoundsView(len(reached), len(rounds), _groups(shown, rounds, grids, texts), communities, chosen)


def _groups(
    buildings: Sequence[BuildingRounds],
    every: Sequence[BuildingRounds],
    grids: Mapping[str, GridEntry],
    texts: Texts,
) -> tuple[GridGroup, ...]:
    """Return the buildings by grid, both in the order given; a grid's plates are those of all its buildings."""
    of_grid: dict[str, list[BuildingRounds]] = {}
    for building in every:
        of_grid.setdefault(building.grid, []).append(building)
    return tuple(
        GridGroup(
            grid_name(grid, grids), tuple(_line(building, texts) for building in group), _plates(of_grid[grid], texts)
        )
        for grid, group in groupby(buildings, key=lambda building: building.grid)
    )


def _plates(buildings: Sequence[BuildingRounds], texts: Texts) -> str:
    mounted = sum(building.plates for building in buildings)
    places = sum(len(building.entrances) or 1 for building in buildings)
    return texts("plates {mounted}/{all}").format(mounted=mounted, all=places)


def _community_of(building: BuildingRounds, grids: Mapping[str, GridEntry]) -> str:
    entry = grids.get(building.grid)
    return entry.community if entry else ""


def _communities(rounds: Sequence[BuildingRounds], grids: Mapping[str, GridEntry]) -> tuple[CommunityLine, ...]:
    """Return the communities by id, never by how much was done there."""
    counts: dict[str, list[int]] = {entry.community: [0, 0, 0] for entry in grids.values()}
    for building in rounds:
        count = counts.get(_community_of(building, grids))
        if count is not None:
            done = {found.round for found in building.rounds}
            count[0] += 1
            count[1] += 1 in done
            count[2] += 2 in done
    names = {entry.community: entry for entry in grids.values()}
    return tuple(
        CommunityLine(id_, clean_line(names[id_].community_name), clean_line(names[id_].street_name), *counts[id_])
        for id_ in sorted(counts)
    )


def _line(building: BuildingRounds, texts: Texts) -> BuildingLine:
    found = {one.round: _cell(one, len(building.entrances), texts) for one in building.rounds}
    nothing = RoundCell()
    plates = _plates([building], texts)
    return BuildingLine(clean_line(building.name), found.get(1, nothing), found.get(2, nothing), plates)


def _cell(found: RoundDone, entrances: int, texts: Texts) -> RoundCell:
    chips = [
        (found.issue, texts("Problem"), "bad"),
        (found.no_access, texts("No access"), "warn"),
        (found.normal, texts("Normal"), "good"),
        (found.not_stated, texts("Arrived"), "calm"),
    ]
    words = ""
    if found.entrances and entrances:
        words = texts("entrances {seen}/{all}").format(seen=len(found.entrances), all=entrances)
    return RoundCell(
        tuple(Chip(f"{word} {count}" if count > 1 else word, tone) for count, word, tone in chips if count),  # type: ignore[arg-type]  # literals of Tone, widened by the list
        words,
    )
