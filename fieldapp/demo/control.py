"""How the demo strip inside the app asks the demo around it: JSON lines over a local socket.

The app is a child process that may be killed at any moment; whoever scans, cuts the network or kills it must live
outside.
"""

import json
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

SOCKET_VARIABLE = "XUNGE_DEMO_SOCKET"
"""Environment variable by which the app finds its demo; unset, there is no strip."""

ANSWER_TIMEOUT_S = 5.0
"""Longest the strip waits for the demo."""


@dataclass(frozen=True, slots=True)
class DemoState:
    """What the strip needs to show.

    Attributes:
        is_online: whether the network is up.
        desk_url: address of the desk page.
        pin: the synthetic PIN of the person whose badge is tapped.
        next_place: name of the place whose plate comes next.
    """

    is_online: bool
    desk_url: str
    pin: str
    next_place: str


class DemoServer:
    """The demo's end: performs one action at a time."""

    def __init__(self, path: Path, perform: Callable[[str], DemoState]) -> None:
        self.path = path
        perform_lock = threading.Lock()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    with perform_lock:
                        state = perform(str(json.loads(line)["do"]))
                    self.wfile.write(json.dumps(asdict(state)).encode() + b"\n")

        self._server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.path.unlink(missing_ok=True)


def ask(path: str, action: str) -> DemoState:
    """Have the demo perform an action; return how it stands afterwards.

    Raises:
        OSError: the demo is gone.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ANSWER_TIMEOUT_S)
        line.connect(path)
        line.sendall(json.dumps({"do": action}).encode() + b"\n")
        answer = line.makefile("rb").readline()
    return DemoState(**json.loads(answer))
