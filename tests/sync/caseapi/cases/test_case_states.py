"""The life of a case: what fits, what does not, and that nothing is dropped."""

from uuid import UUID

import pytest
from hypothesis import given

from sync.caseapi.cases.life import MOST_DECLINES, Misfit, allowed_actions, fold, shut_because, step
from sync.caseapi.cases.states import FINAL_STATES, OPEN_STATES, TRANSITIONS, Action, actions_from
from tests.sync.caseapi.cases.making import DAY_MS, HOUR_MS, MONDAY_8, any_events, event, life_after, stepped

HANDLED: tuple[Action, ...] = ("report", "file", "dispatch", "accept", "done")


def test_a_case_goes_from_report_to_close_through_the_six_public_stages():
    life = life_after(*HANDLED, "close")

    assert life.state == "closed"
    assert life.version == 6
    assert life.org == "handler-1"
    assert life.ended_ms == MONDAY_8 + 5 * HOUR_MS


def test_the_table_is_the_one_of_the_domain():
    """Source: the states and transitions of the reference, row by row."""
    wanted = {
        ("reported", "ask_verify", "verifying"),
        ("verifying", "answer_verify", "reported"),
        ("reported", "void", "void"),
        ("reported", "file", "filed"),
        ("filed", "dispatch", "dispatched"),
        ("dispatched", "decline", "filed"),
        ("dispatched", "accept", "handling"),
        ("handling", "done", "handled"),
        ("handled", "rework", "handling"),
        ("handled", "ask_recheck", "rechecking"),
        ("rechecking", "answer_recheck", "handled"),
        ("handled", "close", "closed"),
        ("handling", "suspend", "suspended"),
        ("suspended", "resume", "handling"),
        ("closed", "reopen", "handling"),
        *((state, "transfer_level", None) for state in OPEN_STATES),
    }

    found = {(source, action, row.target) for action, row in TRANSITIONS.items() for source in row.sources}

    assert found == wanted


@given(any_events())
def test_no_event_is_dropped_and_none_leads_where_the_table_does_not(events):
    life, fitted, misfits = None, 0, 0
    for each in events:
        before, after = life, step(life, each)
        if isinstance(after, Misfit):
            misfits += 1
            assert after.event is each
            assert after.why
        else:
            fitted += 1
            row = TRANSITIONS[each.action]
            assert row.sources == frozenset() if before is None else before.state in row.sources
            assert after.version == fitted
            expected = {row.target or (before.state if before else None)}
            assert after.state in (expected | {"reported"} if each.action == "reopen" else expected)
            life = after

    history = fold(events)

    assert (history.life, len(history.misfits)) == (life, misfits)
    assert fitted + misfits == len(events)


@given(any_events())
def test_a_life_says_the_same_as_its_state(events):
    life = fold(events).life
    if life is None:
        return

    assert (life.ended_ms is not None) == (life.state in FINAL_STATES)
    assert (life.suspended_until_ms is not None) == (life.state == "suspended")
    assert (life.state in ("reported", "verifying", "void", "filed", "closed")) or life.org
    assert all(pause.to_ms is not None for pause in life.pauses[:-1])
    assert bool(life.pauses and life.pauses[-1].to_ms is None) == (life.state == "suspended")
    assert bool(life.intake_pauses and life.intake_pauses[-1].to_ms is None) == (life.state == "verifying")


@given(any_events())
def test_what_is_said_to_be_allowed_fits_and_what_is_shut_does_not(events):
    life = fold(events).life
    if life is None:
        return
    now_ms = events[-1].received_ms
    open_now = allowed_actions(life, now_ms)

    for action in TRANSITIONS:
        said = {"until_ms": now_ms + DAY_MS} if action == "suspend" else {}
        if action == "transfer_level":
            said = {"to_level": "street" if life.level != "street" else "district"}
        tried = step(life, event(action, now_ms, **said))
        assert isinstance(tried, Misfit) == (action not in open_now)
        assert bool(shut_because(life, action, now_ms)) == (action not in open_now)


@pytest.mark.parametrize("action", [action for action, row in TRANSITIONS.items() if row.needs])
def test_an_action_that_leaves_out_what_it_must_say_is_kept_apart_and_names_it(action):
    paths: dict[str, tuple[Action, ...]] = {
        "verifying": ("report", "ask_verify"),
        "reported": ("report",),
        "filed": ("report", "file"),
        "dispatched": ("report", "file", "dispatch"),
        "handling": ("report", "file", "dispatch", "accept"),
        "handled": HANDLED,
        "rechecking": (*HANDLED, "ask_recheck"),
        "closed": (*HANDLED, "close"),
    }
    sources = TRANSITIONS[action].sources
    life = life_after(*next(path for state, path in paths.items() if state in sources)) if sources else None
    silent = {"reason": "", "note": "", "to_org": "", "to_level": None, "condition": "", "answer": "", "until_ms": None}

    tried = step(life, event(action, MONDAY_8 + DAY_MS, **silent))

    assert isinstance(tried, Misfit)
    assert tried.why == "missing"
    assert set(tried.missing) == set(TRANSITIONS[action].needs)


def test_after_two_refusals_the_next_level_decides():
    life = life_after("report", "file", "dispatch", "decline", "dispatch", "decline")
    assert life.declines == MOST_DECLINES

    refused = step(life, event("dispatch", MONDAY_8 + DAY_MS))
    handed_up = stepped(life, "transfer_level", MONDAY_8 + DAY_MS, to_level="street")
    given_out = stepped(handed_up, "dispatch", MONDAY_8 + DAY_MS)

    assert isinstance(refused, Misfit)
    assert refused.why == "declined_twice"
    assert refused.allowed == ("transfer_level",)
    assert given_out.state == "dispatched"


def test_handing_a_case_down_does_not_forget_the_refusals():
    life = life_after("report", "file", "dispatch", "decline", "dispatch", "decline")

    down = stepped(life, "transfer_level", MONDAY_8 + DAY_MS, to_level="grid")

    assert down.declines == MOST_DECLINES


def test_a_case_is_suspended_once_and_for_a_year_at_most():
    handling = life_after("report", "file", "dispatch", "accept")
    at_ms = MONDAY_8 + DAY_MS

    too_long = step(handling, event("suspend", at_ms, until_ms=at_ms + 366 * DAY_MS))
    suspended = stepped(handling, "suspend", at_ms)
    again = step(stepped(suspended, "resume", at_ms + DAY_MS), event("suspend", at_ms + 2 * DAY_MS))

    assert isinstance(too_long, Misfit)
    assert too_long.why == "too_long"
    assert isinstance(again, Misfit)
    assert again.why == "suspended_once"


def test_a_suspension_that_is_noticed_late_ended_when_it_was_to_end():
    at_ms = MONDAY_8 + DAY_MS
    suspended = stepped(life_after("report", "file", "dispatch", "accept"), "suspend", at_ms, until_ms=at_ms + DAY_MS)

    life = stepped(suspended, "resume", at_ms + 5 * DAY_MS)

    assert [(pause.from_ms, pause.to_ms) for pause in life.pauses] == [(at_ms, at_ms + DAY_MS)]


@pytest.mark.parametrize(("actions", "days"), [((*HANDLED, "close"), 30), (("self_resolve",), 7)])
def test_a_closed_case_is_opened_again_within_its_days_only(actions, days):
    life = life_after(*actions)
    assert life.ended_ms is not None

    last = step(life, event("reopen", life.ended_ms + days * DAY_MS))
    late = step(life, event("reopen", life.ended_ms + days * DAY_MS + 1))

    assert not isinstance(last, Misfit)
    assert isinstance(late, Misfit)
    assert late.why == "too_late"


def test_a_case_that_nobody_was_given_goes_to_the_desk_when_it_is_opened_again():
    assert stepped(life_after("self_resolve"), "reopen", MONDAY_8 + DAY_MS).state == "reported"
    assert stepped(life_after(*HANDLED, "close"), "reopen", MONDAY_8 + DAY_MS).state == "handling"


def test_a_case_that_is_opened_again_has_a_new_clock():
    life = stepped(life_after(*HANDLED, "close"), "reopen", MONDAY_8 + DAY_MS)

    assert life.filed_ms == MONDAY_8 + DAY_MS
    assert life.pauses == ()
    assert not life.was_suspended


def test_a_duplicate_names_the_case_that_it_repeats():
    reported = life_after("report")

    nameless = step(reported, event("void", MONDAY_8 + HOUR_MS, reason="duplicate"))
    named = stepped(reported, "void", MONDAY_8 + HOUR_MS, reason="duplicate", target=UUID(int=7))
    unheard = step(reported, event("void", MONDAY_8 + HOUR_MS, reason="no wish to"))

    assert isinstance(nameless, Misfit)
    assert isinstance(unheard, Misfit)
    assert named.duplicate_of == str(UUID(int=7))


def test_what_a_tablet_said_offline_is_kept_when_the_desk_was_faster():
    life = life_after("report", "void")
    late = event("answer_verify", MONDAY_8 + DAY_MS, answer="yes")

    history = fold([event("report"), event("void", MONDAY_8 + HOUR_MS), late])

    assert history.life == life
    assert history.misfits[0].event is late
    assert history.misfits[0].why == "state"


@pytest.mark.parametrize("state", sorted(OPEN_STATES | FINAL_STATES))
def test_every_state_but_void_has_a_way_on(state):
    assert bool(actions_from(state)) == (state != "void")
