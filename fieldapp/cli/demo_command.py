"""`fieldapp demo`: everything in a sandbox, to play with in a terminal or to watch a whole shift go by."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from fieldapp.cli.failure import CommandFailed
from fieldapp.text import _, choose_language, current_language, use_language

if TYPE_CHECKING:
    from fieldapp.demo.stage import Stage

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the demo."""


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--headless", action="store_true", help="play a whole shift by itself, without a terminal")
    parser.add_argument("--json", action="store_true", help="the same, and the figures as one JSON object")
    parser.add_argument(
        "--db", default="", metavar="URL", help="a PostgreSQL database with nothing in it; without it, SQLite"
    )


def run(args: argparse.Namespace) -> int:
    """Play in this terminal, or by itself where there is none."""
    from fieldapp.demo.sandbox import DemoFailed
    from fieldapp.demo.stage import Stage

    use_language(choose_language(None, os.environ))
    has_terminal = sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()
    is_by_itself = args.headless or args.json or not has_terminal
    try:
        with _tidy_end(), Stage(_narrate, args.db) as stage:
            try:
                return _play_shift(stage, as_json=args.json) if is_by_itself else _play(stage)
            finally:
                _heed_no_more()
    except DemoFailed as exc:
        raise CommandFailed(f"fieldapp demo: {exc}") from exc


@contextmanager
def _tidy_end() -> Iterator[None]:
    """Let signals that end the demo take everything down on their way, once; a second one does not cut that short."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        _heed_no_more()
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heed_no_more() -> None:
    """Take the sandbox down undisturbed."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _narrate(line: str) -> None:
    # The terminal may be gone, and the sandbox is taken down all the same.
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _play(stage: "Stage") -> int:
    from fieldapp.demo.terminal import TerminalDemo

    _narrate(_("The desk page: {address}").format(address=stage.api.desk_url))
    status = TerminalDemo(stage, _narrate).play()
    _narrate(_("The sandbox is removed."))
    return status


def _play_shift(stage: "Stage", *, as_json: bool) -> int:
    from fieldapp.demo.player import ShiftFailed, ShiftPlayer
    from fieldapp.demo.pty_app import NotPainted
    from fieldapp.demo.tally import tally

    player = ShiftPlayer(stage, _narrate, current_language())
    try:
        player.play()
    except (ShiftFailed, NotPainted) as exc:
        raise CommandFailed(f"fieldapp demo: {exc}") from exc
    stage.api.stop()
    figures = tally(stage.api, stage.tablet_database, kills=player.kills, cuts=player.cuts)
    if as_json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:16} {value}")
    return 0 if figures.is_whole else 1
