"""A case as its report left it, made up, for tests that need one and do not mind which."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sync.caseapi.storage.judged import CaseRow
from tests.sync.caseapi.harness import GRID, MATTER, NOW_MS

_ROW = CaseRow(
    id=UUID(int=7),
    grid=GRID,
    state="reported",
    matter=MATTER,
    matter_name="",
    severity=2,
    building=None,
    building_name="",
    entrance=None,
    place="",
    summary="",
    is_restricted=False,
    reported_at="2026-11-23T16:00:00+08:00",
    received_ms=NOW_MS,
    version=1,
    is_void=False,
)


def case_row(**changes: Any) -> CaseRow:
    """Return a case, but for the changes."""
    return replace(_ROW, **changes)
