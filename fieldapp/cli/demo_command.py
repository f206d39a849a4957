"""`fieldapp demo`: everything in a sandbox, to play with in a terminal or to watch a whole shift go by."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from fieldapp.cli.failure import CommandFailed
from fieldapp.text import _, choose_language, current_language, use_language

if TYPE_CHECKING:
    from fieldapp.demo.stage import Stage


def prepare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--headless", action="store_true", help="play a whole shift by itself, without a terminal")
    parser.add_argument("--json", action="store_true", help="with --headless: the figures as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Play in this terminal, or by itself where there is none."""
    from fieldapp.demo.sandbox import DemoFailed
    from fieldapp.demo.stage import Stage

    use_language(choose_language(None, os.environ))
    has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    try:
        with Stage(_narrate) as stage:
            return _play_shift(stage, as_json=args.json) if args.headless or not has_terminal else _play(stage)
    except DemoFailed as exc:
        raise CommandFailed(f"fieldapp demo: {exc}") from exc


def _narrate(line: str) -> None:
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
        facts = player.play()
    except (ShiftFailed, NotPainted) as exc:
        raise CommandFailed(f"fieldapp demo: {exc}") from exc
    stage.api.stop()
    figures = tally(stage.api, stage.tablet_database, facts, kills=player.kills, cuts=player.cuts)
    if as_json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name:14} {value}")
    return 0 if figures.is_whole else 1
