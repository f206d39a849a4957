"""`migrate-storage`: a district's SQLite database becomes a PostgreSQL database."""

import argparse
import json
import sys

from sync.caseapi.config import load_config
from sync.caseapi.errors import ConfigInvalid
from sync.caseapi.opening import postgres_opening
from sync.caseapi.service.case_api import wall_ms


def run_migrate_storage(arguments: argparse.Namespace) -> int:
    """Copy every table, compare every row, and say what the settings must name from now on."""
    source = load_config(None, {"db": arguments.source})
    target = load_config(None, {"db": arguments.target})
    if source.place is not None or target.place is None:
        raise ConfigInvalid("migrate-storage goes from sqlite:///PATH to postgresql://USER@HOST/NAME")
    postgres_opening()
    from sync.caseapi.storage.postgres.moving import move

    counts = move(source.database, target.place, wall_ms())
    total = sum(counts.values())
    if arguments.json:
        print(json.dumps({"rows": total, "tables": counts}))
    else:
        print("\n".join(f"{table}: {count}" for table, count in counts.items()))
    print(f"{total} rows are in {target.place}, each compared with {source.database}", file=sys.stderr)
    print("keys, receipts and photos stay where they are; the settings must name them now:", file=sys.stderr)
    print(f'db = "{target.place}"', file=sys.stderr)
    for name in ("receipt_key", "seal_key", "receipts_log", "media"):
        print(f'{name} = "{getattr(source, f"{name}_path").absolute()}"', file=sys.stderr)
    print(f"put {source.database} aside: a server on it would know nothing of what comes", file=sys.stderr)
    return 0
