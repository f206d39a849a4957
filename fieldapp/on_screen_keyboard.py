"""An on-screen keyboard that comes when somebody is about to type, and goes when the tiles want its room.

It is a program of its own, such as onboard; a configured command is run with one more word, `show` or `hide`. Nobody
waits for it, and what goes wrong is in the log: a keyboard that does not come is asked for at the next line to type in.
"""

import logging
import threading
from collections.abc import Sequence

from fieldapp.programs import trouble_of

LONGEST_S = 5.0
"""When a command that still runs is ended."""

log = logging.getLogger(__name__)


class OnScreenKeyboard:
    """Calls the keyboard and sends it away; it counts as hidden at first.

    Args:
        command: program and arguments, run without a shell.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._is_shown = self._is_wanted = self._is_calling = False

    def want(self, is_wanted: bool) -> None:
        """Have it shown or hidden; returns at once, and of several wishes the last one counts."""
        with self._lock:
            self._is_wanted = is_wanted
            if self._is_calling or self._is_shown == is_wanted:
                return
            self._is_calling = True
        threading.Thread(target=self._call, name="keyboard", daemon=True).start()

    def _call(self) -> None:
        while True:
            with self._lock:
                is_wanted = self._is_wanted
                if is_wanted == self._is_shown:
                    self._is_calling = False
                    return
            if trouble := trouble_of([*self._command, "show" if is_wanted else "hide"], LONGEST_S):
                log.warning("keyboard_not_called reason=%.80s", trouble)
            with self._lock:
                self._is_shown = is_wanted
