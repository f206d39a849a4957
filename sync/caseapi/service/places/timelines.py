"""What entries are to say from now on, beside what they say: the difference is what an import changes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sync.caseapi.storage.places import Step
from sync.caseapi.storage.values import FeedChange

Act = Literal["add", "change", "end", "keep"]

ACTS: tuple[Act, ...] = ("add", "change", "end", "keep")

Name = tuple[str, str]
"""Type and id of an entry."""

Told = tuple[str, bytes]
"""Scope and body of an entry."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What an entry says now, None for nothing, and on later days."""

    now: Told | None
    later: tuple[tuple[str, Told | None], ...] = ()

    def steps(self, name: Name) -> list[Step]:
        """Return the later days as steps; a day that says what is said already is none."""
        steps: list[Step] = []
        before = self.now
        for day, told in sorted(self.later, key=lambda pair: pair[0]):
            if told != before:
                steps.append(Step(day, *name, *(told or ())))
                before = told
        return steps


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line of a list is about.

    Attributes:
        label: for people to read, as the list calls it.
        line: of the list; 0 for what a line only touches.
        entries: the entries that it is made of, the most important first.
    """

    label: str
    line: int
    entries: Mapping[Name, Timeline]


@dataclass(frozen=True, slots=True)
class Item:
    """What becomes of a subject; `day` is empty for at once."""

    act: Act
    label: str
    day: str = ""
    line: int = 0


@dataclass(slots=True)
class Standing:
    """What the tablets are told now and what waits for its day.

    Attributes:
        entries: by type and id.
        waiting: steps by type and id, in order.
    """

    entries: dict[Name, Told] = field(default_factory=dict)
    waiting: dict[Name, list[Step]] = field(default_factory=dict)

    def of_type(self, entry_type: str) -> Iterable[tuple[str, Told]]:
        """Yield id, scope and body of every entry of a type that stands."""
        return ((name[1], told) for name, told in self.entries.items() if name[0] == entry_type)

    def coming(self, entry_type: str) -> Iterable[tuple[str, Step]]:
        """Yield id and step of everything of a type that begins later."""
        return (
            (name[1], step)
            for name, steps in self.waiting.items()
            if name[0] == entry_type
            for step in steps
            if step.scope
        )

    def timeline(self, name: Name) -> Timeline:
        """Return what an entry says now and later as things are."""
        later = ((step.day, (step.scope, step.body) if step.scope else None) for step in self.waiting.get(name, ()))
        return Timeline(self.entries.get(name), tuple(later))


@dataclass(slots=True)
class Difference:
    """What a list changes."""

    items: list[Item] = field(default_factory=list)
    entries: list[FeedChange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    dropped: list[Step] = field(default_factory=list)

    def counts(self) -> dict[Act, int]:
        """Return how many subjects are added, changed, ended, left alone."""
        return {act: sum(item.act == act for item in self.items) for act in ACTS}


def difference(subjects: Iterable[Subject], standing: Standing) -> Difference:
    """Return what it takes to make entries say what the subjects say."""
    found = Difference()
    for subject in subjects:
        days: list[str] = []
        for name, timeline in subject.entries.items():
            days += _changed(found, name, timeline, standing)
        found.items.append(_item(subject, days, standing))
    return found


def _changed(found: Difference, name: Name, timeline: Timeline, standing: Standing) -> list[str]:
    """Add what an entry needs; return the days on which it becomes another, the empty one for now."""
    days: list[str] = []
    stands = standing.entries.get(name)
    if timeline.now != stands:
        days.append("")
        if stands is not None and (timeline.now is None or timeline.now[0] != stands[0]):
            found.entries.append(FeedChange(stands[0], *name, b"null", is_deleted=True))
        if timeline.now is not None:
            found.entries.append(FeedChange(timeline.now[0], *name, timeline.now[1]))
    wanted = {step.key: step for step in timeline.steps(name)}
    waiting = {step.key: step for step in standing.waiting.get(name, ())}
    for key, step in wanted.items():
        if waiting.get(key) != step:
            found.steps.append(step)
            days.append(step.day)
    for key, step in waiting.items():
        if key not in wanted:
            found.dropped.append(step)
            days.append(step.day)
    return days


def _item(subject: Subject, days: list[str], standing: Standing) -> Item:
    name, timeline = next(iter(subject.entries.items()))
    if not days:
        return Item("keep", subject.label, "", subject.line)
    is_known = name in standing.entries or any(step.scope for step in standing.waiting.get(name, ()))
    will_be = timeline.now is not None or any(told is not None for _, told in timeline.later)
    act: Act = "change"
    if not is_known:
        act = "add"
    elif not will_be or (_ends(timeline) and standing.entries.get(name) == timeline.now):
        act = "end"
    return Item(act, subject.label, min(days), subject.line)


def _ends(timeline: Timeline) -> bool:
    return bool(timeline.later) and timeline.later[-1][1] is None
