"""`fieldapp enrol`: join a district's case API with the one-time code that the desk shows."""

import argparse
import sys
import time

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.text import _
from sync.errors import SyncError

POLL_S = 2.0
"""Pause between two questions whether the desk has confirmed."""

PATIENCE_S = 600.0
"""A one-time code lives ten minutes; longer there is nothing to wait for."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "offer", nargs="?", metavar="OFFER", help="the text of the code: XGE1 …; without it, go on waiting"
    )
    parser.add_argument("--no-wait", action="store_true", help="do not wait for the desk to confirm")


def run(args: argparse.Namespace) -> int:
    """Enrol; print the six digits, then the device's id."""
    with opened_tablet(configuration(args)) as tablet:
        try:
            state = tablet.enroller.begin(args.offer) if args.offer else tablet.enroller.poll()
            if state.status == "pending":
                print(_("Compare with the desk: {digits}").format(digits=state.digits), file=sys.stderr)
            deadline = time.monotonic() + PATIENCE_S
            while state.status == "pending" and not args.no_wait and time.monotonic() < deadline:
                time.sleep(POLL_S)
                state = tablet.enroller.poll()
        except SyncError as exc:
            from fieldapp.presentation.troubles import trouble_sentence

            raise CommandFailed(f"{trouble_sentence(exc.code)}\n{exc}") from exc
    print(state.device or state.status)
    return 0 if state.status == "confirmed" or args.no_wait else 1
