"""What receivers say, kept for whoever asks: the newest of all, and only that."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from devices.gnss import BUILT
from devices.position import Fix
from devices.receiver import Receivers

NOON = BUILT + timedelta(days=30)


class Clocks:
    """A monotonic clock and a wall clock that only move when told."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.wall = NOON

    def monotonic(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return self.wall


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def receivers(clocks: Clocks) -> Receivers:
    return Receivers(clocks.monotonic, clocks.utc)


def fix(lat: float = 45.6, second: int = 0) -> Fix:
    return Fix(lat, 126.6, 1, (NOON + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ"), 5.0, "gst")


def test_without_a_receiver_nothing_is_known(receivers: Receivers) -> None:
    assert receivers.whereabouts() is None
    assert receivers.clock_offset_ms() is None


def test_the_newest_position_of_all_receivers_counts(receivers: Receivers, clocks: Clocks) -> None:
    receivers.take("one", fix(45.1), 1000.0)
    receivers.take("two", fix(45.2), 1003.0)
    clocks.now = 1005.0
    here = receivers.whereabouts()
    assert here is not None
    assert (here.lat, here.lon, here.quality, here.sigma_m, here.age_s) == (45.2, 126.6, 1, 5.0, 2.0)


@pytest.mark.parametrize("off", [timedelta(0), timedelta(hours=8), timedelta(days=-20_000)])
def test_two_dates_of_one_receiver_say_how_far_the_clock_is_off(
    receivers: Receivers, clocks: Clocks, off: timedelta
) -> None:
    clocks.wall = NOON - off
    receivers.take("one", fix(second=0), 1000.0)
    assert receivers.clock_offset_ms() is None
    clocks.wall += timedelta(seconds=1)
    receivers.take("one", fix(second=1), 1001.0)
    assert receivers.clock_offset_ms() == off // timedelta(milliseconds=1)


def test_dates_of_two_receivers_do_not_vouch_for_one_another(receivers: Receivers) -> None:
    receivers.take("one", fix(second=0), 1000.0)
    receivers.take("two", fix(second=1), 1001.0)
    assert receivers.clock_offset_ms() is None


def test_it_may_be_asked_while_it_is_told(receivers: Receivers) -> None:
    def tell() -> None:
        for second in range(500):
            receivers.take(f"receiver {second % 20}", fix(second=second), 1000.0)

    telling = threading.Thread(target=tell)
    telling.start()
    while telling.is_alive():
        receivers.whereabouts()
        receivers.clock_offset_ms()
    telling.join()
    assert receivers.whereabouts() is not None


def test_the_real_clocks_are_those_of_the_links_and_of_the_tablet() -> None:
    receivers = Receivers()
    receivers.take("one", Fix(45.6, 126.6, 1), 0.0)
    here = receivers.whereabouts()
    assert here is not None
    assert here.age_s > 0
    assert BUILT.tzinfo is UTC
