"""Events, lives and a calendar for the tests of a case's life; people and organisations are synthetic."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from sync.caseapi.cases.calendar import WorkCalendar
from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.life import CaseLife, Misfit, fold, step
from sync.caseapi.cases.states import LEVELS, TRANSITIONS, VOID_REASONS, Action

HARBIN = ZoneInfo("Asia/Shanghai")

MONDAY_8 = 1_793_577_600_000
"""2026-11-02 08:00 in Harbin, a Monday."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

SAID: dict[str, object] = {
    "reason": "because",
    "note": "done",
    "to_org": "handler-1",
    "to_level": "street",
    "condition": "usual",
    "answer": "yes",
}


def calendar(*years: int, off: tuple[date, ...] = (), on: tuple[date, ...] = ()) -> WorkCalendar:
    """Return a calendar of whole years."""
    return WorkCalendar(HARBIN, frozenset(years or (2026,)), frozenset(off), frozenset(on))


def event(action: Action, at_ms: int = MONDAY_8, **said: object) -> CaseEvent:
    """Return an event that says what its action asks for, unless told otherwise."""
    needs = TRANSITIONS[action].needs
    words = {name: value for name, value in SAID.items() if name.removeprefix("to_") in needs}
    if "void_reason" in needs:
        words["reason"] = "not_found"
    if "until" in needs:
        words["until_ms"] = at_ms + 30 * DAY_MS
    fields = {"id": UUID(int=at_ms), "at_ms": at_ms, "received_ms": at_ms} | words | said
    return CaseEvent(action=action, **fields)  # type: ignore[arg-type]  # fields by name


def life_after(*actions: Action, each_ms: int = HOUR_MS) -> CaseLife:
    """Return the life of a case to which these actions were done, an hour apart."""
    history = fold(event(action, MONDAY_8 + place * each_ms) for place, action in enumerate(actions))
    assert history.life is not None
    assert not history.misfits, history.misfits
    return history.life


def stepped(life: CaseLife, action: Action, at_ms: int, **said: object) -> CaseLife:
    """Return a life after one more action, which must fit."""
    after = step(life, event(action, at_ms, **said))
    assert not isinstance(after, Misfit), after
    return after


@st.composite
def any_events(draw: st.DrawFn) -> list[CaseEvent]:
    """Draw events in any order, with anything said or left out."""
    at_ms = MONDAY_8
    events: list[CaseEvent] = []
    for place in range(draw(st.integers(0, 25))):
        at_ms += draw(st.integers(0, 40 * DAY_MS))
        events.append(
            CaseEvent(
                id=UUID(int=place),
                action=draw(st.sampled_from(["report", *TRANSITIONS, *TRANSITIONS])),
                at_ms=at_ms - draw(st.integers(0, DAY_MS)),
                received_ms=at_ms,
                reason=draw(st.sampled_from([*VOID_REASONS, "because", ""])),
                note=draw(st.sampled_from(["done", "done", "done", ""])),
                to_org=draw(st.sampled_from(["handler-1", "handler-1", "handler-1", ""])),
                to_level=draw(st.sampled_from([*LEVELS, None])),
                condition=draw(st.sampled_from(["usual", "usual", "usual", ""])),
                answer=draw(st.sampled_from(["yes", "yes", "yes", ""])),
                target=draw(st.sampled_from([UUID(int=9), None])),
                until_ms=draw(st.sampled_from([None, at_ms + 1, at_ms + 300 * DAY_MS, at_ms + 400 * DAY_MS])),
            )
        )
    return events


def days(first: date, count: int) -> list[date]:
    """Return so many days from one on."""
    return [first + timedelta(days=offset) for offset in range(count)]
