"""`fieldapp export`: all records of this tablet as JSON Lines and CSV; check-ins leave without the person."""

import argparse
import sys
from pathlib import Path

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.services.exporting import csv_table, json_lines
from sync.journal import JournalEntry

PAGE = 500
"""Records read at a time."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--to", required=True, type=Path, metavar="DIR", help="folder for records.jsonl and records.csv"
    )


def run(args: argparse.Namespace) -> int:
    """Write both files; neither replaces the old one before it is whole."""
    with opened_tablet(configuration(args)) as tablet:
        entries: list[JournalEntry] = []
        before_n: int | None = None
        while page := tablet.store.journal.entries(limit=PAGE, before_n=before_n):
            entries += page
            before_n = page[-1].n
    entries.reverse()
    try:
        args.to.mkdir(parents=True, exist_ok=True)
        _replace(args.to / "records.jsonl", json_lines(entries).encode())
        # The mark at the beginning tells spreadsheets that the text is UTF-8.
        _replace(args.to / "records.csv", csv_table(entries).encode("utf-8-sig"))
    except OSError as exc:
        raise CommandFailed(f"fieldapp export: {exc.filename or args.to}: {exc.strerror}") from exc
    print(f"{len(entries)} records: {args.to / 'records.jsonl'}, {args.to / 'records.csv'}", file=sys.stderr)
    return 0


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    fresh.replace(path)
