"""From the last byte of a badge to the painted confirmation, with the record on disk before it is painted.

The whole program runs in a terminal of its own: an emulated badge reader on a pseudo-terminal, the link's thread, the
app, the store, and what the terminal is told to paint. Each tap is at another door of the demo's grid, so each makes a
record; every second one starts from the home screen, the others from the arrival before. There is no network, as in a
stairwell.

In turn: as this machine is; in the tablet profile, a fifth of a processor and a disk whose every sync takes 30 ms
longer; and there with five years of records instead of one. What counts is the p95 of a session, and of the sessions
the median, for a neighbour's burst of work; how much more five years cost, the middle tap says more steadily.
"""

import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from devices.emulator import EmulatedBadgeReader
from devices.emulator.em4100 import em4100_frame
from fieldapp.demo.pty_app import PtyApp
from fieldapp.demo.sandbox import DemoPlace, write_tablet_config
from fieldapp.text import _
from fieldapp.widgets.cells import spread
from sync.reference import TagEntry
from sync.tags import Tag, tag_digest
from tests.bench.process import cpu_ms
from tests.bench.quota import held_to
from tests.bench.rounds import share_at
from tests.bench.slow_fsync import slow_fsync
from tests.bench.tablet import PROFILE_FSYNC_MS, PROFILE_SHARE, BenchTablet, sign_in, signed_in_tablet
from tests.bench.year import YEAR_RECORDS, fill

SESSIONS = 3
"""Times that each profile is gone through."""

MOST_TAPS = 40
"""Doors of a session; more than a shift has."""

QUIET_S = 0.9
"""Pause between two taps: the word of the one before is gone, and the reader has done with its card."""

SETTLE_S = 2.0
"""Pause after the first paint: the panels of the first scan are made in it."""

ROWS, COLUMNS = 40, 120


@dataclass(frozen=True, slots=True)
class Profile:
    """How fast a machine is, what its tablet holds, and the longest p95 that is fine there, in milliseconds."""

    name: str
    limit_ms: float
    share: float | None = None
    fsync_ms: int = 0
    records: int = YEAR_RECORDS


HERE = Profile("here", 50.0)
WEAK = Profile("tablet profile", 200.0, share=PROFILE_SHARE, fsync_ms=PROFILE_FSYNC_MS)
FULL = replace(WEAK, name="five years there", records=5 * YEAR_RECORDS)
PROFILES = (HERE, WEAK, FULL)

FULL_LIMIT = 1.2
"""How many times as long a tap may take with five years of records as with one."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What one tap took until it was confirmed, in milliseconds: on the wall, and of the program's processor time."""

    wall_ms: float
    cpu_ms: float
    is_on_disk: bool


def main() -> int:
    sessions: dict[str, list[list[Tap]]] = {profile.name: [] for profile in PROFILES}
    means: set[str] = set()
    with signed_in_tablet() as tablet, tempfile.TemporaryDirectory(prefix="xunge-bench-") as folder:
        tablet.stage.cut_network()
        filled = {records: _filled(tablet, records, Path(folder)) for records in {each.records for each in PROFILES}}
        for turn in range(SESSIONS):
            for profile in PROFILES:
                taps, mean = _session(tablet, filled[profile.records], profile, Path(folder))
                sessions[profile.name].append(taps)
                means.add(mean)
                print(f"   round {turn + 1}: {profile.name} {_spread(taps)}", file=sys.stderr, flush=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; a share of one by {max(means)}")
    kept = [_told(profile, sessions[profile.name]) for profile in PROFILES]
    middle = {
        name: statistics.median(tap.wall_ms for session in taps for tap in session) for name, taps in sessions.items()
    }
    ratio = middle[FULL.name] / middle[WEAK.name]
    print(f"five years of records over one: {ratio:.2f} of the middle tap, limit {FULL_LIMIT}")
    return 0 if all(kept) and ratio <= FULL_LIMIT else 1


def _told(profile: Profile, sessions: list[list[Tap]]) -> bool:
    taps = [tap for session in sessions for tap in session]
    p95 = statistics.median(_walls(session, 0.95) for session in sessions)
    early = sum(not tap.is_on_disk for tap in taps)
    is_kept = p95 <= profile.limit_ms and not early
    print(f"{profile.name}: {_spread(taps)} over {len(taps)} taps")
    print(f"   p95 {p95:.1f} ms, limit {profile.limit_ms:.0f} ms{'' if is_kept else '  MISSED'}")
    print(f"   processor {statistics.median(tap.cpu_ms for tap in taps):.1f} ms a tap; painted before on disk: {early}")
    return is_kept


def _walls(taps: list[Tap], share: float) -> float:
    return share_at(sorted(tap.wall_ms for tap in taps), share)


def _spread(taps: list[Tap]) -> str:
    return f"p50 {_walls(taps, 0.5):.1f}, p95 {_walls(taps, 0.95):.1f}, max {_walls(taps, 1.0):.1f} ms"


def _session(tablet: BenchTablet, filled: Path, profile: Profile, folder: Path) -> tuple[list[Tap], str]:
    """Tap at every door, once; return the taps, and by what means the processor was shared out."""
    with _copied(tablet, filled) as (database, reader):
        places = tablet.stage.grid.places[:MOST_TAPS]
        cards = {f"0A{number:08X}": place for number, place in enumerate(places)}
        _bind(database, cards)
        config = database.with_name("bench.toml")
        write_tablet_config(config, database, [(reader.path, "em4100", "badge")])
        command = [sys.executable, "-m", "fieldapp", "--config", str(config)]
        env = tablet.env | (slow_fsync(folder, profile.fsync_ms) if profile.fsync_ms else {})
        with PtyApp(command, env=env, rows=ROWS, columns=COLUMNS) as app:
            app.wait_for(tablet.home_marker)
            time.sleep(SETTLE_S)
            with held_to(app.pid, profile.share) if profile.share else nullcontext("") as means:
                taps = [_tap(app, reader, database, card, place) for card, place in cards.items()]
                app.kill()
        # The first one starts the shift as well, which is another record.
        return taps[1:], means


def _tap(app: PtyApp, reader: EmulatedBadgeReader, database: Path, card: str, place: DemoPlace) -> Tap:
    """Tap a card and see it confirmed; every second one begins at the home screen."""
    if int(card, 16) % 2:
        app.send("0")
        time.sleep(QUIET_S)
    word = _("Arrived, saved")
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("select count(*) from records").fetchone()
        app.send("")
        before_ms, began_s = cpu_ms(app.pid), time.monotonic()
        reader.send(em4100_frame(card))
        painted_s = app.started_s + app.wait_for(spread(word), word)
        newest = connection.execute(
            "select record from records where kind = 'check_in' order by stream desc, n desc limit 1"
        )
        row = newest.fetchone()
        tap = Tap(
            (painted_s - began_s) * 1000,
            cpu_ms(app.pid) - before_ms,
            row is not None and place.id.encode() in bytes(row[0]),
        )
    time.sleep(QUIET_S)
    return tap


def _filled(tablet: BenchTablet, records: int, folder: Path) -> Path:
    """Return the database of a copy of the tablet that holds so many settled records, before anybody's shift."""
    copied = folder / str(records)
    shutil.copytree(tablet.database.parent, copied)
    database = copied / tablet.database.name
    fill(tablet.stage, database, records, is_on_shift=False)
    return database


@contextmanager
def _copied(tablet: BenchTablet, filled: Path) -> Iterator[tuple[Path, EmulatedBadgeReader]]:
    """Give a copy of a filled tablet that nobody has used, and a reader for it."""
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        folder = Path(name) / "tablet"
        shutil.copytree(filled.parent, folder)
        sign_in(tablet.stage, folder / filled.name)
        with EmulatedBadgeReader(Path(name) / "badge") as reader:
            yield folder / filled.name, reader


def _bind(database: Path, cards: dict[str, DemoPlace]) -> None:
    """Hang a card at every door: the demo has one at few."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            "insert into reference_rows (scope, type, id, version, number, body) values ('bench', 'tag', ?, 1, 1, ?)",
            [
                (tag_digest(Tag("em", card)), msgspec.json.encode(TagEntry("em", "place", place.id)))
                for card, place in cards.items()
            ],
        )
