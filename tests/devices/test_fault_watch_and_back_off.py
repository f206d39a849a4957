"""When a reader counts as faulty, and how long a link waits between attempts."""

import pytest

from devices.backoff import BackOff, Retries
from devices.faults import EQUAL_FRAMES, FRAMES_IN_WINDOW, FaultWatch


def test_the_fifth_equal_frame_in_a_row_makes_a_reader_faulty_once() -> None:
    watch = FaultWatch()
    assert [watch.bad(b"same", at) for at in range(8)] == [False] * 4 + [True] + [False] * 3


def test_equal_frames_with_a_good_one_between_start_again() -> None:
    watch = FaultWatch()
    for _ in range(3):
        assert not any(watch.bad(b"same", 0.0) for _ in range(EQUAL_FRAMES - 1))
        assert not watch.good()


def test_twenty_different_frames_in_a_minute_make_a_reader_faulty() -> None:
    watch = FaultWatch()
    said = [watch.bad(b"%d" % number, number * 3.0) for number in range(FRAMES_IN_WINDOW)]
    assert said == [False] * (FRAMES_IN_WINDOW - 1) + [True]
    assert watch.count == FRAMES_IN_WINDOW


def test_good_frames_between_do_not_hide_twenty_bad_ones() -> None:
    watch = FaultWatch()
    for number in range(FRAMES_IN_WINDOW):
        watch.good()
        watch.bad(b"%d" % number, number * 1.0)
    assert watch.is_faulty


def test_bad_frames_spread_over_more_than_a_minute_are_bad_luck() -> None:
    watch = FaultWatch()
    assert not any(watch.bad(b"%d" % number, number * 3.2) for number in range(100))


def test_a_good_frame_makes_a_faulty_reader_well_and_it_can_fail_again() -> None:
    watch = FaultWatch()
    for _ in range(2):
        assert any(watch.bad(b"same", 0.0) for _ in range(EQUAL_FRAMES))
        assert watch.good()


@pytest.mark.parametrize(
    ("failures", "missing_for_s", "delay_s"),
    [
        (0, 0, 0),
        (1, 0, 0.05),
        (2, 0.05, 0.1),
        (3, 0.15, 0.2),
        (4, 0.4, 0.4),
        (5, 1, 0.5),
        (90, 59, 0.5),
        (150, 60, 2),
        (10**6, 9e5, 2),
    ],
)
def test_the_wait_doubles_to_half_a_second_and_is_two_after_a_minute(
    failures: int, missing_for_s: float, delay_s: float
) -> None:
    assert BackOff().delay_s(failures, missing_for_s) == pytest.approx(delay_s)


def test_a_port_that_worked_is_tried_again_at_once() -> None:
    retries = Retries(BackOff())
    assert [retries.attempt(0.0), retries.attempt(0.0)] == [0.0, 0.05]
    retries.worked()
    assert retries.attempt(3600.0) == 0.0


def test_a_port_that_only_opens_is_tried_ever_more_rarely() -> None:
    retries = Retries(BackOff())
    assert [retries.attempt(at) for at in (0, 1, 2, 3, 61)] == [0, 0.05, 0.1, 0.2, 2.0]
