"""`fieldapp sync`: send what waits and fetch what is new, once; beside a running app, by asking it."""

import argparse
import json
import logging
import sys
from typing import TYPE_CHECKING

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import OWNED, configuration, opened_tablet, synced_by_app
from fieldapp.text import _
from sync.journal import JournalSummary, SyncStatus

if TYPE_CHECKING:
    from fieldapp.config import LoadedConfig

MENDS_ITSELF = frozenset(
    {"E-OFFLINE", "E-TIMEOUT", "E-PORTAL", "E-BUSY", "E-SERVER", "E-ENROL", OWNED},
)
"""Codes that an unattended sync takes for usual: the next one tries again, and nobody needs to look."""

log = logging.getLogger(__name__)


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object, also when it fails")
    parser.add_argument(
        "--unattended", action="store_true", help="for a timer: no network now is no failure, the next run tries again"
    )


def run(args: argparse.Namespace) -> int:
    """Sync; exit 0 when nothing waits any more."""
    try:
        status, summary = _synced(configuration(args))
    except CommandFailed as failure:
        if args.json:
            print(json.dumps(_facts(fault=failure.code)))
        if args.unattended and failure.code in MENDS_ITSELF:
            print(failure.sentence, file=sys.stderr)
            return 0
        raise
    is_done = status.fault is None and summary.unsettled == 0
    if args.json:
        print(json.dumps(_facts(status, summary)))
    else:
        _say(status, summary)
    is_usual = args.unattended and status.fault is not None and status.fault.code in MENDS_ITSELF
    return 0 if is_done or is_usual else 1


def _synced(loaded: "LoadedConfig") -> tuple[SyncStatus, JournalSummary]:
    try:
        with opened_tablet(loaded) as tablet:
            status = tablet.sync_once()
            log.info("sync_command phase=%s fault=%s", status.phase, status.fault.code if status.fault else None)
            return status, tablet.store.journal.summary()
    except CommandFailed as failure:
        if failure.code != OWNED:
            raise
        told = synced_by_app(loaded)
        if told is not None:
            return told.status, told.summary
        running = _("The app is running and sends by itself; its status line says how far it is.")
        raise CommandFailed(f"{running} ({OWNED})", code=OWNED) from failure


def _facts(
    status: SyncStatus | None = None, summary: JournalSummary | None = None, *, fault: str = ""
) -> dict[str, object]:
    """Return the object that is printed; what is not known is null."""
    if status is not None and status.fault is not None:
        fault = status.fault.code
    receipt = summary.receipt if summary else None
    return {
        "ok": not fault and summary is not None and summary.unsettled == 0,
        "sent": status.sent if status else 0,
        "waiting": summary.unsettled if summary else None,
        "quarantined": summary.quarantined if summary else None,
        "receipt": receipt.code if receipt else None,
        "fault": fault or None,
    }


def _say(status: SyncStatus, summary: JournalSummary) -> None:
    from fieldapp.presentation.troubles import trouble_sentence

    print(_("Sent {sent}, to be sent {waiting}").format(sent=status.sent, waiting=summary.unsettled))
    if summary.receipt:
        print(_("Receipt {code}").format(code=summary.receipt.code))
    if status.fault:
        print(trouble_sentence(status.fault.code), file=sys.stderr)
        if status.phase != "idle":
            print(status.fault.detail, file=sys.stderr)
