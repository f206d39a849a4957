"""The rows of a case follow from its events, whether they are told at once or one by one; whatever comes in."""

from dataclasses import replace

from hypothesis import given, settings

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.service.case_timing import shipped_timing
from sync.caseapi.service.lives import Lives
from sync.caseapi.service.verifying_cases import astray_because
from sync.caseapi.storage.casework import CaseFile
from sync.caseapi.storage.judged import CaseRow
from tests.sync.caseapi.cases.making import HARBIN, MONDAY_8, any_events, event
from tests.sync.caseapi.harness import GRID, MATTER

LIVES = Lives(shipped_timing(HARBIN), HARBIN)
REPORT = event("report", MONDAY_8 - 1)
ROW = CaseRow(
    id=REPORT.id,
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
    reported_at="2026-11-02T08:00:00+08:00",
    received_ms=MONDAY_8 - 1,
    version=1,
    is_void=False,
)


@given(any_events())
@settings(max_examples=50)
def test_rows_written_one_by_one_are_those_of_the_whole_fold(events: list[CaseEvent]) -> None:
    begun = LIVES.begun(ROW, [REPORT])
    kept = CaseFile(ROW, begun.events, standing=begun.standing)
    for each in events:
        case = LIVES.read(kept)
        case.add(each)
        change = LIVES.written(case, now_ms=each.received_ms)
        kept = replace(kept, events=(*kept.events, *change.events), standing=change.standing)
    whole = LIVES.begun(ROW, [REPORT, *events])
    assert astray_because(kept) == ""
    assert (kept.events, kept.standing) == (whole.events, whole.standing)
