"""`erase-contacts` and `cases rebuild`: a running server does them, a piece at a time; else they open the database."""

import argparse
import json
import sys
from typing import Any

from sync.caseapi.cli.administering import run_administrative
from sync.caseapi.cli.settings import settings_of
from sync.caseapi.errors import CommandRefused
from sync.caseapi.opening import write_anew

AT_ONCE = 5_000
"""Cases of one piece."""


def run_erase_contacts(arguments: argparse.Namespace) -> int:
    """Erase the contacts that are due, and say whether their bytes are gone; exit 1 while some are left."""
    config = settings_of(arguments)
    erased = run_administrative(config, "contacts-erase", {"is_dry": arguments.dry_run})
    if arguments.vacuum and not arguments.dry_run:
        print("the database is written anew …", file=sys.stderr)
        write_anew(config)
        erased["left_over"] = 0
    print(json.dumps(erased) if arguments.json else erased["cases"])
    if arguments.dry_run:
        print(f"{erased['cases']} cases would lose their contact; nothing was changed", file=sys.stderr)
        return 0
    print(f"the contacts of {erased['cases']} cases are erased", file=sys.stderr)
    if erased["left_over"]:
        print(
            f"{erased['left_over']} sealed contacts still stand in unused places of the file, or in its log while"
            " somebody reads; stop the server and run: caseapi erase-contacts --vacuum",
            file=sys.stderr,
        )
    return 1 if erased["left_over"] else 0


def run_rebuild(arguments: argparse.Namespace) -> int:
    """Fold every case again from where it was left; exit 1 when one cannot be folded."""
    config = settings_of(arguments)
    counts = {"cases": 0, "differ": 0, "astray": 0}
    after: str | None = arguments.after
    while True:
        wanted: dict[str, Any] = {"after": after, "limit": AT_ONCE, "is_dry": arguments.dry_run}
        try:
            done = run_administrative(config, "cases-rebuild", wanted)
        except CommandRefused:
            print(f"to go on: caseapi cases rebuild --after {after}" if after else "nothing was done", file=sys.stderr)
            raise
        for finding in done["findings"]:
            print(finding, file=sys.stderr)
        for name in counts:
            counts[name] += done[name]
        after = done["last"]
        if after is None:
            break
        print(f"{counts['cases']} cases, to {after} …", file=sys.stderr)
    if arguments.json:
        print(json.dumps(counts))
    else:
        print("\n".join(f"{name}: {count}" for name, count in counts.items()))
    return 1 if counts["astray"] else 0
