"""What a finding names is played again by that name alone, and what was asked for and not tried is said."""

import re

import pytest

from tests.faults.cuts.points import ATTEMPTS, Outcome, Side
from tests.faults.cuts.power import RUNS, power_cut, power_cuts
from tests.faults.cuts.preload import FAULTS, Point
from tests.faults.cuts.running import play_only
from tests.faults.summary import Summary, merged

SEED = 1


@pytest.mark.needs("gcc")
@pytest.mark.parametrize("name", RUNS)
def test_a_power_cut_that_found_something_finds_it_again_by_its_name(name: str) -> None:
    planted = RUNS[name].planted[0]
    found = power_cuts(name, planted, budget=200, seed=SEED, most_findings=1).findings[0]
    named = re.search(r"ONLY='power, (\w+), (\d+), (\d+), (\d+)'", found)
    assert named is not None, found
    again = power_cut(named[1], int(named[2]), int(named[3]), int(named[4]), planted=planted)
    assert again.states == 1
    assert found in again.findings


@pytest.mark.needs("gcc")
@pytest.mark.parametrize(
    "name", ["power, tablet, 40, 0, 1", "calls, tablet, short, write wal 3, 1", "line, down, 9, 1"]
)
def test_one_thing_is_played_by_its_name(name: str) -> None:
    found = play_only(name)
    assert (found.schedules, found.failures, found.uncovered) == (1, (), ())


@pytest.mark.parametrize(
    "name", ["", "power, desk, 1, 0, 1", "calls, tablet, fire, write wal 3, 1", "calls, tablet, eio, sing wal 3, 1"]
)
def test_what_nothing_is_called_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever word it is that nothing is called
        play_only(name)


class Elusive(Side):
    """A shift of two calls, the second of which no fault meets from some attempt on."""

    def __init__(self, comes_at: int) -> None:
        super().__init__("tablet", None, Outcome(), SEED)  # type: ignore[arg-type]  # no stage: nothing is played
        self._comes_at = comes_at
        self._attempt = 0

    def measured(self) -> list[Point]:
        return [Point("write wal", 1), Point("sync wal", 1)]

    def try_one(self, point: Point, fault: str) -> tuple[bool, list[str]]:
        self._attempt = self._attempt + 1 if point.call == "sync wal" else 0
        return point.call == "write wal" or self._attempt % ATTEMPTS == self._comes_at, []


def test_a_call_that_does_not_come_is_tried_again() -> None:
    side = Elusive(comes_at=ATTEMPTS - 1)
    side.run(0)
    assert (side.outcome.tried, side.outcome.not_reached, side.outcome.uncovered) == (2 * len(FAULTS), 0, [])


def test_a_sort_of_call_that_a_fault_never_hits_is_named() -> None:
    side = Elusive(comes_at=ATTEMPTS)
    side.run(0)
    assert side.outcome.not_reached == len(FAULTS)
    named = [f"tablet: sync wal never met {fault}" for fault in FAULTS]
    assert side.outcome.uncovered == [*named, "tablet: 5 of 10 calls did not come"]


def test_a_run_that_left_something_out_is_not_clean() -> None:
    assert Summary(schedules=1, not_reached=1).is_clean
    assert not merged([Summary(schedules=1), Summary(uncovered=("tablet: sync wal never met kill",))]).is_clean
