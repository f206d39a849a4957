"""Runs the measurements: `python -m tests.bench [NAME …]`; without a name, all but those run by hand.

Figures are ratios of one run: both sides in turn on the same machine.
"""

import sys
from importlib import import_module

BENCHES = {
    "startup": "start-up to the usable home screen with a year of records, against a one-widget Textual app",
    "tap": "last byte of a badge to the painted confirmation, with the record on disk; here and in the tablet profile",
    "repaint": "a key in the line that finds to the last byte of the list that follows from it",
    "finding": "one more key in the line that finds, at 30,000 addresses, against scans of all of them",
    "kills": "typing that SIGKILL, SIGTERM and SIGHUP cut off: what is on disk, and where the next start opens",
    "resting": "memory at home, processor at rest and growth over 300 records, against a one-widget Textual app",
    "end_to_end": "20,000 records of one tablet until their receipt, against two durable files without a network",
    "wire_bytes": "bytes up for each record, 40 a request",
    "herd": "40 records of each of 1,112 tablets in the same second, against one exchange a transaction",
    "photo_herd": "8 photos of each of 1,112 tablets in a second, and within a minute; PHOTO_KB=20 for a quick look",
    "poor_link": "a day's records and photos over 1 Mbit/s, 300 ms and 2 % loss, the line cut twice in each",
    "qr": "codes read in hard pictures, against zxing-cpp with its defaults",
    "slow_disk": "the herd while every fsync takes 10 and 30 ms longer, against one exchange a transaction",
}
"""Name to what it measures; each is a module with `main() -> int`."""

BY_HAND = {
    "many_rows": "new records on top of 14 million stored rows, against 100,000; ROWS=1000000 for fewer",
    "engines": "exchanges of 200 tablets at once, 40 records each, over PostgreSQL and over SQLite",
    "queues": "every queue of every role with a million cases, against ten thousand; CASES=100000 for fewer",
    "taken": "a million cases taken along, verified and folded again: rows a second, memory; CASES=100000 for fewer",
    "showing": "searches, statistics and the map with a million cases; CASES=100000 for fewer",
}
"""The same for those that take long or much disk: only by name."""


def main(names: list[str]) -> int:
    known = BENCHES | BY_HAND
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no bench {unknown[0]!r}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    worst = 0
    for name in names or BENCHES:
        print(f"== {name}: {known[name]}", flush=True)
        worst = max(worst, import_module(f"tests.bench.{name}").main())
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
