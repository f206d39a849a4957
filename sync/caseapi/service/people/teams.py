"""Grids as their administrators see them: where they lie, and who sits on their seats."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from sync.caseapi.service.callers import Caller, seat_holding
from sync.caseapi.storage.base import Storage
from sync.reference import GridEntry, PersonEntry


@dataclass(frozen=True, slots=True)
class GridTeam:
    """A grid with its seats, by their ids.

    Attributes:
        people: who sits on a seat, by the seat's id.
    """

    grid: str
    entry: GridEntry
    people: dict[str, PersonEntry]


async def grid_teams(storage: Storage, by: Caller) -> Sequence[GridTeam]:
    """Return every grid with who sits on its seats, by code.

    Raises:
        NotAllowed: the caller does not set up places.
    """
    seat_holding(by, "manage_places")
    people: dict[str, dict[str, PersonEntry]] = {}
    for body in (await storage.feeds.standing(["person"])).values():
        person = msgspec.json.decode(body, type=PersonEntry)
        people.setdefault(person.grid, {})[person.seat] = person
    return [GridTeam(grid, entry, people.get(grid, {})) for grid, entry in await storage.desk.grids()]
