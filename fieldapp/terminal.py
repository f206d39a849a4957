"""The terminal may be gone at any moment: its window is closed, what draws it dies. Then the app ends as on a signal.

The toolkit's thread of output ends with the first failed write, and whoever writes afterwards waits for it for ever, so
that not even a signal is heard any more; its thread of input reads an end over and over, with all the processor it can
get. Meanwhile the ports of the readers stay taken, and the next start finds them in use.
"""

import os
import select
import sys
from contextlib import suppress
from typing import IO, Any

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from fieldapp.fault_net import CaughtApp


class LastingOutput:
    """A terminal's output that takes everything, also when the terminal is gone.

    Args:
        terminal: the file that is written to.
    """

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        """Write, as long as there is somebody who reads."""
        with suppress(OSError):
            return self._terminal.write(text)
        return 0

    def flush(self) -> None:
        """Send what was written."""
        with suppress(OSError):
            self._terminal.flush()

    def fileno(self) -> int:
        """Return the number of the file below."""
        return self._terminal.fileno()


class TerminalDriver(LinuxDriver):
    """The toolkit's driver on a terminal that may go."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._file = LastingOutput(sys.__stderr__) if sys.__stderr__ is not None else None  # type: ignore[assignment]

    def _get_terminal_size(self) -> tuple[int, int]:
        """Ask the terminal itself: a shell that exports COLUMNS says for ever how wide it was when the app began."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self.fileno)
            if width and height:
                return width, height
        return super()._get_terminal_size()

    @property
    def is_gone(self) -> bool:
        """Tell whether nobody holds the other end of the terminal any more."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        return any(event & (select.POLLHUP | select.POLLNVAL) for _file, event in poll.poll(0))


class TerminalApp(CaughtApp):
    """An app whose terminal may go."""

    def get_driver_class(self) -> type[Driver]:
        """Return what speaks with the terminal."""
        return TerminalDriver

    @property
    def is_terminal_gone(self) -> bool:
        """Tell whether nobody sees the app any more."""
        return isinstance(self._driver, TerminalDriver) and self._driver.is_gone
