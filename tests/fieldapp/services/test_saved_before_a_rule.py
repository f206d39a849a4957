"""What was saved under fewer rules than today's is still shown, and can be put right."""

import pytest

from fieldapp.services.facts import body_of
from sync.records import KINDS, CaseReport
from sync.records.base import Kind
from tests.fieldapp.fakes import BUILDING_3, make_world

SAID = CaseReport(
    "national", "matter", "02001", building=BUILDING_3, description="灯不亮", self_resolved=True, action="\u200b"
)


def test_a_record_that_says_nothing_where_today_something_must_be_said_opens_in_its_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = make_world().signed_in()
    with monkeypatch.context() as before:
        before.setitem(KINDS, "case_report", Kind("case_report", 1, CaseReport))
        before.setattr("fieldapp.services.recorder._KIND_OF_BODY", {CaseReport: KINDS["case_report"]})
        entry = world.services.recorder.record(SAID)
    assert body_of(entry) == SAID
    world.journal.settle(1)
    world.journal.judge(1, "quarantined", "bad_shape", "say what was done")
    assert world.services.mending.begin(entry.record.id).form == "problem"
    assert world.services.forms.values("problem")["description"] == "灯不亮"
