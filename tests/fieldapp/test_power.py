"""The battery as Linux tells of it: its own one, the emptiest, and nothing that is no battery of the tablet."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fieldapp.power import READ_EVERY_S, BatteryGauge, read_battery
from fieldapp.services.today import Battery

OWN = {"type": "Battery", "capacity": "64", "status": "Discharging"}
CHARGER = {"type": "Mains", "online": "1"}
SCANNER = {"type": "Battery", "scope": "Device", "capacity": "5", "status": "Discharging"}


def supply(root: Path, name: str, facts: Mapping[str, str]) -> None:
    """Write one supply as the kernel shows it."""
    (root / name).mkdir(exist_ok=True)
    for file, text in facts.items():
        (root / name / file).write_text(f"{text}\n", encoding="ascii")


def test_the_tablets_battery_is_read_and_a_charger_or_a_scanner_is_none(tmp_path: Path) -> None:
    supply(tmp_path, "AC", CHARGER)
    supply(tmp_path, "hid-scanner", SCANNER)
    supply(tmp_path, "BAT0", OWN)
    assert read_battery(tmp_path) == Battery(64)


def test_the_emptiest_of_two_counts(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", OWN)
    supply(tmp_path, "BAT1", {**OWN, "capacity": "11"})
    assert read_battery(tmp_path) == Battery(11)


@pytest.mark.parametrize("status", ["Charging", "Full", "Not charging"])
def test_a_battery_on_its_charger_is_said_to_be(tmp_path: Path, status: str) -> None:
    supply(tmp_path, "BAT0", {**OWN, "status": status})
    assert read_battery(tmp_path) == Battery(64, is_charging=True)


@pytest.mark.parametrize("capacity", ["", "-1", "101", "many", "\u00b2"])
def test_a_battery_that_says_nonsense_is_none(tmp_path: Path, capacity: str) -> None:
    supply(tmp_path, "BAT0", {"type": "Battery"})
    (tmp_path / "BAT0" / "capacity").write_text(capacity, encoding="utf-8")
    assert read_battery(tmp_path) is None


def test_a_system_that_tells_nothing_has_no_battery(tmp_path: Path) -> None:
    assert read_battery(tmp_path / "nowhere") is None
    assert read_battery(tmp_path) is None


def test_a_reading_counts_for_a_while_and_no_longer(tmp_path: Path) -> None:
    now = [100.0]
    gauge = BatteryGauge(tmp_path, lambda: now[0])
    supply(tmp_path, "BAT0", OWN)
    assert gauge() == Battery(64)
    supply(tmp_path, "BAT0", {**OWN, "capacity": "63"})
    now[0] += READ_EVERY_S - 0.1
    assert gauge() == Battery(64)
    now[0] += 0.2
    assert gauge() == Battery(63)


def test_a_battery_is_low_only_off_its_charger() -> None:
    assert Battery(20).is_low
    assert not Battery(21).is_low
    assert not Battery(3, is_charging=True).is_low
