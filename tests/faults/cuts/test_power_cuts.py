"""Whatever moment the power fails at, everything that was told before is there when it comes back."""

import pytest

from tests.faults.cuts.power import RUNS, power_cuts

STATES = 200
SEED = 1
pytestmark = pytest.mark.needs("gcc")


@pytest.mark.parametrize("name", RUNS)
def test_what_was_told_before_the_power_failed_is_there_afterwards(name: str) -> None:
    found = power_cuts(name, budget=STATES, seed=SEED)
    assert not found.findings, "\n".join(found.findings)
    assert found.states == STATES


@pytest.mark.parametrize(("name", "planted"), [(name, planted) for name in RUNS for planted in RUNS[name].planted])
def test_a_planted_defect_is_caught_by_a_power_cut(name: str, planted: str) -> None:
    assert power_cuts(name, planted, budget=STATES, seed=SEED, most_findings=1).findings
