"""Start-up to the usable home screen beside harlequin, a well-kept Textual app that shows a database too.

Both start in the same kind of pseudo-terminal, in turn, and have started once before: ours with a year of records,
harlequin over an empty SQLite database, until its editor is painted.
"""

import statistics
import tempfile
from pathlib import Path

from fieldapp.text import _
from tests.bench.peers.installing import python_with
from tests.bench.startup import Start, as_installed, installed_command, start
from tests.bench.tablet import signed_in_tablet
from tests.bench.year import YEAR_RECORDS, fill

PIP = "harlequin==2.17.0"
MARKER = "Query Editor"

ROUNDS = 9
LIMIT = 0.5
"""Largest ratio of the medians that is fine."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-peers-") as name, as_installed(), signed_in_tablet() as tablet:
        python = python_with(Path(name), PIP)
        fill(tablet.stage, tablet.database, YEAR_RECORDS)
        ours = [*installed_command(), "--config", str(tablet.config)]
        theirs = [str(python.with_name("harlequin")), "--adapter", "sqlite", ":memory:"]
        pairs: list[tuple[Start, Start]] = []
        for turn in range(ROUNDS + 1):
            pair = start(ours, _("End shift"), tablet.env), start(theirs, MARKER, {"HOME": name})
            # The first of each fills the system's caches.
            pairs += [pair] if turn else []
    ratios = {
        kind: statistics.median(getattr(pair[0], kind) for pair in pairs)
        / statistics.median(getattr(pair[1], kind) for pair in pairs)
        for kind in ("wall_s", "cpu_s")
    }
    print(
        f"start-up of the app over harlequin's: wall {ratios['wall_s']:.2f}, processor {ratios['cpu_s']:.2f};", end=" "
    )
    print(f"limit {LIMIT} of the wall{'' if ratios['wall_s'] <= LIMIT else '  MISSED'}")
    return 0 if ratios["wall_s"] <= LIMIT else 1
