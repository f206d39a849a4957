"""Finding a building, or one of its doors, without typing much: by number, initials, characters, or a plate's code."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.services.facts import recent_facts
from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.ports import Journal, Reference
from fieldapp.services.position import Away, Positions
from fieldapp.services.search_index import SearchIndex, door_meant, findable
from fieldapp.services.search_terms import Term, door_number, plain, terms_of
from fieldapp.services.tags import Tags
from sync.records import CheckIn
from sync.reference import BuildingEntry, EntranceEntry

_LOOK_BACK = 60
"""Check-ins looked at for the recent buildings."""

FOUND_SHOWN = 100
"""Most buildings that a search returns."""


class BuildingChoice(Struct, frozen=True):
    """A building of the list, with its entrances in their order.

    Attributes:
        entrances: (id, name) of each.
        away: how far away it is, None without a position.
        door: id of the entrance that was meant, empty where none was named.
    """

    id: str
    name: str
    address: str
    entrances: tuple[tuple[str, str], ...] = ()
    is_recent: bool = False
    away: Away | None = None
    door: str = ""

    @property
    def title(self) -> str:
        """Return its name, with the door's where one was meant."""
        return f"{self.name} {dict(self.entrances)[self.door]}" if self.door in dict(self.entrances) else self.name

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


class BuildingIndex:
    """The buildings and doors of a district, prepared once for finding; what is near or recent may change behind it."""

    def __init__(self, buildings: Mapping[str, BuildingEntry], entrances: Mapping[str, EntranceEntry]) -> None:
        self.buildings, self.entrances = buildings, entrances
        self.ids = tuple(buildings)
        self.doors: dict[str, list[tuple[str, str]]] = {}
        for entrance_id, entrance in entrances.items():
            self.doors.setdefault(entrance.building, []).append((entrance_id, entrance.name))
        self.findable = tuple(
            findable(entry.name, entry.initials, entry.address, doors=self.door_numbers(key))
            for key, entry in buildings.items()
        )
        self.search = SearchIndex(self.findable)

    def door_numbers(self, building: str) -> dict[str, str]:
        """Return the doors of a building that have a number: number to entrance id."""
        numbered = ((door_number(plain(name)), door) for door, name in reversed(self.doors.get(building, ())))
        return {number: door for number, door in numbered if number}

    def holds(self, buildings: Mapping[str, BuildingEntry], entrances: Mapping[str, EntranceEntry]) -> bool:
        """Tell whether these are the buildings and doors it was made of."""
        return self.buildings == buildings and self.entrances == entrances


class BuildingFinder:
    """Finds among the buildings of the moment. Pure: build it in a worker, then ask it on every key.

    Args:
        recent: ids of buildings used lately, newest first.
        away: how far away buildings are, nearest first; they come before all others.
        place_of: what place a typed plate code means, None where it means none.
        index: of the same buildings and entrances, where there is one already.
    """

    def __init__(
        self,
        buildings: Mapping[str, BuildingEntry],
        entrances: Mapping[str, EntranceEntry],
        recent: Iterable[str] = (),
        away: Mapping[str, Away] | None = None,
        *,
        place_of: Callable[[str], Place | None] | None = None,
        index: BuildingIndex | None = None,
    ) -> None:
        self.index = index or BuildingIndex(buildings, entrances)
        self._recent = frozenset(recent := tuple(recent))
        self._away = away or {}
        self._place_of = place_of
        places = {building: place for place, building in enumerate(self.index.ids)}
        first = [building for building in dict.fromkeys([*self._away, *recent]) if building in places]
        self._in_order = [places[building] for building in dict.fromkeys([*first, *self.index.ids])]
        self._order = [0] * len(self._in_order)
        for turn, place in enumerate(self._in_order):
            self._order[place] = turn

    @cached_property
    def everything(self) -> list[BuildingChoice]:
        """Return all buildings, the nearest first, else the recent ones."""
        return [self._choice(place) for place in self._in_order]

    def find(self, query: str = "") -> list[BuildingChoice]:
        """Return the buildings that fit, best first, with the door that was meant; for an empty query all of them.

        The whole code of a plate finds the place where it hangs.
        """
        if not query.strip():
            return self.everything
        if (meant := self._by_plate(query)) is not None:
            return [meant]
        terms = terms_of(query)
        found = self.index.search.find(terms, self._order, FOUND_SHOWN)
        return [self._choice(place, terms) for place in found.places]

    def _by_plate(self, query: str) -> BuildingChoice | None:
        place = self._place_of(query) if self._place_of is not None else None
        if place is None or place.building not in self.index.buildings:
            return None
        return replace(self._choice(self.index.ids.index(place.building)), door=place.entrance or "")

    def _choice(self, place: int, terms: Iterable[Term] = ()) -> BuildingChoice:
        building = self.index.ids[place]
        entry = self.index.buildings[building]
        number = door_meant(terms, self.index.findable[place])
        return BuildingChoice(
            building,
            entry.name,
            entry.address,
            tuple(self.index.doors.get(building, ())),
            building in self._recent,
            self._away.get(building),
            self.index.door_numbers(building)[number] if number else "",
        )


class Finder:
    """Builds finders from the reference data and the journal; what costs time is kept until the buildings change."""

    def __init__(self, journal: Journal, reference: Reference, positions: Positions, tags: Tags) -> None:
        self._journal = journal
        self._reference = reference
        self._positions = positions
        self._tags = tags
        self._index: BuildingIndex | None = None

    def buildings(self) -> BuildingFinder:
        """Return what finds the buildings."""
        facts = reversed(recent_facts(self._journal, ("check_in",), _LOOK_BACK))
        recent = [fact.body.building for fact in facts if isinstance(fact.body, CheckIn) and not fact.is_void]
        buildings, entrances = self._reference.buildings(), self._reference.entrances()
        index = self._index
        if index is None or not index.holds(buildings, entrances):
            index = self._index = BuildingIndex(buildings, entrances)
        away = self._positions.buildings_away()
        return BuildingFinder(buildings, entrances, recent, away, place_of=self._tags.place_of_code, index=index)
