"""Runs the measurements: `python -m tests.bench [NAME …]`; without a name, all. Figures are ratios of one run."""

import sys
from importlib import import_module

BENCHES = {
    "startup": "start-up to the usable home screen, against a one-widget Textual app",
    "herd": "a day's records of 1,112 tablets at the same moment, against one exchange a transaction",
}
"""Name to what it measures; each is a module with `main() -> int`."""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench {unknown[0]!r}; known: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    worst = 0
    for name in names or BENCHES:
        print(f"== {name}: {BENCHES[name]}")
        worst = max(worst, import_module(f"tests.bench.{name}").main())
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
