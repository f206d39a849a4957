"""The rows of a case follow from its events, whether they are told at once or one by one; whatever comes in."""

from dataclasses import replace

from hypothesis import given, settings

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.service.casework.lives import shipped_lives
from sync.caseapi.service.verifying.cases import astray_because
from sync.caseapi.storage.casework import CaseFile
from tests.sync.caseapi.case_rows import case_row
from tests.sync.caseapi.cases.making import HARBIN, MONDAY_8, any_events, event

LIVES = shipped_lives(HARBIN)
REPORT = event("report", MONDAY_8 - 1)
ROW = case_row(id=REPORT.id, reported_at="2026-11-02T08:00:00+08:00", received_ms=MONDAY_8 - 1)


@given(any_events())
@settings(max_examples=50)
def test_rows_written_one_by_one_are_those_of_the_whole_fold(events: list[CaseEvent]) -> None:
    begun = LIVES.begun(ROW, [REPORT])
    figures = begun.figures
    kept = CaseFile(ROW, begun.events, standing=begun.standing)
    for each in events:
        case = LIVES.read(kept)
        case.add(each)
        change = LIVES.written(case, now_ms=each.received_ms)
        kept = replace(kept, events=(*kept.events, *change.events), standing=change.standing)
        figures = change.figures
    whole = LIVES.begun(ROW, [REPORT, *events])
    assert astray_because(kept) == ""
    assert (kept.events, kept.standing) == (whole.events, whole.standing)
    assert figures == whole.figures == LIVES.figures_kept(kept)
