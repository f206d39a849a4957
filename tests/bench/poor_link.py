"""A day over a poor link: 1 Mbit/s each way, 300 ms round trip, 2 % of the segments lost.

Timed is what an inspector waits for: from the first byte up until the receipt is on the tablet's disk. A quiet line of
the same rate stands beside it. Then the day's 8 photos of 250 KB over the same line, which is cut twice in the middle
of them; the tablet tries again at once. Beside them the same without a cut, for the bytes that were sent twice: those
that arrived and had to come again. What was still on its way when the line was cut is lost whoever sends; it is told
apart.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.pair import PHOTO_BYTES, Pair, meeting, prepare_pair
from tests.bench.rounds import Figures, in_turn, ratio_said
from tests.bench.shaping import Weather, thin_line

DAY_RECORDS = 34
PHOTOS = 8
MOST_S = 5.0
"""Most seconds from the first byte to the receipt."""

MOST_LINE_TIMES = 1.25
"""Most time for the photos, in times of what their bytes alone take on the line."""

MOST_TWICE = 0.02
"""Largest part of the photos' bytes that is sent twice."""

MOST_TRIES = 10
SEEDS = (1, 2, 3)

POOR = Weather()
QUIET = Weather(round_trip_s=0.02, loss=0.0)
PHOTOS_BYTES = PHOTOS * PHOTO_BYTES
CUT = Weather(cuts_up=(PHOTOS_BYTES // 3, PHOTOS_BYTES * 2 // 3))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-bench-") as name:
        pair = prepare_pair(Path(name) / "records", DAY_RECORDS, time.time_ns() // 1_000_000)
        seeds = iter(range(1, 100))
        figures = in_turn(
            {
                "poor line": lambda: until_receipt_s(pair, POOR, next(seeds)),
                "quiet line": lambda: until_receipt_s(pair, QUIET, next(seeds)),
            },
            rounds=5,
        )
        pair = prepare_pair(Path(name) / "photos", PHOTOS * 10, time.time_ns() // 1_000_000, photos=PHOTOS)
        runs = [(until_photos_are_there(pair, CUT, seed), until_photos_are_there(pair, POOR, seed)) for seed in SEEDS]
    poor, quiet = figures.values()
    is_kept = ratio_said("seconds to the receipt on the poor line, the longest", max(poor.values), most=MOST_S)
    print(f"poor line {poor.said('s', 2)}; quiet line {quiet.said('s', 2)}; ratio {poor.median / quiet.median:.1f}")
    return 0 if _photos_told(runs) and is_kept else 1


@dataclass(frozen=True, slots=True)
class Carried:
    """What the photos of a day took.

    Attributes:
        arrived_bytes: bytes up that came out of the line.
        lost_bytes: bytes up that were on their way when it was cut.
    """

    took_s: float
    arrived_bytes: int
    lost_bytes: int


def _photos_told(runs: list[tuple[Carried, Carried]]) -> bool:
    line_s = PHOTOS_BYTES * 8 / POOR.bits_per_s
    cut, whole = (Figures(tuple(run[side].took_s for run in runs)) for side in (0, 1))
    twice = Figures(tuple((cut.arrived_bytes - whole.arrived_bytes) / PHOTOS_BYTES for cut, whole in runs))
    lost = Figures(tuple(cut.lost_bytes / PHOTOS_BYTES for cut, _ in runs))
    kept = [
        ratio_said("8 photos, cut twice, over the line's time", cut.median / line_s, most=MOST_LINE_TIMES),
        ratio_said("part of the photos' bytes sent twice", twice.median, most=MOST_TWICE),
    ]
    print(f"cut twice {cut.said('s', 1)}; never cut {whole.said('s', 1)}; their bytes alone {line_s:.1f} s")
    print(f"on their way when cut: {lost.median * 100:.1f} % of the photos' bytes")
    return all(kept)


def until_photos_are_there(pair: Pair, weather: Weather, seed: int) -> Carried:
    """Sync records and photos over a line, timed from the first byte."""
    with (
        meeting(pair, is_direct=False) as (server, tablet),
        thin_line(server.port, pair.port, weather, seed) as line,
    ):
        tries = 0
        while tablet.sync_once().fault is not None:
            tries += 1
            assert tries < MOST_TRIES, "the photos do not arrive"
        done_s = time.monotonic()
        progress = tablet.store.media.progress()
    assert (progress.total, progress.sent) == (PHOTOS, PHOTOS), progress
    assert line.first_byte_s is not None
    lost_bytes = line.up.passed_bytes - line.up.arrived_bytes
    return Carried(done_s - line.first_byte_s, line.up.arrived_bytes, lost_bytes)


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
