"""Start-up to the usable home screen, side by side with the smallest Textual app there can be.

Both run in the same pseudo-terminal, in turn, so that the machine's load falls on both alike. The tablet is enrolled,
holds the demo district's reference data, a year's records and a signed-in inspector in the middle of a shift: the home
screen is the usable one. Both are started as installed programs are: with everything compiled, and through the console
script where there is one. RECORDS=100000 fills it with more. After the pairs the app starts some times more in the
tablet profile, a fifth of a processor and a disk whose every sync takes 30 ms longer.

The promise is about time on the wall, and the exit status follows it: the ratio of the medians, for a median does not
mind a neighbour's burst of work as a mean does, and is no lucky pick as the best start of many is. The processor time
is told beside it, because on a busy machine it still says what the program itself costs.
"""

import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

import devices
import fieldapp
import sync
from fieldapp import code_pack
from fieldapp.demo.pty_app import PtyApp
from fieldapp.text import _
from tests.bench.quota import held_to
from tests.bench.slow_fsync import slow_fsync
from tests.bench.tablet import PROFILE_FSYNC_MS, PROFILE_SHARE, signed_in_tablet
from tests.bench.year import YEAR_RECORDS, fill

ROUNDS = 31
"""Pairs of starts; the median of each side counts."""

LIMIT = 1.15
"""Largest ratio of the wall times that is still fine."""

PROFILE_ROUNDS = 5
PROFILE_LIMIT_S = 3.0
"""Starts in the tablet profile, of which the median counts, and its limit."""

MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("READY-TO-USE")
Minimal().run()
"""

NEVER_COMPILED = "PYTHONDONTWRITEBYTECODE"
"""Variable with which Python would compile our modules anew at each start, and the toolkit's not."""


class Start(NamedTuple):
    """What one start took until its marker was painted."""

    wall_s: float
    cpu_s: float


def main() -> int:
    records = int(os.environ.get("RECORDS", YEAR_RECORDS))
    with as_installed(), signed_in_tablet() as tablet:
        fill(tablet.stage, tablet.database, records)
        ours = [*installed_command(), "--config", str(tablet.config)]
        marker = _("End shift")
        minimal: list[Start] = []
        home: list[Start] = []
        for turn in range(ROUNDS + 1):
            pair = (
                start([sys.executable, "-c", MINIMAL], "READY-TO-USE", {}),
                start(ours, marker, tablet.env),
            )
            # The first of each fills the system's caches.
            if turn:
                minimal.append(pair[0])
                home.append(pair[1])
        with tempfile.TemporaryDirectory(prefix="xunge-bench-") as folder:
            slow = tablet.env | slow_fsync(Path(folder), PROFILE_FSYNC_MS)
            weak = [start(ours, marker, slow, PROFILE_SHARE).wall_s for _turn in range(PROFILE_ROUNDS)]
    print(f"records     {records:,}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    wall = _told("wall", [start.wall_s for start in minimal], [start.wall_s for start in home])
    _told("processor", [start.cpu_s for start in minimal], [start.cpu_s for start in home])
    print(f"limit       {LIMIT} of the wall's medians")
    print(f"tablet profile: {_spread(weak)}; limit {PROFILE_LIMIT_S:.0f} s")
    return 0 if wall <= LIMIT and statistics.median(weak) <= PROFILE_LIMIT_S else 1


@contextmanager
def as_installed() -> Iterator[None]:
    """Compile and pack everything, as an installation does, and let programs use it."""
    kept = os.environ.pop(NEVER_COMPILED, None)
    try:
        for package in (devices, sync, fieldapp):
            compileall.compile_dir(Path(str(package.__file__)).parent, quiet=1)
        subprocess.run([sys.executable, "-m", code_pack.__name__], check=True, capture_output=True)
        yield
    finally:
        if kept is not None:
            os.environ[NEVER_COMPILED] = kept


def installed_command() -> list[str]:
    """Return the console script where there is one, else the module."""
    script = Path(sys.executable).with_name("fieldapp")
    return [sys.executable, str(script)] if script.exists() else [sys.executable, "-m", "fieldapp"]


def start(command: Sequence[str], marker: str, env: dict[str, str], share: float | None = None) -> Start:
    """Start a program in a terminal of 120 x 40, wait until a text is painted, and kill it.

    Args:
        share: the part of a processor it may have; None for all.
    """
    before = _children_cpu_s()
    with PtyApp(command, env=env, rows=40, columns=120) as app, held_to(app.pid, share) if share else nullcontext():
        wall_s = app.wait_for(marker)
        app.kill()
    return Start(wall_s, _children_cpu_s() - before)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(kind: str, minimal: Sequence[float], home: Sequence[float]) -> float:
    ratio = statistics.median(home) / statistics.median(minimal)
    print(f"{kind:<10}  one widget {_spread(minimal)}; home {_spread(home)}")
    print(f"{'':<10}  ratio {ratio:.2f}, of the quickest {min(home) / min(minimal):.2f}")
    return ratio


def _spread(seconds: Sequence[float]) -> str:
    """Return median and extremes in words."""
    return f"{statistics.median(seconds) * 1000:.0f} ms ({min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f})"
