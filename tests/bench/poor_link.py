"""A day over a poor link: 1 Mbit/s each way, 300 ms round trip, 2 % of the segments lost.

Timed is what an inspector waits for: from the first byte up until the receipt is on the tablet's disk. A quiet line of
the same rate stands beside it.
"""

import tempfile
import time
from pathlib import Path

from tests.bench.pair import Pair, meeting, prepare_pair
from tests.bench.rounds import in_turn, ratio_said
from tests.bench.shaping import Weather, thin_line

DAY_RECORDS = 34
MOST_S = 5.0
"""Most seconds from the first byte to the receipt."""

POOR = Weather()
QUIET = Weather(round_trip_s=0.02, loss=0.0)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        pair = prepare_pair(Path(name), DAY_RECORDS, time.time_ns() // 1_000_000)
        seeds = iter(range(1, 100))
        figures = in_turn(
            {
                "poor line": lambda: until_receipt_s(pair, POOR, next(seeds)),
                "quiet line": lambda: until_receipt_s(pair, QUIET, next(seeds)),
            },
            rounds=5,
        )
    poor, quiet = figures.values()
    is_kept = ratio_said("seconds to the receipt on the poor line, the longest", max(poor.values), most=MOST_S)
    print(f"poor line {poor.said('s', 2)}; quiet line {quiet.said('s', 2)}; ratio {poor.median / quiet.median:.1f}")
    return 0 if is_kept else 1


def until_receipt_s(pair: Pair, weather: Weather, seed: int) -> float:
    """Sync over a line; return the seconds from its first byte to the receipt."""
    with (
        meeting(pair, is_direct=False) as (server, tablet),
        thin_line(server.port, pair.port, weather, seed) as line,
    ):
        status = tablet.sync_once()
        done_s = time.monotonic()
        summary = tablet.store.journal.summary()
    assert status.fault is None, status.fault
    assert summary.unsettled == 0
    assert summary.receipt is not None
    assert line.first_byte_s is not None
    return done_s - line.first_byte_s
