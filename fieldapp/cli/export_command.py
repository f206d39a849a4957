"""`fieldapp export`: all records of this tablet as JSON Lines and CSV; check-ins leave without the person."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, readable_store
from fieldapp.services.exporting import Exporter, write_csv
from fieldapp.text import _, ngettext


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--to", required=True, type=Path, metavar="DIR", help="folder for records.jsonl and records.csv"
    )


def run(args: argparse.Namespace) -> int:
    """Write both files; neither replaces the old one before it is whole. Beside a running app, too."""
    lines, table = args.to / "records.jsonl", args.to / "records.csv"
    with readable_store(configuration(args)) as store:
        try:
            args.to.mkdir(parents=True, exist_ok=True)
            with _replacing(lines) as out:
                count = Exporter().write_json_lines(store.journal.whole(), out)
            with lines.open(encoding="utf-8") as read, _replacing(table, encoding="utf-8-sig") as out:
                write_csv(read, out)
        except OSError as exc:
            sentence = _("{file}: cannot be written: {cause}")
            raise CommandFailed(sentence.format(file=exc.filename or args.to, cause=exc.strerror)) from exc
    words = ngettext("{count} record", "{count} records", count).format(count=count)
    print(f"{words}: {lines}, {table}", file=sys.stderr)
    return 0


@contextmanager
def _replacing(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Give a file to write that takes its name once it is whole and on disk; else it is gone again.

    The mark that `utf-8-sig` puts at the beginning tells spreadsheets that a text is UTF-8.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        with open(
            os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding=encoding, newline=""
        ) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
