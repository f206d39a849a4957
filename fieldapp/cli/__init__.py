"""The command line of the tablet: one file per command, loaded when it is called.

Data goes to stdout, narration to stderr; exit 0 done, 1 failed, 2 wrong usage.
"""

import io
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from fieldapp.cli.app_start import AppStart, app_start
from fieldapp.cli.ending import ended_by
from fieldapp.cli.failure import CommandFailed

if TYPE_CHECKING:
    import argparse

COMMANDS: dict[str, str] = {
    "demo": "a sandbox with everything: case API, synthetic district, emulated readers, the app",
    "enrol": "join a district's case API with a one-time code",
    "sync": "send and fetch once, without the app",
    "photo": "offer picture files to the report or visit that is being written",
    "export": "write all records as JSON Lines and CSV",
    "doctor": "say what is wrong with this tablet, in words",
    "verify-receipt": "say what a receipt proves; the public key is enough",
    "devices": "ports and readers: list, monitor, emulate, decode",
}
"""Command name to help; each command's module is `fieldapp.cli.<name>_command`."""


class Command(Protocol):
    """What a command's module offers."""

    @staticmethod
    def prepare(parser: "argparse.ArgumentParser") -> None:
        """Add the command's arguments."""

    @staticmethod
    def run(args: "argparse.Namespace") -> int:
        """Do it; return the exit status."""


def build_parser(loaded: Collection[str] = tuple(COMMANDS)) -> "argparse.ArgumentParser":
    """Return the parser.

    Args:
        loaded: the commands whose own arguments are known; the others' modules are not loaded.
    """
    parser = _top_parser()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, about in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        if name in loaded:
            _command(name).prepare(command)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; without one, the app."""
    words = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that has no Chinese gets escapes, as standard error does by itself.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except CommandFailed as failure:
        print(failure.sentence, file=sys.stderr)
        return failure.exit_status
    except (KeyboardInterrupt, Exception) as exc:  # noqa: BLE001 - the single net of the command line
        return ended_by(exc)
    return status


def _run(words: Sequence[str]) -> int:
    start = app_start(words)
    if start is not None:
        return _run_app(start)
    parser = build_parser(words)
    args = parser.parse_args(words)
    if args.command and args.plain:
        parser.error("--plain is for the app itself, not for a command")
    return _command(args.command).run(args) if args.command else _run_app(AppStart(args.config, is_plain=args.plain))


def _run_app(start: AppStart) -> int:
    if start.is_plain:
        from fieldapp.cli.plain_command import run as run_plain

        return run_plain(start)
    if sys.stdin and sys.stdin.isatty():
        # Before anything of the app's is loaded; without a terminal there will be no app.
        from fieldapp.left_out import leave_out_unused

        leave_out_unused()
    from fieldapp.cli.app_command import run

    return run(start)


def _top_parser() -> "argparse.ArgumentParser":
    import argparse

    parser = argparse.ArgumentParser(
        prog="fieldapp", description="Xunge: offline patrol log for neighbourhood grid inspectors."
    )
    parser.add_argument("--config", metavar="FILE", help="configuration file (TOML) instead of the usual places")
    parser.add_argument("--plain", action="store_true", help="the app line by line: screen readers, pipes, support")
    return parser


def _command(name: str) -> Command:
    return cast(Command, import_module(f"fieldapp.cli.{name.replace('-', '_')}_command"))
