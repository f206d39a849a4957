"""The demo in a terminal: the app as a child that may be killed, and started again, as often as its player likes."""

import os
import signal
import subprocess
import sys

from fieldapp.demo.control import SOCKET_VARIABLE, DemoState
from fieldapp.demo.control_server import DemoServer
from fieldapp.demo.stage import Narrate, Stage
from fieldapp.text import _

RESTORE_TERMINAL = (
    "\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?25h\x1b[0m\x1b[<u"
)
"""What a killed app could not send: main screen, no mouse, no paste marks, cursor, plain colours, plain keys."""


class TerminalDemo:
    """Runs the app in this very terminal until its player leaves it."""

    def __init__(self, stage: Stage, narrate: Narrate) -> None:
        self._stage = stage
        self._narrate = narrate
        self._app: subprocess.Popen[bytes] | None = None
        self._was_killed = False

    def play(self) -> int:
        """Run the app, again after each kill; return its last exit status."""
        server = DemoServer(self._stage.folder / "control", self._perform)
        try:
            while True:
                self._was_killed = False
                status = self._run_app(str(server.path))
                if not self._was_killed:
                    return status
                self._say_killed()
        finally:
            server.close()

    def _run_app(self, socket_path: str) -> int:
        self._app = subprocess.Popen(app_command(self._stage), env={**os.environ, SOCKET_VARIABLE: socket_path})
        while True:
            try:
                return self._app.wait()
            except KeyboardInterrupt:
                continue

    def _perform(self, action: str) -> DemoState:
        if action == "kill" and self._app is not None:
            self._was_killed = True
            self._app.send_signal(signal.SIGKILL)
        return self._stage.perform(action)

    def _say_killed(self) -> None:
        sys.stdout.write(RESTORE_TERMINAL)
        sys.stdout.flush()
        subprocess.run(["stty", "sane"], stdin=sys.stdin, check=False)
        self._narrate(_("The app was killed with SIGKILL, as by a dead battery. It starts again where it was."))


def app_command(stage: Stage) -> list[str]:
    """Return the command that starts the sandbox's app."""
    return [sys.executable, "-m", "fieldapp", "--config", str(stage.tablet_config)]
