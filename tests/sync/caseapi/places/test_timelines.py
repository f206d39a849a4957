"""The difference between what is told and what shall be told: whole, and none once it was made."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.caseapi.service.places.timelines import Difference, Name, Standing, Subject, Timeline, Told, difference

NAME: Name = ("person", "p")
DAYS = [f"2026-12-0{day}" for day in range(1, 6)]

told = st.none() | st.tuples(st.sampled_from(["grid:1", "grid:2"]), st.sampled_from([b"1", b"2", b"3"]))
timelines = st.builds(
    Timeline, told, st.dictionaries(st.sampled_from(DAYS), told).map(lambda later: tuple(later.items()))
)


def made(standing: Standing, found: Difference) -> Standing:
    """Return what stands and waits after a difference was written."""
    entries, waiting = dict(standing.entries), {name: list(steps) for name, steps in standing.waiting.items()}
    for change in found.entries:
        name = (change.type, change.id)
        if not change.is_deleted:
            entries[name] = (change.scope, change.body)
        elif name in entries and entries[name][0] == change.scope:
            del entries[name]
    for step in found.dropped:
        waiting[step.type, step.id].remove(next(each for each in waiting[step.type, step.id] if each.key == step.key))
    for step in found.steps:
        kept = [each for each in waiting.get((step.type, step.id), []) if each.key != step.key]
        waiting[step.type, step.id] = sorted([*kept, step], key=lambda each: each.day)
    return Standing(entries, waiting)


def said(timeline: Timeline) -> Sequence[Told | None]:
    """Return what is told before all days and on each."""
    later, now = dict(timeline.later), timeline.now
    told = [now]
    for day in DAYS:
        now = later.get(day, now)
        told.append(now)
    return told


@settings(max_examples=150)
@given(timelines, timelines)
def test_what_was_made_says_what_was_wanted_and_wanting_it_again_changes_nothing(
    before: Timeline, wanted: Timeline
) -> None:
    empty = Standing()
    first = made(empty, difference([Subject("a", 1, {NAME: before})], empty))
    found = difference([Subject("a", 1, {NAME: wanted})], first)
    after = made(first, found)
    assert said(after.timeline(NAME)) == said(wanted)
    again = difference([Subject("a", 1, {NAME: wanted})], after)
    assert (again.entries, again.steps, again.dropped) == ([], [], [])
    assert [item.act for item in again.items] == ["keep"]
    is_same = said(before) == said(wanted)
    assert (found.items[0].act == "keep") == is_same
