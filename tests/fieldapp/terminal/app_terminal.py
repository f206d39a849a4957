"""The app over a made-up tablet in a real terminal, which is tmux: typed at, clicked in, resized, taken away."""

import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from fieldapp.text import Language
from tests.fieldapp.demo.demo_terminal import LOOK_EVERY_S, PATIENCE_S, Terminal
from tests.house.tree import ROOT

CLICK_AGAIN_S = 1.0
"""A finger that came too early, or twice at one spot, is no touch; somebody who sees nothing happen touches again."""


class AppTerminal(Terminal):
    """A terminal in which the app runs over a made-up tablet."""

    is_there = True

    def start(self, language: Language, **environment: str) -> None:
        """Start the app, with more in its environment."""
        program = f"{shlex.quote(sys.executable)} -m tests.fieldapp.terminal.program {language} {self.saved}"
        # The kitty keyboard protocol loses Chinese text; the command fieldapp sets this too.
        more = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
        self.run(f"PYTHONPATH={shlex.quote(str(ROOT))} TEXTUAL_DISABLE_KITTY_KEY=1 {more} {program}", "zh_CN")

    @property
    def saved(self) -> Path:
        """Return where the app tells of what it saved."""
        return self.folder / "saved"

    def type(self, text: str) -> None:
        """Type a text at once, as a scanner or an input method does."""
        self._tmux("send-keys", "-l", text)

    def scan(self, code: str) -> None:
        """Scan a code with a scanner that types."""
        self.type(code)
        self.press("Enter")

    def attaching(self) -> list[str]:
        """Return the command that shows the terminal in another one."""
        return [self.tmux, "-u", "-S", str(self.folder / "tmux"), "attach"]

    def hide_status(self) -> None:
        """Give the app every row."""
        self._tmux("set-option", "-g", "status", "off")

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def cells(self) -> tuple[int, int]:
        """Return how many columns and rows the app has."""
        columns, rows = self._tmux("display-message", "-p", "#{window_width} #{window_height}").split()
        return int(columns), int(rows)

    def click_until(self, words: str, there: Callable[[str], bool]) -> None:
        """Click on words, as an SGR sequence, until something is so on the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while not there(screen := self.screen()):
            assert time.monotonic() < deadline, f"clicking on {words!r} led nowhere:\n{screen}"
            line = next((line for line in screen.splitlines() if words in line), "")
            if line:
                x, y = cell_len(line.partition(words)[0]) + 1, screen.splitlines().index(line) + 1
                self.type(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")
            again = time.monotonic() + CLICK_AGAIN_S
            while not there(self.screen()) and time.monotonic() < again:
                time.sleep(LOOK_EVERY_S)

    def close(self) -> None:
        """Take the terminal away, once."""
        if self.is_there:
            self.is_there = False
            super().close()

    def hang_up(self) -> dict[str, Any]:
        """Take the terminal away; return what the app saved."""
        self.close()
        deadline = time.monotonic() + PATIENCE_S
        while not self.saved.exists():
            assert time.monotonic() < deadline, "the app did not end with its terminal"
            time.sleep(LOOK_EVERY_S)
        told: dict[str, Any] = json.loads(self.saved.read_text())
        return told
