"""The demo in a terminal: the app as a child that may be killed, and started again, as often as its player likes."""

import os
import signal
import subprocess
import sys

from fieldapp.demo import SOCKET_VARIABLE
from fieldapp.demo.bound import bound_command
from fieldapp.demo.control import DemoState
from fieldapp.demo.control_server import DemoServer
from fieldapp.demo.stage import Narrate, Stage
from fieldapp.text import _

RESTORE_TERMINAL = (
    "\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?25h\x1b[0m\x1b[<u"
)
"""What a killed app could not send: main screen, no mouse, no paste marks, cursor, plain colours, plain keys."""


LEAVE_TIMEOUT_S = 5.0
"""Longest the app may take to leave when it is asked to."""


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
            self._end_app()
            server.close()

    def _run_app(self, socket_path: str) -> int:
        environment = {**os.environ, SOCKET_VARIABLE: socket_path}
        self._app = subprocess.Popen(app_command(self._stage), env=environment)
        return self._app.wait()

    def _end_app(self) -> None:
        """Let the app leave, when something else than its player ends the demo."""
        if self._app is None or self._app.poll() is not None:
            return
        self._app.terminate()
        try:
            self._app.wait(LEAVE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._app.kill()
            self._app.wait()
            restore_terminal()

    def _perform(self, action: str) -> DemoState:
        if action == "kill" and self._app is not None:
            self._was_killed = True
            self._app.send_signal(signal.SIGKILL)
        return self._stage.perform(action)

    def _say_killed(self) -> None:
        restore_terminal()
        self._narrate(_("The app was killed with SIGKILL, as by a dead battery. It starts again where it was."))


def restore_terminal() -> None:
    """Do what a killed app could not do any more."""
    sys.stdout.write(RESTORE_TERMINAL)
    sys.stdout.flush()
    subprocess.run(["stty", "sane"], stdin=sys.stdin, check=False)


def app_command(stage: Stage) -> list[str]:
    """Return the command that starts the sandbox's app; it ends with this process, however that ends."""
    return bound_command([sys.executable, "-m", "fieldapp", "--config", str(stage.tablet_config)])
