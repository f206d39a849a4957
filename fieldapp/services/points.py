"""Looking at a place point by point: each turn takes a point from not looked at to fine to not fine. Pure."""

from collections.abc import Mapping

from fieldapp.services.facts import body_of
from sync.journal import JournalEntry
from sync.records import CheckIn
from sync.records.check_in import CheckPoint, CheckState, Result

POINTS: tuple[CheckPoint, ...] = ("stair", "lights", "door", "fire_gear", "yard")
"""What is looked at, in the order in which one comes by."""

STATES: tuple[CheckState | None, ...] = (None, "ok", "issue", "na")
"""In the order in which turns walk through them; None is not looked at."""


def checks_of(entry: JournalEntry) -> dict[CheckPoint, CheckState]:
    """Return what a check-in said of the points so far."""
    body = body_of(entry)
    return dict(body.checks) if isinstance(body, CheckIn) else {}


def with_issue(checks: Mapping[CheckPoint, CheckState], point: CheckPoint) -> dict[CheckPoint, CheckState]:
    """Return the checks with a point that is not fine; what was said of the others stays."""
    return {**checks, point: "issue"}


def turned(checks: Mapping[CheckPoint, CheckState], point: CheckPoint) -> dict[CheckPoint, CheckState]:
    """Return the checks with a point in its next state."""
    state = STATES[(STATES.index(checks.get(point)) + 1) % len(STATES)]
    others = {known: was for known, was in checks.items() if known != point}
    return others if state is None else {**others, point: state}


def result_of(checks: Mapping[CheckPoint, CheckState]) -> Result:
    """Return what the points say together: an issue if any is one, normal if any was fine."""
    states = set(checks.values())
    if "issue" in states:
        return "issue"
    return "normal" if "ok" in states else "not_stated"
