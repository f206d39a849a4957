"""The units under deploy/ are understood by systemd and stay hardened."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked_files

DEPLOY = ROOT / "deploy"
SYSTEM_UNITS = Path("/lib/systemd/system")

EXPOSURE: dict[str, float] = {
    "xunge-caseapi.service": 1.2,
    "xunge-backup.service": 1.0,
    "fieldapp-sync.service": 1.6,
    # It owns a screen, a keyboard, readers and a camera, and starts an X server: most sandboxes would take those away.
    "fieldapp-ui@.service": 6.5,
}
"""Unit to the highest exposure `systemd-analyze security` may find (0 best, 10 worst)."""

pytestmark = pytest.mark.needs("systemd")


def units() -> list[Path]:
    names = [name for name in tracked_files() if name.startswith("deploy/") and name.endswith((".service", ".timer"))]
    return [ROOT / name for name in names]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder with Debian's units, ours, and a stand-in for every program they start."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree(SYSTEM_UNITS, root / "usr/lib/systemd/system", symlinks=True)
    root.joinpath("lib").symlink_to("usr/lib")
    ours = root / "etc/systemd/system"
    ours.mkdir(parents=True)
    for unit in units():
        shutil.copy(unit, ours)
        for program in started_by(unit):
            stand_in = root / program.lstrip("/")
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            stand_in.write_text("#!/bin/sh\n", encoding="utf-8")
            stand_in.chmod(0o755)
    return root


def started_by(unit: Path) -> list[str]:
    return re.findall(r"^Exec\w+=[-@:+!]*(/\S+)", unit.read_text(encoding="utf-8"), re.MULTILINE)


def instance(name: str) -> str:
    """Return a unit's name as it runs: templates on the first terminal."""
    return name.replace("@.", "@tty1.")


def analyze(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([path, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_systemd_understands_every_unit(staged: Path, program: Callable[[str], str]) -> None:
    names = [instance(unit.name) for unit in units()]
    result = analyze(program("systemd"), "verify", "--man=no", f"--root={staged}", *names)
    assert (result.returncode, result.stderr.strip()) == (0, ""), result.stderr


def test_a_misspelt_setting_would_be_noticed(staged: Path, program: Callable[[str], str]) -> None:
    bad = staged / "etc/systemd/system/planted.service"
    bad.write_text("[Service]\nExecStart=/usr/bin/xinit\nProtectSistem=strict\n", encoding="utf-8")
    result = analyze(program("systemd"), "verify", "--man=no", f"--root={staged}", bad.name)
    bad.unlink()
    assert "ProtectSistem" in result.stderr


@pytest.mark.parametrize("name", [unit.name for unit in units() if unit.suffix == ".service"])
def test_a_service_is_at_most_as_exposed_as_agreed(name: str, staged: Path, program: Callable[[str], str]) -> None:
    assert name in EXPOSURE, f"agree on the exposure of {name}: add a row to EXPOSURE"
    threshold = f"--threshold={round(EXPOSURE[name] * 10)}"
    command = ["security", "--no-pager", "--offline=true", f"--root={staged}", threshold, instance(name)]
    result = analyze(program("systemd"), *command)
    assert result.returncode == 0, f"{name} is more exposed than {EXPOSURE[name]}:\n{result.stdout[-2000:]}"


def test_every_agreed_exposure_is_of_a_unit_that_is_there() -> None:
    assert sorted(EXPOSURE) == sorted(unit.name for unit in units() if unit.suffix == ".service")


def test_every_timer_has_its_service() -> None:
    names = {unit.name for unit in units()}
    assert all(name.replace(".timer", ".service") in names for name in names if name.endswith(".timer"))


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.name)
def test_no_secret_stands_in_a_unit(unit: Path) -> None:
    assert not re.search(r"(?i)(password|secret|token|key)=\S", unit.read_text(encoding="utf-8"))


@pytest.mark.parametrize("side", ["tablet", "central"])
def test_every_account_a_unit_runs_as_is_made(side: str) -> None:
    made = set(re.findall(r"^u (\S+)", (DEPLOY / side / "sysusers.conf").read_text(encoding="utf-8"), re.MULTILINE))
    used = {
        account
        for unit in units()
        if unit.parent.name == side
        for account in re.findall(r"^User=(\S+)", unit.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert used <= made, f"add to deploy/{side}/sysusers.conf: {used - made}"
