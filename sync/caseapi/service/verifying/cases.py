"""Folds the events of every case again, and says which case does not stand where they lead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.history import replay
from sync.caseapi.cases.life import History
from sync.caseapi.cases.permissions import org_at
from sync.caseapi.storage.casework import CaseFile

TOLD_EVERY = 50_000
"""Cases after which progress is said."""

MOST_FINDINGS = 100
"""Cases astray that are said in words."""


@dataclass(frozen=True, slots=True)
class CasesFound:
    """What folding everything again found; a sentence for each case that is astray, up to a number."""

    cases: int
    astray: int
    findings: tuple[str, ...]


def verify_cases(
    files: Iterable[CaseFile], told: Callable[[str], object] = len, *, most: int = MOST_FINDINGS
) -> CasesFound:
    """Return what folding the events of these cases finds, in memory that does not grow with them.

    Args:
        told: is told now and then how far it is.
        most: findings said in words; all are counted.
    """
    cases = astray = 0
    findings: list[str] = []
    for kept in files:
        cases += 1
        if cases % TOLD_EVERY == 0:
            told(f"{cases:,} cases folded again …")
        if why := astray_because(kept):
            astray += 1
            if len(findings) < most:
                findings.append(f"case {kept.row.id}: {why}")
    return CasesFound(cases, astray, tuple(findings))


def astray_because(kept: CaseFile) -> str:
    """Return what of a case does not follow from its events; empty when all does."""
    if kept.row.is_void and not kept.events and kept.standing is None:
        return ""
    try:
        events = [msgspec.json.decode(event.body, type=CaseEvent) for event in kept.events]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "an event cannot be read"
    if [event.id for event in events] != [event.id for event in kept.events]:
        return "an event is not the one that its row names"
    history = replay(events)
    life, standing = history.life, kept.standing
    if life is None or standing is None:
        return "it has no beginning"
    wanted = (
        *(life.state, life.level, org_at(life.level, kept.row.grid), life.version),
        *(tuple(org for org in (life.org, *life.assisting) if org), len(history.misfits)),
    )
    found = (standing.state, standing.level, standing.desk, standing.version, standing.orgs, standing.misfits)
    if wanted != found:
        return f"it stands at {found} and its events lead to {wanted}"
    return _misfits_differ(kept, history)


def _misfits_differ(kept: CaseFile, history: History) -> str:
    whys: dict[UUID, str] = {misfit.event.id: misfit.why for misfit in history.misfits}
    differing = [event.id for event in kept.events if event.why != whys.get(event.id, "")]
    return f"event {differing[0]} is marked otherwise than it folds" if differing else ""
