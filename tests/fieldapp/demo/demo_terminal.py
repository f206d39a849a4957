"""A terminal with a shell in it, for demos that are played by hand: keys in, screen out, nothing left behind."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 60.0
"""Longest to wait for a screen; a busy machine starts the case API slowly."""

LOOK_EVERY_S = 0.1


class Terminal:
    """A tmux window that runs one command; TMPDIR is the folder's, so that what is left behind is seen."""

    def __init__(self, tmux: str, folder: Path, *, columns: int, rows: int) -> None:
        self.tmux = tmux
        self.folder = folder
        self.size = (str(columns), str(rows))
        self.temporary = folder / "temporary"
        self.temporary.mkdir()

    def run(self, command: str, language: str) -> None:
        """Start a command in the window's shell; its exit status and the terminal's settings go to files."""
        environment = f"LANG={language}.UTF-8 TMPDIR={shlex.quote(str(self.temporary))} PYTHONDONTWRITEBYTECODE=1"
        script = self.folder / "run.sh"
        script.write_text(
            f"cd {shlex.quote(str(self.folder))}\nstty -a > before\nexport {environment}\n{command} &\n"
            "echo $! > pid\nfg >/dev/null\necho $? > status\nstty -a > after\necho THE-END\nsleep 1000\n"
        )
        width, height = self.size
        self._tmux("new-session", "-d", "-x", width, "-y", height, "bash", "-i", "-m", str(script))

    def press(self, *keys: str) -> None:
        """Press keys, named as tmux names them."""
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """Return what the terminal shows."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, *words: str) -> str:
        """Wait until all words are on the screen; return the screen."""
        return self.wait_until(lambda screen: all(word in screen for word in words), " and ".join(words))

    def wait_until(self, is_so: Callable[[str], bool], what: str) -> str:
        """Wait until something is so on the screen; return the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while not is_so(screen := self.screen()):
            assert time.monotonic() < deadline, f"{what}: not on the screen, which shows:\n{screen}"
            time.sleep(LOOK_EVERY_S)
        return screen

    @property
    def pid(self) -> int:
        """Return the process number of the command."""
        return int((self.folder / "pid").read_text())

    def ended(self) -> int:
        """Wait until the command has ended and left the terminal as it was; return its exit status."""
        self.wait_for("THE-END")
        assert (self.folder / "after").read_text() == (self.folder / "before").read_text()
        return int((self.folder / "status").read_text())

    def left_behind(self) -> list[str]:
        """Return temporary files, and the processes that name the folder for them."""
        files = [str(file) for file in self.temporary.iterdir()]
        return files + processes_naming(self.temporary)

    def close(self) -> None:
        """End the window and what runs in it."""
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        command = [self.tmux, "-u", "-f", "/dev/null", "-S", str(self.folder / "tmux"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def processes_naming(folder: Path) -> list[str]:
    """Return the command lines of processes, zombies apart, that have a folder in theirs."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return found


@contextmanager
def demo_in_terminal(
    tmux: str, folder: Path, *, language: str = "zh_CN", columns: int = 100, rows: int = 30
) -> Iterator[Terminal]:
    """Start the demo in a terminal."""
    terminal = Terminal(tmux, folder, columns=columns, rows=rows)
    terminal.run(f"{shlex.quote(sys.executable)} -m fieldapp demo", language)
    try:
        yield terminal
    finally:
        terminal.close()
