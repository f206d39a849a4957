"""Nothing simulated stays in memory: a folder goes with its process, and one of a killed process at the next start."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.scratch import PREFIX, sweep
from tests.house.tree import ROOT

BEGINS = "import os; from tests.faults.scratch import scratch; print(scratch('world'), flush=True)"
ENDINGS = {"failed": f"{BEGINS}; 1 / 0", "killed": f"{BEGINS}; os.kill(os.getpid(), 9)"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_process_that_ends_badly_leaves_nothing_for_long(ending: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDINGS[ending]], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ended.returncode
    left = Path(ended.stdout.strip())
    sweep(left.parent.parent)
    assert not left.parent.exists()


def test_folders_of_processes_that_run_stay(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}1").mkdir()
    (tmp_path / f"{PREFIX}4194999").mkdir()
    (tmp_path / f"{PREFIX}abcdef").mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{PREFIX}1"]
