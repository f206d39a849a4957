"""What inspectors say again of their own records: taken while nobody built on it, else kept and flagged."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.cases.events import CaseEvent, Correction
from sync.caseapi.cases.history import MOVED_ON, Telling, replay
from sync.caseapi.cases.life import Misfit, fold
from sync.caseapi.cases.states import Action
from tests.sync.caseapi.cases.making import HOUR_MS, MONDAY_8, any_events, event


def lived(*actions: Action | tuple[Correction, Action, int]) -> list[CaseEvent]:
    """Return events an hour apart; a correction is told with its action and the place of the event it is about."""
    events: list[CaseEvent] = []
    for place, said in enumerate(actions):
        at_ms = MONDAY_8 + place * HOUR_MS
        if isinstance(said, tuple):
            correction, action, target = said
            events.append(event(action, at_ms, correction=correction, target=events[target].id))
        else:
            events.append(event(said, at_ms))
    return events


def state(*actions: Action | tuple[Correction, Action, int]) -> tuple[str, list[str]]:
    history = replay(lived(*actions))
    assert history.life is not None
    return history.life.state, [misfit.why for misfit in history.misfits]


@given(any_events())
def test_without_corrections_a_history_is_the_fold(events: list[CaseEvent]) -> None:
    assert replay(events) == fold(events)


@given(any_events(), st.data())
def test_no_correction_is_dropped_and_the_version_never_goes_back(events: list[CaseEvent], data: st.DataObject) -> None:
    told, fitted = Telling(), 0
    for each in events:
        is_correction = data.draw(st.booleans()) and each.action in ("report", "self_resolve", "answer_verify")
        correction = data.draw(st.sampled_from(["restate", "withdraw", "correct", "take_back"]))
        target = data.draw(st.sampled_from([one.id for one in events]))
        before = told.history.life
        words = {"correction": correction, "target": target} if is_correction else {}
        after = told.take(CaseEvent(**{name: getattr(each, name) for name in each.__struct_fields__} | words))
        if not isinstance(after, Misfit):
            fitted += 1
            assert before is None or after.version >= before.version
    assert fitted + len(told.history.misfits) == len(events)


def test_a_report_withdrawn_before_anybody_filed_it_is_void() -> None:
    assert state("report", ("withdraw", "report", 0)) == ("void", [])
    assert state("report", "ask_verify", ("withdraw", "report", 0)) == ("void", [])
    assert state("self_resolve", ("withdraw", "self_resolve", 0)) == ("void", [])


def test_a_report_withdrawn_after_it_was_filed_stays_and_is_flagged() -> None:
    assert state("report", "file", ("withdraw", "report", 0)) == ("filed", [MOVED_ON])


def test_a_report_restated_as_solved_on_the_spot_is_closed_and_the_other_way_round() -> None:
    assert state("report", ("restate", "self_resolve", 0)) == ("closed", [])
    assert state("self_resolve", ("restate", "report", 0)) == ("reported", [])
    assert state("report", "file", ("restate", "self_resolve", 0)) == ("filed", [MOVED_ON])
    assert state("report", "file", ("restate", "report", 0)) == ("filed", [])


def test_an_answer_taken_back_is_asked_again_and_later_it_is_flagged() -> None:
    asked: tuple[Action, ...] = ("report", "ask_verify", "answer_verify")
    assert state(*asked, ("take_back", "answer_verify", 2)) == ("verifying", [])
    assert state(*asked, "file", ("take_back", "answer_verify", 2)) == ("filed", [MOVED_ON])
    assert state(*asked, ("correct", "answer_verify", 2)) == ("reported", [])


def test_what_a_case_began_with_is_no_answer_that_can_be_taken_back() -> None:
    told = ("report", ("take_back", "report", 0), ("restate", "report", 0))
    assert state(*told) == ("reported", [MOVED_ON])  # type: ignore[arg-type]  # actions and corrections


def test_what_was_withdrawn_does_not_come_back_by_an_answer_taken_back() -> None:
    events = lived(
        "report", "ask_verify", "answer_verify", ("withdraw", "report", 0), ("take_back", "answer_verify", 2)
    )
    history = replay(events)
    assert history.life is not None
    assert (history.life.state, len(history.misfits)) == ("void", 1)


def test_a_correction_of_nothing_is_kept() -> None:
    (misfit,) = replay([event("report", correction="withdraw", target=UUID(int=1))]).misfits
    assert misfit.why == "not_begun"
