"""When somebody of the grid was last at the places of a building, laid beside what this tablet recorded there.

The grid is told where, when and what was found, and never who. What is this tablet's own is recognised by place and
time alone, so that it is not said twice.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from msgspec import Struct

from fieldapp.services.facts import Fact, body_of
from fieldapp.services.moments import local_time
from fieldapp.services.places import NamedPlace, Place, named
from fieldapp.services.ports import Reference
from sync.clock import GOOD_OFFSET_MS, corrected_ms, parse_time, quality_of
from sync.journal import JournalEntry
from sync.records import CheckIn
from sync.reference import SeenEntry

_MINUTE_MS = 60_000
"""How fine the grid is told a time."""


class LastSeen(Struct, frozen=True):
    """The last check-in of the grid at a place, where it is not this tablet's own.

    Attributes:
        at: local time, a whole minute.
        result: what was found, as a check-in says it.
    """

    place: NamedPlace
    at: datetime
    result: str


class _Own(Struct, frozen=True):
    """When this tablet recorded a check-in at a place.

    Attributes:
        at_ms: corrected, the minute in which it was.
        spread_ms: how far the server's reckoning may lie from it.
    """

    at_ms: int
    spread_ms: int
    is_standing: bool

    def covers(self, at_ms: int) -> bool:
        """Return whether the grid's last check-in is this one, or came before it."""
        if self.is_standing and at_ms <= self.at_ms:
            return True
        return abs(at_ms - self.at_ms) <= self.spread_ms


def last_seen(reference: Reference, building: str, facts: Iterable[Fact], zone: tzinfo) -> list[LastSeen]:
    """Return the grid's last check-in at each place of a building, newest first.

    One that this tablet recorded is left out, also after it was withdrawn, and one that an own one came after.

    Args:
        facts: what this tablet recorded at the building, withdrawn or moved elsewhere included.
        zone: the zone in which times are told.
    """
    told = reference.seen()
    doors = [door for door, entry in reference.entrances().items() if entry.building == building]
    places = {place: told[place] for place in (building, *doors) if place in told}
    if not places:
        return []
    own = [each for fact in facts for each in _own(fact)]
    found = []
    for place, entry in places.items():
        at_ms = _moment_ms(entry)
        if at_ms is None or any(here == place and each.covers(at_ms) for here, each in own):
            continue
        where = named(reference, Place(building, None if place == building else place))
        found.append(LastSeen(where, local_time(at_ms, zone), entry.result))
    return sorted(found, key=lambda each: each.at, reverse=True)


def _own(fact: Fact) -> Iterator[tuple[str, _Own]]:
    """Yield where and when a fact was, as it was first saved and as it stands."""
    stands_at = "" if fact.is_void else _place_of(fact.last)
    for place in {_place_of(fact.first), _place_of(fact.last)} - {""}:
        yield place, _when(fact.first, is_standing=place == stands_at)
        yield place, _when(fact.last, is_standing=False)


def _place_of(entry: JournalEntry) -> str:
    body = body_of(entry)
    return (body.entrance or body.building) if isinstance(body, CheckIn) else ""


def _when(entry: JournalEntry, *, is_standing: bool) -> _Own:
    stamp = entry.record.clock
    at_ms = corrected_ms(entry.record.at, stamp) // _MINUTE_MS * _MINUTE_MS
    # Of a boot that had no exchange yet, the server knows the time better than the tablet did.
    return _Own(at_ms, GOOD_OFFSET_MS if quality_of(stamp) == "estimated" else 0, is_standing)


def _moment_ms(entry: SeenEntry) -> int | None:
    try:
        return parse_time(entry.at)
    except ValueError:
        return None
