"""What codes are called: districts down to grids, buildings, categories, organisations. Read now and then, shared."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from sync.caseapi.service.places.naming import names_in
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.orgs import OrgRow
from sync.reference import BuildingEntry, EntranceEntry, GridEntry, MatterEntry
from sync.text import clean_line

MAX_AGE_MS = 30_000
"""A reading is shared so long; names change once in a while, and a district has thousands of buildings."""

_TYPES = ("grid", "building", "entrance", "matter")


@dataclass(frozen=True, slots=True)
class Directory:
    """One reading.

    Attributes:
        areas: name by code of district, street, community and grid.
        grids: by code, with their borders.
        entrances: how many a building has, by its id.
        buildings: by id; `matters` by entry id, `orgs` by code.
    """

    areas: Mapping[str, str]
    buildings: Mapping[str, BuildingEntry]
    matters: Mapping[str, MatterEntry]
    orgs: Mapping[str, OrgRow]
    grids: Mapping[str, GridEntry] = field(default_factory=dict)
    entrances: Mapping[str, int] = field(default_factory=dict)

    def named(self, code: str) -> str:
        """Return what an organisation, a desk or a grid is called; its code where it is not imported."""
        org = self.orgs.get(code)
        return clean_line(org.name if org is not None else self.areas.get(code, code))


class Directories:
    """Reads when the last reading is old."""

    def __init__(self, storage: Storage, now_ms: Callable[[], int]) -> None:
        self._storage = storage
        self._now_ms = now_ms
        self._lock = asyncio.Lock()
        self._latest: Directory | None = None
        self._read_at_ms = 0

    async def latest(self) -> Directory:
        """Return a reading that is at most `MAX_AGE_MS` old."""
        async with self._lock:
            now_ms = self._now_ms()
            if self._latest is None or not 0 <= now_ms - self._read_at_ms < MAX_AGE_MS:
                orgs = {org.code: org for org in await self._storage.orgs.all()}
                standing = await self._storage.feeds.standing(_TYPES)
                self._latest = await asyncio.to_thread(_directory, standing, orgs)
                self._read_at_ms = now_ms
            return self._latest


def _directory(standing: Mapping[tuple[str, str, str], bytes], orgs: Mapping[str, OrgRow]) -> Directory:
    areas: dict[str, str] = {}
    buildings: dict[str, BuildingEntry] = {}
    matters: dict[str, MatterEntry] = {}
    grids: dict[str, GridEntry] = {}
    entrances: Counter[str] = Counter()
    for (_, entry_type, entry_id), body in standing.items():
        if entry_type == "grid":
            grid = grids[entry_id] = msgspec.json.decode(body, type=GridEntry)
            areas |= names_in(entry_id, grid)
        elif entry_type == "building":
            buildings[entry_id] = msgspec.json.decode(body, type=BuildingEntry)
        elif entry_type == "entrance":
            entrances[msgspec.json.decode(body, type=EntranceEntry).building] += 1
        else:
            matters[entry_id] = msgspec.json.decode(body, type=MatterEntry)
    return Directory(areas, buildings, matters, orgs, grids, entrances)
