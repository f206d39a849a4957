"""The time that sending still takes: said when it is known, never far too little, and without jitter."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.tablet.pace import LEAST_STEPS, LEAST_TOOK_S, WORTH_SAYING_S, Pace, said_s

ESTIMATES = st.floats(min_value=0, max_value=40 * 3600)
SAID = st.none() | ESTIMATES.map(said_s)


def told(lefts: Sequence[float]) -> list[int | None]:
    """Return what is said of each estimate, one after the other."""
    said: list[int | None] = []
    for left in lefts:
        said.append(said_s(left, said[-1] if said else None))
    return said


@pytest.mark.parametrize(
    ("estimate_s", "said"),
    [(7.9, None), (8, 10), (10, 10), (10.1, 20), (51, 60), (61, 120), (599, 600), (601, 900), (3_601, 7_200)],
)
def test_a_time_is_rounded_up_to_what_can_be_said(estimate_s: float, said: int | None) -> None:
    assert said_s(estimate_s) == said


@given(estimate=ESTIMATES, before=SAID)
def test_what_is_said_is_near_the_estimate_whatever_was_said_before(estimate: float, before: int | None) -> None:
    said = said_s(estimate, before)

    if said is None:
        assert estimate < WORTH_SAYING_S
    else:
        fresh = said_s(max(estimate, WORTH_SAYING_S))
        following = said_s(estimate / 0.85) if estimate >= WORTH_SAYING_S else fresh
        assert fresh is not None
        assert following is not None
        assert estimate <= said * 1.15
        assert said <= max(following, fresh)


@given(estimate=ESTIMATES, before=SAID)
def test_the_same_estimate_again_changes_nothing(estimate: float, before: int | None) -> None:
    said = said_s(estimate, before)

    assert said_s(estimate, said) == said


@given(
    middle=st.floats(min_value=10, max_value=40 * 3600),
    wobbles=st.lists(st.floats(min_value=0.93, max_value=1.07), min_size=1, max_size=40),
)
def test_an_estimate_that_wobbles_is_said_once(middle: float, wobbles: list[float]) -> None:
    assert len(set(told([middle * wobble for wobble in wobbles]))) == 1


@given(st.lists(ESTIMATES, min_size=2, max_size=40).map(lambda lefts: sorted(lefts, reverse=True)))
def test_while_less_and_less_is_left_never_more_is_said(lefts: list[float]) -> None:
    said = [seconds or 0 for seconds in told(lefts)]

    assert all(before >= after for before, after in pairwise(said))


@given(
    pace=st.floats(min_value=10, max_value=1e7),
    total=st.integers(min_value=1, max_value=10**10),
    shares=st.lists(st.integers(min_value=1, max_value=100), min_size=1, max_size=30),
)
def test_an_even_pace_is_known_after_some_steps_and_told_right(pace: float, total: int, shares: list[int]) -> None:
    parts = [total * share // sum(shares) for share in shares]
    going, moved = Pace(1_000), 0
    for step, part in enumerate(parts, 1):
        moved += part
        took_s = moved / pace
        going = going.after(1_000 + round(took_s * 1000), moved=moved, left=total - moved)
        if step < LEAST_STEPS or took_s < LEAST_TOOK_S - 0.001:
            assert going.left_s is None
        elif going.left_s is None:
            assert (total - moved) / pace <= WORTH_SAYING_S * 1.01
        else:
            assert (total - moved) / pace <= going.left_s * 1.16


def test_what_does_not_move_has_no_pace() -> None:
    going = Pace(0)
    for minute in range(1, 10):
        going = going.after(minute * 60_000, moved=0, left=5)
    assert going.left_s is None


def test_a_line_that_becomes_slow_is_told_of() -> None:
    going = Pace(0)
    for second in range(1, 11):
        going = going.after(second * 1000, moved=second * 100, left=3_000 - second * 100)
    assert going.left_s == 30
    for second in range(11, 61):
        going = going.after(second * 1000, moved=1_000 + (second - 10), left=2_000 - (second - 10))
    assert going.left_s == 120
