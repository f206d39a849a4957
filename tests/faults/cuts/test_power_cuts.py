"""Whatever moment the power fails at, everything that was told before is there when it comes back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cuts.power import recorded, scratch, tried
from tests.faults.cuts.tablet_check import check_tablet
from tests.faults.cuts.tablet_shift import PLANTED as PLANTED_ON_TABLET

STATES = 300
SEED = 1
pytestmark = pytest.mark.needs("gcc")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = scratch("power")
    (made / "watched").mkdir()
    yield made / "watched"
    shutil.rmtree(made)


def test_a_tablet_that_loses_its_power_has_all_that_was_told(folder: Path) -> None:
    found = tried(recorded("tablet", "tests.faults.cuts.tablet_shift", folder), check_tablet, budget=STATES, seed=SEED)
    assert not found.findings, "\n".join(found.findings)
    assert found.states == STATES


@pytest.mark.parametrize("planted", PLANTED_ON_TABLET)
def test_a_planted_defect_of_the_tablet_is_caught_by_a_power_cut(folder: Path, planted: str) -> None:
    run = recorded("tablet", "tests.faults.cuts.tablet_shift", folder, planted)
    found = tried(run, check_tablet, budget=STATES, seed=SEED, most_findings=1)
    assert found.findings, planted
