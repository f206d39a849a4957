"""The `caseapi` command: data on stdout, narration on stderr, 0 done, 1 failed, 2 wrong usage."""

import logging
import sys
from collections.abc import Sequence

from sync.caseapi.cli.parser import build_parser
from sync.caseapi.logs import set_up_logs
from sync.errors import SyncError
from sync.text import clean_text

__all__ = ["build_parser", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = build_parser().parse_args(argv)
    set_up_logs(logging.WARNING)
    try:
        code: int = arguments.run(arguments)
    except SyncError as exc:
        for fault in getattr(exc, "faults", ()):
            print(clean_text(fault), file=sys.stderr)
        print(f"caseapi: {clean_text(str(exc))} [{exc.code}]", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code
