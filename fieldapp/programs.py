"""Configured programs that are run for what they do: nothing is read from them, and none runs for long."""

import subprocess
from collections.abc import Sequence


def trouble_of(words: Sequence[str], longest_s: float) -> str:
    """Run a program without a shell and wait; return what went wrong, empty when it ended well.

    Args:
        longest_s: when it is ended.
    """
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=longest_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "timeout"
    except OSError as exc:
        return exc.strerror or type(exc).__name__
    return f"exit {done.returncode}" if done.returncode else ""
