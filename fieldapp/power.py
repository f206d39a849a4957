"""How full the tablet's battery is, where the system tells it (Linux: ``/sys/class/power_supply``)."""

import time
from collections.abc import Callable
from pathlib import Path

from fieldapp.services.today import Battery

ROOT = Path("/sys/class/power_supply")
"""Where the kernel tells of batteries and chargers, a folder for each (Documentation/ABI/testing/sysfs-class-power)."""

READ_EVERY_S = 30.0
"""How long a reading counts: a battery does not change sooner, and a slow controller may take long to answer."""

MOST_CHARS = 64
"""Longest text of a file that counts."""


class BatteryGauge:
    """Reads the battery, seldom; call it off the event loop.

    Args:
        root: the folder with a folder for each battery and charger.
        now: the monotonic clock in seconds.
    """

    def __init__(self, root: Path = ROOT, now: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._now = now
        self._read: Battery | None = None
        self._read_at: float | None = None

    def __call__(self) -> Battery | None:
        """Return the battery, None where the system tells of none."""
        now = self._now()
        if self._read_at is None or now - self._read_at >= READ_EVERY_S:
            self._read, self._read_at = read_battery(self._root), now
        return self._read


def read_battery(root: Path) -> Battery | None:
    """Return the tablet's own battery, the emptiest of several; None where the system tells of none."""
    try:
        folders = sorted(root.iterdir())
    except OSError:
        return None
    found = [battery for battery in map(_battery_in, folders) if battery is not None]
    return min(found, key=lambda battery: battery.percent, default=None)


def _battery_in(folder: Path) -> Battery | None:
    # `scope` is Device for the battery of a mouse or a scanner.
    if _text(folder / "type") != "Battery" or _text(folder / "scope") == "Device":
        return None
    percent = _text(folder / "capacity")
    if not percent.isascii() or not percent.isdecimal() or int(percent) > 100:
        return None
    return Battery(int(percent), _text(folder / "status") in {"Charging", "Full", "Not charging"})


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_CHARS).decode("ascii", "replace").strip()
    except OSError:
        return ""
