"""Which buildings of an area were looked at in a week, and which were not. Buildings are counted, never people."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sync.caseapi.desk.areas import COMMUNITY_DIGITS, GRID_DIGITS
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.words import Now, day_words
from sync.caseapi.storage.rows import LookedAt
from sync.text import clean_line

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@dataclass(frozen=True, slots=True)
class BuildingWeek:
    """A building in a week.

    Attributes:
        days: for each day so far, whether somebody looked at it.
        entrances: how many of its entrances were looked at; `all_entrances` how many it has, itself where it has none.
    """

    id: str
    name: str
    grid: str
    days: tuple[bool, ...]
    entrances: int
    all_entrances: int

    @property
    def is_looked_at(self) -> bool:
        """Return whether it was looked at on any day."""
        return any(self.days)


@dataclass(frozen=True, slots=True)
class WeekGroup:
    """A community, or a grid, with its buildings; an area's own buildings are told one by one when it is near."""

    code: str
    name: str
    buildings: int
    looked_at: int
    entrances: int
    all_entrances: int
    lines: tuple[BuildingWeek, ...]


@dataclass(frozen=True, slots=True)
class WeekView:
    """The page."""

    from_day: str
    to_day: str
    weekdays: tuple[str, ...]
    groups: tuple[WeekGroup, ...]
    is_near: bool

    @property
    def buildings(self) -> int:
        """Return all buildings."""
        return sum(group.buildings for group in self.groups)

    @property
    def looked_at(self) -> int:
        """Return those that were looked at."""
        return sum(group.looked_at for group in self.groups)

    @property
    def entrances(self) -> int:
        """Return the entrances that were looked at."""
        return sum(group.entrances for group in self.groups)

    @property
    def all_entrances(self) -> int:
        """Return all entrances."""
        return sum(group.all_entrances for group in self.groups)


def week_view(
    directory: Directory, area: str, looked: Sequence[LookedAt], week: tuple[date, date], *, now: Now, texts: Texts
) -> WeekView:
    """Return a week of an area: by community while it is far, by grid and building when it is near."""
    first, last = week
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    is_near = len(area) >= COMMUNITY_DIGITS
    digits = GRID_DIGITS if is_near else COMMUNITY_DIGITS
    found: dict[str, list[LookedAt]] = defaultdict(list)
    for each in looked:
        found[str(each.building)].append(each)
    buildings = list(_buildings(directory, area, found, [day.isoformat() for day in days]))
    return WeekView(
        from_day=_day(first, now, texts),
        to_day=_day(last, now, texts),
        weekdays=tuple(texts(word) for word in WEEKDAYS[: len(days)]),
        groups=tuple(
            WeekGroup(
                code=code,
                name=directory.named(code),
                buildings=len(members),
                looked_at=sum(each.is_looked_at for each in members),
                entrances=sum(each.entrances for each in members),
                all_entrances=sum(each.all_entrances for each in members),
                # What is still to be looked at comes first.
                lines=tuple(sorted(members, key=lambda each: each.is_looked_at)) if is_near else (),
            )
            for code, group in groupby(buildings, key=lambda each: each.grid[:digits])
            if (members := list(group))
        ),
        is_near=is_near,
    )


def _buildings(
    directory: Directory, area: str, found: Mapping[str, Sequence[LookedAt]], days: Sequence[str]
) -> Iterator[BuildingWeek]:
    ordered = sorted(directory.buildings.items(), key=lambda each: (each[1].grid, each[1].order, each[0]))
    for building, entry in ordered:
        if not entry.grid.startswith(area):
            continue
        seen = found.get(building, ())
        doors = directory.entrances.get(building, 0)
        reached = len({each.entrance for each in seen if each.entrance is not None}) if doors else bool(seen)
        yield BuildingWeek(
            id=building,
            name=clean_line(entry.name),
            grid=entry.grid,
            days=tuple(any(each.day == day for each in seen) for day in days),
            entrances=min(int(reached), doors or 1),
            all_entrances=doors or 1,
        )


def _day(day: date, now: Now, texts: Texts) -> str:
    return day_words(now.local.replace(year=day.year, month=day.month, day=day.day), now, texts)
