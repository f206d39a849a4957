"""Finding a building or a person without typing much: recent ones first, then numbers, initials, characters."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from fieldapp.services.facts import recent_facts
from fieldapp.services.matter_picker import folded
from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.ports import Journal, Reference
from fieldapp.services.position import Away, Positions
from sync.records import CheckIn
from sync.reference import BuildingEntry, EntranceEntry

_LOOK_BACK = 60
"""Check-ins looked at for the recent buildings."""

_NUMBERS = re.compile(r"[0-9]+")


class BuildingChoice(Struct, frozen=True):
    """A building of the list, with its entrances in their order.

    Attributes:
        entrances: (id, name) of each.
        away: how far away it is, None without a position.
    """

    id: str
    name: str
    address: str
    entrances: tuple[tuple[str, str], ...] = ()
    is_recent: bool = False
    away: Away | None = None

    @property
    def has_doors(self) -> bool:
        """Return whether there is a choice of doors."""
        return len(self.entrances) > 1

    def only_place(self) -> NamedPlace:
        """Return the place of a building without a choice of doors: its only one, or the building as a whole."""
        door, name = self.entrances[0] if self.entrances else ("", "")
        return NamedPlace(Place(self.id, door or None), self.name, name)

    def place_at(self, door: str) -> NamedPlace:
        """Return the place at a door, by its id; the building as a whole for an empty one."""
        return NamedPlace(Place(self.id, door or None), self.name, dict(self.entrances).get(door, ""))


class _Indexed(Struct, frozen=True):
    choice: BuildingChoice
    name: str
    address: str
    initials: tuple[str, ...]
    numbers: tuple[str, ...]


class BuildingFinder:
    """An index over the buildings of the moment. Pure: build it in a worker, then ask it on every key.

    Args:
        recent: ids of buildings used lately, newest first.
        away: how far away buildings are, nearest first; they come before all others.
    """

    def __init__(
        self,
        buildings: Mapping[str, BuildingEntry],
        entrances: Mapping[str, EntranceEntry],
        recent: Iterable[str] = (),
        away: Mapping[str, Away] | None = None,
    ) -> None:
        doors: dict[str, list[tuple[str, str]]] = {}
        for entrance_id, entrance in entrances.items():
            doors.setdefault(entrance.building, []).append((entrance_id, entrance.name))
        first = [building_id for building_id in dict.fromkeys(recent) if building_id in buildings]
        near = away or {}
        self._index = [
            _indexed(
                BuildingChoice(
                    building_id,
                    buildings[building_id].name,
                    buildings[building_id].address,
                    tuple(doors.get(building_id, ())),
                    building_id in first,
                    near.get(building_id),
                ),
                buildings[building_id],
            )
            for building_id in dict.fromkeys([*near, *first, *buildings])
            if building_id in buildings
        ]

    def find(self, query: str = "") -> list[BuildingChoice]:
        """Return the buildings that fit, best first; for an empty query all, the nearest first, else recent ones."""
        wanted = folded(query)
        if not wanted:
            return [row.choice for row in self._index]
        ranked = [
            (rank, place, row.choice)
            for place, row in enumerate(self._index)
            if (rank := _rank(row, wanted)) is not None
        ]
        return [choice for _, _, choice in sorted(ranked, key=lambda found: found[:2])]


class Finder:
    """Builds the indexes from the reference data and the journal."""

    def __init__(self, journal: Journal, reference: Reference, positions: Positions) -> None:
        self._journal = journal
        self._reference = reference
        self._positions = positions

    def buildings(self) -> BuildingFinder:
        """Return the index over the buildings."""
        facts = reversed(recent_facts(self._journal, ("check_in",), _LOOK_BACK))
        recent = [fact.body.building for fact in facts if isinstance(fact.body, CheckIn) and not fact.is_void]
        away = self._positions.buildings_away()
        return BuildingFinder(self._reference.buildings(), self._reference.entrances(), recent, away)


def _indexed(choice: BuildingChoice, entry: BuildingEntry) -> _Indexed:
    return _Indexed(
        choice,
        folded(entry.name),
        folded(entry.address),
        tuple(entry.initials.lower().split()),
        tuple(_NUMBERS.findall(folded(entry.name))),
    )


def _rank(row: _Indexed, wanted: str) -> int | None:
    if wanted in row.numbers:
        return 0
    if any(number.startswith(wanted) for number in row.numbers):
        return 1
    if any(reading.startswith(wanted) for reading in row.initials):
        return 2
    if wanted in row.name:
        return 3
    if any(wanted in reading for reading in row.initials) or wanted in row.address:
        return 4
    return None
