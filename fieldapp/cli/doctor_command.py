"""`fieldapp doctor`: what is wrong with this tablet, in words."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.config import LoadedConfig

if TYPE_CHECKING:
    from sync.tablet.tablet import Tablet

LOW_DISK_BYTES = 200 * 1024 * 1024
"""Below this there is room for records, but not for a month of photos."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: what was looked at.
        is_fine: whether it needs nobody.
        detail: the fact.
    """

    what: str
    is_fine: bool
    detail: str


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Look at everything; exit 1 when something needs somebody."""
    findings = list(_findings(args))
    for finding in findings:
        if args.json:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            print(f"{'ok  ' if finding.is_fine else 'LOOK'}  {finding.what}: {finding.detail}")
    return 0 if all(finding.is_fine for finding in findings) else 1


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    loaded = configuration(args)
    yield Finding("configuration", not loaded.problems, str(loaded.file or "none, usual values"))
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield Finding("sqlite", True, sqlite3.sqlite_version)
    try:
        with opened_tablet(loaded) as tablet:
            yield from _of_tablet(tablet)
    except CommandFailed as failure:
        yield Finding("database", False, failure.sentence.replace("\n", " "))
    yield from _of_readers(loaded)


def _of_tablet(tablet: "Tablet") -> Iterator[Finding]:
    problems = tablet.store.problems()
    yield Finding("database", not problems, "; ".join(problems) or str(tablet.path))
    enrolment = tablet.enroller.state()
    yield Finding("enrolment", enrolment.status == "confirmed", enrolment.origin or enrolment.status)
    summary = tablet.store.journal.summary()
    yield Finding("quarantined", summary.quarantined == 0, str(summary.quarantined))
    yield Finding("waiting to be sent", True, str(summary.unsettled))
    free = tablet.free_bytes()
    yield Finding("disk", free is None or free > LOW_DISK_BYTES, "unknown" if free is None else f"{free} bytes free")


def _of_readers(loaded: LoadedConfig) -> Iterator[Finding]:
    from fieldapp.bootstrap import reader_trouble

    for reader in loaded.config.readers:
        trouble = reader_trouble(reader)
        yield Finding(f"reader {reader.model}", not trouble, trouble or reader.port)
