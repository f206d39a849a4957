"""The demo's end of its control socket: performs one action at a time."""

import json
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from fieldapp.demo.control import DemoState, short_address


class DemoServer:
    """The demo's end: performs one action at a time."""

    def __init__(self, path: Path, perform: Callable[[str], DemoState]) -> None:
        self.path = path
        perform_lock = threading.Lock()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                # The app that asked to be killed neither hears the answer nor closes its line in order.
                with suppress(OSError):
                    for line in self.rfile:
                        with perform_lock:
                            state = perform(str(json.loads(line)["do"]))
                        self.wfile.write(msgspec.json.encode(state) + b"\n")

        with short_address(path) as address:
            self._server = socketserver.ThreadingUnixStreamServer(address, Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.path.unlink(missing_ok=True)
