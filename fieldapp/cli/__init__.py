"""The command line of the tablet: one file per command, loaded when it is called.

Data goes to stdout, narration to stderr; exit 0 done, 1 failed, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from fieldapp.cli.failure import CommandFailed

COMMANDS: dict[str, str] = {
    "demo": "a sandbox with everything: case API, synthetic district, emulated readers, the app",
    "enrol": "join a district's case API with a one-time code",
    "sync": "send and fetch once, without the app",
    "export": "write all records as JSON Lines and CSV",
    "doctor": "say what is wrong with this tablet, in words",
    "devices": "ports and readers: list, monitor, decode",
}
"""Command name to help; each command's module is `fieldapp.cli.<name>_command`."""


class Command(Protocol):
    """What a command's module offers."""

    @staticmethod
    def prepare(parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""

    @staticmethod
    def run(args: argparse.Namespace) -> int:
        """Do it; return the exit status."""


def build_parser() -> argparse.ArgumentParser:
    """Return the whole parser, all commands loaded: for help, documents and tests."""
    parser = _top_parser()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, about in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        _command(name).prepare(command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; without one, the app."""
    args = build_parser().parse_args(argv)
    try:
        return _command(args.command or "app").run(args)
    except CommandFailed as failure:
        print(failure.sentence, file=sys.stderr)
        return failure.exit_status
    except BrokenPipeError:
        return 1


def _top_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp", description="Xunge: offline patrol log for neighbourhood grid inspectors."
    )
    parser.add_argument("--config", metavar="FILE", help="configuration file (TOML) instead of the usual places")
    return parser


def _command(name: str) -> Command:
    return cast(Command, import_module(f"fieldapp.cli.{name}_command"))
