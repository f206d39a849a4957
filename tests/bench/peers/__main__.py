"""The product beside peers, by hand: `make bench-peers`; `ARGS=NAME` for one. Exact versions, in temporary folders."""

import sys

from tests.bench.peers import harlequin, records

PEERS = {"records": records.main, "harlequin": harlequin.main}
"""Name to what is measured."""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        print(f"no peer {unknown[0]!r}; known: {', '.join(PEERS)}", file=sys.stderr)
        return 2
    return max(PEERS[name]() for name in names or PEERS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
