"""A real window without a screen: an X server of its own, an xterm in it, keys and touches from outside, pictures."""

import os
import shlex
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fieldapp.terminal.app_terminal import AppTerminal

PATIENCE_S = 30.0
LOOK_EVERY_S = 0.2


class Window(ABC):
    """A window on a display of its own that shows what runs in a tmux.

    Attributes:
        folder: for its settings, its log and the pictures.
        environment: of everything that runs on the display.
    """

    def __init__(self, folder: Path, display: str) -> None:
        self.folder = folder
        (folder / "home").mkdir()
        (folder / "runtime").mkdir(mode=0o700)
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "XMODIFIERS": "@im=fcitx",
            "LC_ALL": "C.UTF-8",
        }

    @abstractmethod
    def command(self, attach: str) -> list[str]:
        """Return what starts the window over the command that attaches it to the terminal."""

    def open(self, attach: str) -> "subprocess.Popen[bytes]":
        """Start it; all of it ends when the process group does."""
        with (self.folder / "window.log").open("wb") as log:
            return subprocess.Popen(
                self.command(attach), env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_there(self, window_class: str = "xterm") -> None:
        """Wait for a window."""
        deadline = time.monotonic() + PATIENCE_S
        while self.do("xdotool", "search", "--onlyvisible", "--class", window_class).returncode:
            if time.monotonic() > deadline:
                raise TimeoutError((self.folder / "window.log").read_text(errors="replace"))
            time.sleep(LOOK_EVERY_S)

    def press(self, *keys: str) -> None:
        """Press keys as the keyboard does."""
        self.do("xdotool", "key", "--delay", "150", *keys)

    def wait_for_another(self, before: bytes) -> None:
        """Wait until the display shows something else than before, such as candidates in a window of their own."""
        deadline = time.monotonic() + PATIENCE_S
        while self.shown() == before:
            if time.monotonic() > deadline:
                raise TimeoutError("the display did not change")
            time.sleep(LOOK_EVERY_S)

    def shown(self) -> bytes:
        """Return the pixels of the display."""
        return self.do("import", "-window", "root", "-depth", "8", "rgb:-").stdout

    def picture(self, name: str) -> Path:
        """Keep what the display shows."""
        path = self.folder / f"{name}.png"
        self.do("import", "-window", "root", str(path))
        return path

    def do(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        """Run a program on the display and wait for it."""
        return subprocess.run(words, env=self.environment, capture_output=True, check=False)


@contextmanager
def display(width: int, height: int) -> Iterator[str]:
    """Start an X server without a screen; yield its name."""
    reading, writing = os.pipe()
    size = f"{width}x{height}x24"
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            yield f":{os.read(reading, 16).decode().strip()}"
        finally:
            os.close(reading)
            server.terminate()


@contextmanager
def opened(window: Window, terminal: AppTerminal) -> Iterator[None]:
    """Show a terminal in a window until it is left; then both are gone."""
    shown = window.open(shlex.join(terminal.attaching()))
    try:
        window.wait_until_there()
        terminal.wait_for("网格员 1")
        yield
    finally:
        terminal.close()
        os.killpg(shown.pid, signal.SIGTERM)
        shown.wait()


def tried_by_hand(typed_in: Callable[[Path], str], folder: str) -> int:
    """Type in a new folder, say what was saved, and return the exit status: 0 when it is 你好."""
    given = Path(folder).resolve()
    given.mkdir(parents=True)
    saved = typed_in(given)
    print(f"saved: {saved}")
    return int(saved != "你好")


def with_pinyin(home: Path) -> None:
    """Make pinyin the only input method of an account, switched on from the start."""
    settings = home / ".config" / "fcitx5"
    settings.mkdir(parents=True)
    (settings / "profile").write_text(_PROFILE)
    (settings / "config").write_text("[Behavior]\nActiveByDefault=True\n")


_PROFILE = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us
Layout=

[Groups/0/Items/1]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""
