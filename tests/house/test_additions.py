"""What is added travels with what belongs to it: a kind with its golden sample and its presentation."""

import pytest

from sync.records import KINDS
from tests.house.tree import ROOT, tracked_files

GOLDEN = "tests/sync/golden/"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_record_kind_has_a_golden_sample(kind: str) -> None:
    samples = [name for name in tracked_files() if name.startswith(GOLDEN) and kind in name.removeprefix(GOLDEN)]
    assert samples, f"write a sample of {kind!r} into {GOLDEN}: its bytes are the contract with every older tablet"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_record_kind_lives_in_the_file_of_its_name(kind: str) -> None:
    assert (ROOT / "sync" / "records" / f"{kind}.py").is_file()
