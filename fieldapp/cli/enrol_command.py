"""`fieldapp enrol`: join a district's case API with the one-time code that the desk shows."""

import argparse
import sys
import time

from fieldapp.cli.failure import CommandFailed
from fieldapp.cli.opening import configuration, opened_tablet
from fieldapp.text import _
from sync.enrolment import parse_offer
from sync.errors import SyncError, WireError
from sync.journal import Enrolment

POLL_S = 2.0
"""Pause between two questions whether the desk has confirmed."""

PATIENCE_S = 600.0
"""A one-time code lives ten minutes; longer there is nothing to wait for."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "offer", nargs="*", metavar="OFFER", help="the text of the code: XGE1 …; without it, go on waiting"
    )
    parser.add_argument("--no-wait", action="store_true", help="do not wait for the desk to confirm")


def run(args: argparse.Namespace) -> int:
    """Enrol; the six digits on stderr, the device's id (or how far it is) on stdout."""
    loaded = configuration(args)
    offer = _readable(" ".join(args.offer))
    with opened_tablet(loaded) as tablet:
        before = tablet.enroller.state()
        try:
            state = tablet.enroller.begin(offer) if offer else tablet.enroller.poll()
            if state.status == "pending":
                print(_("Compare with the desk: {digits}").format(digits=state.digits), file=sys.stderr, flush=True)
            deadline = time.monotonic() + PATIENCE_S
            while state.status == "pending" and not args.no_wait and time.monotonic() < deadline:
                time.sleep(POLL_S)
                state = tablet.enroller.poll()
        except SyncError as exc:
            raise _refused(exc, before) from exc
    if offer and state == before and state.status == "confirmed":
        used = _("This code was used for that.")
        raise CommandFailed(f"{_joined_already(before)} {used}")
    return _ended(state, is_waited_for=not args.no_wait)


def _readable(offer: str) -> str:
    try:
        return parse_offer(offer).text if offer else ""
    except WireError as exc:
        sentence = _("This is no joining code; a whole one has three words and begins with XGE1")
        raise CommandFailed(sentence, exit_status=2) from exc


def _ended(state: Enrolment, *, is_waited_for: bool) -> int:
    print(state.device or state.status)
    if state.status == "pending" and is_waited_for:
        print(_("The desk has not confirmed; call again without a code to go on waiting"), file=sys.stderr)
    if state.status == "none":
        from fieldapp.presentation.troubles import trouble_sentence

        print(trouble_sentence("E-ENROL"), file=sys.stderr)
    return 0 if state.status == "confirmed" or (state.status == "pending" and not is_waited_for) else 1


def _refused(error: SyncError, before: Enrolment) -> CommandFailed:
    from fieldapp.presentation.troubles import trouble_sentence

    sentence = trouble_sentence(error.code)
    if before.status == "confirmed":
        sentence = f"{sentence}\n{_joined_already(before)}"
    return CommandFailed(f"{sentence}\n{error}", code=error.code)


def _joined_already(state: Enrolment) -> str:
    joined = _("This tablet has joined already, as device {device} of {server}; nothing has changed.")
    return joined.format(device=state.device, server=state.server or state.origin)
