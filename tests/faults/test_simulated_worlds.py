"""A budget of simulated worlds: what was shown as saved arrives once, byte for byte, whatever happens.

`FAULTS` raises the number of worlds; `make faults` plays many more, and SEED=n prints one.
"""

import os

import pytest

from tests.faults.planting import MOST_SEEDS, PLANTED, Planted, hunt
from tests.faults.running import play, play_all
from tests.faults.seams import installed
from tests.faults.templates import templates

WORLDS = int(os.environ.get("FAULTS", "60"))
"""Worlds to play here."""

BUSY_SEED = 4
"""A world in which a lot happens."""


def test_nothing_is_lost_doubled_or_falsely_receipted_in_any_world() -> None:
    summary = play_all(range(WORLDS))
    assert summary.failures == ()
    assert summary.is_clean
    assert summary.schedules == WORLDS


def test_the_same_seed_tells_the_same_story() -> None:
    templates()
    with installed():
        once, again = play(BUSY_SEED, is_traced=True), play(BUSY_SEED, is_traced=True)
        other = play(BUSY_SEED + 1)
    assert once.trace == again.trace
    assert once.fingerprint == again.fingerprint != other.fingerprint


def test_every_kind_of_fault_happens_within_the_budget_of_a_commit() -> None:
    kinds = set(play_all(range(1000, 1060)).coverage)
    assert {"kill", "enospc", "eio", "clone", "restore", "lost_reply", "doubled", "stale_reply", "portal"} <= kinds


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_defect_is_caught(planted: Planted) -> None:
    assert hunt(planted) is not None, f"{planted.name} was not seen in {MOST_SEEDS} worlds"
