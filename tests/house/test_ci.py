"""What continuous integration runs fails with whatever part of it fails, and ends with the tests' closing line."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.faults.cuts.running import EVERY_CALL, Budget
from tests.house.tree import ROOT

CLOSING = "7 passed in 1.00s"
MAKE = f"""#!/bin/sh
echo "make $*, FAULTS in the environment: ${{FAULTS-none}}"
case "$*" in
*faults*) exit "$FAULTS_CODE" ;;
*) echo "{CLOSING}"; exit "$TESTS_CODE" ;;
esac
"""


def ran(folder: Path, tests_code: int, faults_code: int) -> "subprocess.CompletedProcess[str]":
    """Run `.ci/run` with a make that only says what it was asked for."""
    make = folder / "make"
    make.write_text(MAKE, encoding="utf-8")
    make.chmod(0o700)
    codes = {"TESTS_CODE": str(tests_code), "FAULTS_CODE": str(faults_code)}
    environment = {name: value for name, value in os.environ.items() if name != "FAULTS"}
    environment |= codes | {"PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run([ROOT / ".ci" / "run"], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(("tests_code", "faults_code"), [(0, 0), (2, 0), (0, 2)])
def test_it_fails_with_the_tests_and_with_the_faults(tmp_path: Path, tests_code: int, faults_code: int) -> None:
    done = ran(tmp_path, tests_code, faults_code)
    assert done.returncode == tests_code + faults_code
    assert done.stdout.splitlines()[-1] == CLOSING


def test_the_faults_get_the_whole_budget_and_the_tests_their_own(tmp_path: Path) -> None:
    told = ran(tmp_path, 0, 0).stdout
    assert "make check test, FAULTS in the environment: none" in told
    assert "make faults FAULTS=1000" in told
    whole = Budget.of(1_000)
    assert (whole.states, whole.faults) == (2_000, EVERY_CALL)
