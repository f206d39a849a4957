"""`fieldapp sync`: send what waits and fetch what is new, once, without the app."""

import argparse
import json
import sys

from fieldapp.cli.opening import configuration, opened_tablet


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Sync; exit 0 when nothing waits any more."""
    with opened_tablet(configuration(args)) as tablet:
        status = tablet.sync_once()
        summary = tablet.store.journal.summary()
    receipt = summary.receipt
    is_done = status.fault is None and summary.unsettled == 0
    if args.json:
        facts = {
            "ok": is_done,
            "sent": status.sent,
            "waiting": summary.unsettled,
            "quarantined": summary.quarantined,
            "receipt": receipt.code if receipt else None,
            "fault": status.fault.code if status.fault else None,
        }
        print(json.dumps(facts))
        return 0 if is_done else 1
    from fieldapp.presentation.troubles import trouble_sentence
    from fieldapp.text import _

    print(_("Sent {sent}, waiting {waiting}").format(sent=status.sent, waiting=summary.unsettled))
    if receipt:
        print(_("Receipt {code}").format(code=receipt.code))
    if status.fault:
        print(trouble_sentence(status.fault.code), file=sys.stderr)
        print(status.fault.detail, file=sys.stderr)
    return 0 if is_done else 1
