"""Runs a program that dies with its parent, however the parent ends: `python -m fieldapp.demo.bound PARENT COMMAND …`.

The kernel is asked to end this process when the parent does, and then it becomes the program: what was asked for
stays in force, and there is nothing between the two to be killed apart.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def bound_command(command: Sequence[str]) -> list[str]:
    """Return the command that runs another one bound to this process; call it from the thread that waits for it."""
    return [sys.executable, "-m", __name__, str(os.getpid()), *command]


def main(arguments: Sequence[str]) -> None:
    """Bind this process to its parent and become the command."""
    parent, *command = arguments
    # On systems without this call the program runs all the same, unbound.
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit("the parent is gone already")
    os.execvp(command[0], command)  # noqa: S606 - the demo's own program


if __name__ == "__main__":
    main(sys.argv[1:])
