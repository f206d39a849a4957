"""How the program ends when a command does not end by itself: the single net of the command line."""

import logging
import os
import sys
from contextlib import suppress

from fieldapp.text import _

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""

CRASHED = 70
"""Exit status after a fault of the program (`EX_SOFTWARE` of sysexits.h), apart from 1: failed."""

CODE = "E-CRASH"
"""Stable code of a fault of the program that nothing nearer has caught."""

log = logging.getLogger(__name__)


def ended_by(error: BaseException) -> int:
    """Say in a sentence what ended the program, leave a crash file where it was a fault; return the exit status."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has enough of it, like `| head`.
        silence_stdout()
        return 1
    if isinstance(error, OSError) and _stdout_is_broken():
        silence_stdout()
        print(_("The output cannot be written: {cause}").format(cause=error.strerror), file=sys.stderr)
        return 1
    from fieldapp.crashes import keep_crash
    from fieldapp.presentation.troubles import trouble_sentence

    file = keep_crash(error)
    print(trouble_sentence(CODE), file=sys.stderr)
    if file is not None:
        print(_("What the developers need, without personal data: {file}").format(file=file), file=sys.stderr)
    return CRASHED


def silence_stdout() -> None:
    """Let what is still buffered go nowhere, or the interpreter would complain at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stdout_is_broken() -> bool:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        return True
    return False
