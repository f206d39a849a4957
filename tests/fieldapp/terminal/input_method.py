"""The pinyin input method in a real window, by hand: ``python -m tests.fieldapp.terminal.input_method FOLDER``.

Starts an X server without a screen, fcitx5 and an xterm in which the app runs, types nihao into a report's own words
as a keyboard does, takes the candidate, and says whether 你好 was saved; the pictures before and after stay in FOLDER.
Needs the Debian packages xvfb, xterm, fcitx5, fcitx5-chinese-addons, dbus, xdotool, imagemagick, tmux and a
Chinese font.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldapp.text import _, use_language
from tests.fieldapp.fakes import PIN_1
from tests.fieldapp.terminal.app_terminal import AppTerminal

PROFILE = """[Groups/0]
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
"""The only input method is pinyin."""

ACTIVE = "[Behavior]\nActiveByDefault=True\n"

PATIENCE_S = 30.0
LOOK_EVERY_S = 0.2

XTERM = "xterm -fa 'DejaVu Sans Mono' -fd 'Noto Sans Mono CJK SC' -fs 12 -tn xterm-256color -geometry 80x24 -e {attach}"


class Window:
    """An xterm on a display of its own, with an input method, that shows what runs in a tmux."""

    def __init__(self, folder: Path, display: str) -> None:
        self.folder = folder
        home = folder / "home"
        settings = home / ".config" / "fcitx5"
        settings.mkdir(parents=True)
        (settings / "profile").write_text(PROFILE)
        (settings / "config").write_text(ACTIVE)
        (folder / "runtime").mkdir(mode=0o700)
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "XMODIFIERS": "@im=fcitx",
            "LC_ALL": "C.UTF-8",
        }

    def open(self, attach: str) -> "subprocess.Popen[bytes]":
        """Start input method and window; both end when the process group does."""
        script = f"fcitx5 & while ! fcitx5-remote >/dev/null 2>&1; do sleep 0.2; done; {XTERM.format(attach=attach)}"
        with (self.folder / "window.log").open("wb") as log:
            return subprocess.Popen(
                ["dbus-run-session", "--", "bash", "-c", script],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_there(self) -> None:
        """Wait for the window."""
        deadline = time.monotonic() + PATIENCE_S
        while self._run("xdotool", "search", "--class", "xterm").returncode:
            if time.monotonic() > deadline:
                raise TimeoutError((self.folder / "window.log").read_text(errors="replace"))
            time.sleep(LOOK_EVERY_S)

    def press(self, *keys: str) -> None:
        """Press keys as the keyboard does."""
        self._run("xdotool", "key", "--delay", "150", *keys)

    def wait_for_a_box(self, before: bytes) -> None:
        """Wait until the display shows something else than before: the candidates, in a window of their own."""
        deadline = time.monotonic() + PATIENCE_S
        while self.shown() == before:
            if time.monotonic() > deadline:
                raise TimeoutError("no candidates were shown")
            time.sleep(LOOK_EVERY_S)

    def shown(self) -> bytes:
        """Return the pixels of the display."""
        return self._run("import", "-window", "root", "-depth", "8", "rgb:-").stdout

    def picture(self, name: str) -> Path:
        """Keep what the display shows."""
        path = self.folder / f"{name}.png"
        self._run("import", "-window", "root", str(path))
        return path

    def _run(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(words, env=self.environment, capture_output=True, check=False)


@contextmanager
def display() -> Iterator[str]:
    """Start an X server without a screen; yield its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1000x640x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            yield f":{os.read(reading, 16).decode().strip()}"
        finally:
            os.close(reading)
            server.terminate()


def wait_for_the_keyboard(window: Window, terminal: AppTerminal) -> None:
    """Change the language and back: the first keys are lost while window and input method find each other."""
    for word in ("Help", "帮助"):
        deadline = time.monotonic() + PATIENCE_S
        while word not in terminal.screen():
            if time.monotonic() > deadline:
                raise TimeoutError(terminal.screen())
            window.press("F12")
            again = time.monotonic() + 1.0
            while word not in terminal.screen() and time.monotonic() < again:
                time.sleep(LOOK_EVERY_S)


def typed_in(folder: Path) -> str:
    """Type nihao into own words, take the first candidate, and return what was saved."""
    use_language("zh_CN")
    terminal = AppTerminal("tmux", folder, columns=80, rows=24)
    with display() as name:
        terminal.start("zh_CN")
        terminal.hide_status()
        window = Window(folder, name)
        shown = window.open(shlex.join(terminal.attaching()))
        try:
            window.wait_until_there()
            terminal.wait_for("网格员 1")
            wait_for_the_keyboard(window, terminal)
            window.press("1", *PIN_1)
            terminal.wait_for(_("Start shift"))
            window.press("2")
            terminal.wait_for(_("All, find"))
            window.press("1")
            terminal.wait_for(_("Own words"))
            window.press("9")
            terminal.wait_for(_("Type, then Enter"))
            before = window.shown()
            window.press(*"nihao")
            window.wait_for_a_box(before)
            print(window.picture("candidates"))
            window.press("space")
            terminal.wait_for("你好")
            print(window.picture("typed"))
            window.press("Return")
            terminal.wait_for(_("How pressing"))
            told = terminal.hang_up()
        finally:
            terminal.close()
            os.killpg(shown.pid, signal.SIGTERM)
            shown.wait()
    drafts: dict[str, dict[str, str]] = told["drafts"]
    return drafts["problem"]["description"]


if __name__ == "__main__":
    given = Path(sys.argv[1]).resolve()
    given.mkdir(parents=True)
    saved = typed_in(given)
    print(f"saved: {saved}")
    sys.exit(saved != "你好")
