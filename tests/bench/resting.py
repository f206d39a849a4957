"""What the app costs while nobody touches it: memory at home, processor at rest, and what 300 records leave behind.

The app and the smallest Textual app there can be run in the same kind of pseudo-terminal. The tablet holds a year of
records that the case API has confirmed, three readers hang on pseudo-terminals, and somebody is in the middle of a
shift. Memory is what is resident, of the app and of all processes that it has started: when the home screen is painted,
at most while the case API is spoken with, and once that is done, which is what counts. The soak scans a plate and says
"normal" until 300 more records are on disk.
"""

import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from fieldapp.bootstrap import open_tablet
from fieldapp.demo.pty_app import PtyApp
from fieldapp.text import _
from tests.bench.process import cpu_ms, family_mb, most_family_mb, wait_alone
from tests.bench.startup import MINIMAL, as_installed, installed_command
from tests.bench.tablet import BenchTablet, signed_in_tablet
from tests.bench.year import YEAR_RECORDS, fill

MOST_MEMORY = 1.4
"""Largest ratio of the memory at home that is fine."""

MOST_IDLE = 0.005
"""Largest part of a core that a resting app may take."""

SOAK_RECORDS = 300
MOST_GROWTH_MB = 1.0
"""Largest growth over the soak that is fine."""

SETTLE_S = 15.0
"""Time after the first paint in which panels are prepared and the case API is spoken with once."""

PATIENCE_S = 60.0
"""Longest to wait for the process that has spoken with the case API to be gone."""

REST_S = 30.0
WARM_UP_RECORDS = 70
"""Records before the soak: a whole round of the grid's 21 entrances, two records each, and the beginning of another."""

BEAT_S = 0.15
"""Pause after a scan and after a key: somebody in a great hurry."""

SIZE = {"rows": 40, "columns": 120}


class Rest(NamedTuple):
    """What an app took: MB when painted, at most, and when it had settled, and its part of a core from then on."""

    painted_mb: float
    most_mb: float
    settled_mb: float
    idle: float


def main() -> int:
    with as_installed(), signed_in_tablet() as tablet:
        fill(tablet.stage, tablet.database, YEAR_RECORDS)
        with open_tablet(tablet.database) as filled:
            filled.sync_once()
        ours = [*installed_command(), "--config", str(tablet.config)]
        minimal = _rested([sys.executable, "-c", MINIMAL], "READY-TO-USE", {})
        home = _rested(ours, _("End shift"), tablet.env)
        grown_mb = _soaked(tablet, ours)
    memory = home.settled_mb / minimal.settled_mb
    print(f"memory      one widget {minimal.settled_mb:.1f} MB; home {home.painted_mb:.1f} when painted,", end=" ")
    print(
        f"{home.most_mb:.1f} during the exchange, then {home.settled_mb:.1f}; ratio {memory:.2f}, limit {MOST_MEMORY}"
    )
    print(f"at rest     one widget {minimal.idle:.2%} of a core; home {home.idle:.2%}, limit {MOST_IDLE:.1%}")
    print(f"soak        {grown_mb:+.2f} MB over {SOAK_RECORDS} records, limit {MOST_GROWTH_MB} MB")
    return 0 if memory <= MOST_MEMORY and home.idle <= MOST_IDLE and grown_mb <= MOST_GROWTH_MB else 1


def _rested(command: Sequence[str], marker: str, env: dict[str, str]) -> Rest:
    with PtyApp(command, env=env, **SIZE) as app:
        app.wait_for(marker)
        painted_mb = family_mb(app.pid)
        most_mb = most_family_mb(app.pid, SETTLE_S)
        wait_alone(app.pid, PATIENCE_S)
        settled_mb, before_ms = family_mb(app.pid), cpu_ms(app.pid)
        time.sleep(REST_S)
        return Rest(painted_mb, most_mb, settled_mb, (cpu_ms(app.pid) - before_ms) / 1000 / REST_S)


def _soaked(tablet: BenchTablet, command: Sequence[str]) -> float:
    """Return by how many MB the app grew."""
    with PtyApp(command, env=tablet.env, **SIZE) as app:
        app.wait_for(_("End shift"))
        time.sleep(SETTLE_S)
        _work(tablet, app, WARM_UP_RECORDS)
        wait_alone(app.pid, PATIENCE_S)
        before_mb = family_mb(app.pid)
        _work(tablet, app, SOAK_RECORDS)
        wait_alone(app.pid, PATIENCE_S)
        return family_mb(app.pid) - before_mb


def _work(tablet: BenchTablet, app: PtyApp, records: int) -> None:
    """Scan plates, also once more, each time saying that all is well, until so many more records are on disk."""
    wanted = _held(tablet.database) + records
    while _held(tablet.database) < wanted:
        tablet.stage.show_tag(tablet.stage.take_place())
        time.sleep(BEAT_S)
        for key in "71":
            app.send(key)
            time.sleep(BEAT_S)


def _held(database: Path) -> int:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("select count(*) from records").fetchone()[0])
