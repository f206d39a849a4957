"""A budget of simulated worlds: what was shown as saved arrives once, byte for byte, whatever happens.

`FAULTS` raises the number of worlds; `make faults` plays many more, and SEED=n prints one.
"""

import os
import subprocess
import sys

import pytest

from tests.faults.line_faults import FAULTS
from tests.faults.planting import MOST_SEEDS, PLANTED, Planted, hunt
from tests.faults.running import play, play_all
from tests.faults.seams import installed
from tests.faults.summary import Summary
from tests.faults.templates import templates
from tests.house.tree import ROOT

WORLDS = int(os.environ.get("FAULTS", "80"))
"""Worlds to play here."""

BUSY_SEED = 4
"""A world in which a lot happens."""


@pytest.fixture(scope="module")
def played() -> Summary:
    return play_all(range(WORLDS))


def test_nothing_is_lost_doubled_or_falsely_receipted_in_any_world(played: Summary) -> None:
    assert played.failures == ()
    assert played.is_clean
    assert played.schedules == WORLDS


def test_every_kind_of_fault_happens_within_the_budget(played: Summary) -> None:
    disasters = {"kill", "enospc", "eio", "clone", "rewind", "reinstall", "restore", "revoke", "clock jump"}
    disasters |= {"photo lost", "spoilt bytes", "update"}
    # An earlier copy must be taken before one can come back, disks spoil in one world of ten: worlds of their own.
    with installed():
        rare = [play(seed, emphasis=("copy_tablet", "rewind", "spoil_bytes")).coverage for seed in range(4)]
    assert disasters | set(FAULTS) <= set(played.coverage).union(*rare)


def test_the_same_seed_tells_the_same_story_in_every_process() -> None:
    templates()
    with installed():
        here = play(BUSY_SEED, is_traced=True)
        other = play(BUSY_SEED + 1)
    words = [sys.executable, "-m", "tests.faults", "--seed", str(BUSY_SEED)]
    there = subprocess.run(
        words, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": "7"}, cwd=ROOT
    ).stdout.splitlines()
    assert there[: len(here.trace)] == list(here.trace)
    assert here.fingerprint in there[len(here.trace)]
    assert here.fingerprint != other.fingerprint


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_defect_is_caught_and_nothing_without_it(planted: Planted) -> None:
    caught = hunt(planted)
    assert caught is not None, f"{planted.name} was not seen in {MOST_SEEDS} worlds"
    assert caught.control == (), f"seed {caught.seed} shows this without {planted.name}, too"
