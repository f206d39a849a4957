"""Any call on a file or a socket may fail on either end: nothing told is lost, doubled or untrue afterwards."""

import pytest

from tests.conftest import IN_CI, WANT
from tests.faults.cuts.full_disk import may_mount, run_full_disk
from tests.faults.cuts.kills import kills
from tests.faults.cuts.plants import PLANTED
from tests.faults.cuts.preload import FAULTS
from tests.faults.cuts.running import calls_of

FAULTS_A_SIDE = {"tablet": 50, "server": 30, "line": 20}
KILLS = 3
"""The first of them kills the process that speaks, the next ones those on both ends."""
SEED = 1


@pytest.mark.needs("gcc")
@pytest.mark.parametrize("side", FAULTS_A_SIDE)
def test_nothing_is_lost_doubled_or_untrue_after_a_call_that_failed(side: str) -> None:
    outcome = calls_of(side, FAULTS_A_SIDE[side], SEED)
    assert not outcome["findings"], "\n".join(outcome["findings"])
    assert not outcome["uncovered"], "\n".join(outcome["uncovered"])
    assert outcome["tried"] + outcome["not_reached"] >= FAULTS_A_SIDE[side]
    assert set(outcome["coverage"]) == (set(FAULTS) if side != "line" else {"reset"})


@pytest.mark.needs("gcc")
@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_defect_is_caught_by_a_call_that_fails(planted: str) -> None:
    assert calls_of(PLANTED[planted].side, 300, SEED, planted)["findings"]


def test_real_processes_killed_in_the_middle_lose_nothing_and_prove_nothing_untrue() -> None:
    killed = kills(KILLS, SEED)
    assert not killed.findings, "\n".join(killed.findings)
    assert killed.saved


@pytest.mark.needs("unshare")
def test_a_disk_that_really_fills_up_refuses_by_name_and_goes_on_when_it_is_freed() -> None:
    filled = run_full_disk()
    if filled is None:
        assert not (IN_CI and may_mount()), "a disk could not be mounted, although this process may"
        pytest.skip(f"{WANT}a mount; to get it: run as who may mount disks")
    assert not filled.findings, "\n".join(filled.findings)
