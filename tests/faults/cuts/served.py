"""The case API in a forked child, on a port that outlives it; the shim in it can be armed from outside."""

import asyncio
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from sync.caseapi import serving
from sync.caseapi.app import make_app
from sync.caseapi.config import ServerConfig
from sync.caseapi.opening import open_case_api
from sync.caseapi.service import judging_loop
from tests.faults.current import Current
from tests.faults.cuts.held_judging import HeldJudging
from tests.faults.cuts.preload import Board, Point, Shim

DATABASE = "central.db"
DISARM = "disarm"
JUDGE = "judge"
END_S = 10
"""How long a stopping server may take before it is killed."""
POLL_S = 0.001
"""How often a starting server is looked at; without a pause, its other threads would wait for the one that looks."""


class ServedCaseApi:
    """Starts, arms, stops and kills the child; the folder and the port stay."""

    def __init__(self, folder: Path, shim: Shim, *, holds_judging: bool = False) -> None:
        """Start nothing yet.

        Args:
            holds_judging: judge only by `judge`, not in the background.
        """
        self.folder = folder
        self.config = ServerConfig(db=f"sqlite:///{folder / DATABASE}")
        # Bound, but not listening: nobody else gets the port, and who calls while no child runs is refused at once.
        self._reserved = _bound(0)
        self.port: int = self._reserved.getsockname()[1]
        self.shared: ctypes._Pointer[Board] = shim.new_board()
        self._shim = shim
        self._holds_judging = holds_judging
        self._held: HeldJudging | None = None
        self._current = Current()
        # Made once, before any child: it touches no file of the folder. Nobody at a desk looks on here.
        app = make_app(self._current, has_desk=False)  # type: ignore[arg-type]  # stands for each start's in turn
        serving.make_app = lambda *_, **__: app
        self._child = 0
        self._commands = -1
        self._answers = -1

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def board(self) -> Board:
        return self.shared.contents

    def start(self, point: Point | None = None, fault: str = "", *, is_counting: bool = False) -> bool:
        """Start the child, armed or counting from its first call on where that is asked; tell whether it listens."""
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        self._child = os.fork()
        if not self._child:
            os.close(self._commands)
            os.close(self._answers)
            self._be_the_child(commands, answers, _order(point, fault) if point or is_counting else DISARM)
        os.close(commands)
        os.close(answers)
        return self._heard() == "ready"

    def arm(self, point: Point, fault: str) -> bool:
        """Arm the running child; tell whether it heard."""
        return self._told(_order(point, fault))

    def count(self) -> bool:
        """Let the running child count its calls from here on; tell whether it heard."""
        return self._told(_order(None, ""))

    def disarm(self) -> bool:
        """Let every call of the running child pass again; tell whether it heard."""
        return self._told(DISARM)

    def judge(self) -> bool:
        """Let the running child judge all that waits; tell whether it did."""
        return self._told(JUDGE)

    def stop(self) -> None:
        """End the child, politely first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the child at once."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if not self._child:
            return
        os.kill(self._child, how)
        self._heard()
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        self._child = 0
        os.close(self._commands)
        os.close(self._answers)

    def _told(self, line: str) -> bool:
        try:
            os.write(self._commands, line.encode() + b"\n")
        except BrokenPipeError:
            return False
        return self._heard() == "ok"

    def _heard(self) -> str:
        """Return the child's next line, or nothing when it is dead or silent."""
        import select

        if not select.select([self._answers], [], [], END_S)[0]:
            return ""
        return os.read(self._answers, 100).decode().strip()

    def _be_the_child(self, commands: int, answers: int, order: str) -> None:
        code = 1
        try:
            for output in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), output)
            if self._holds_judging:
                judging_loop.QUIET_S, judging_loop.RETRY_S = 0.0, POLL_S
            self._shim.use(self.shared)
            self._shim.watch(self.folder)
            # The board may still say what the last child was to suffer.
            self._follow(order)
            asyncio.run(self._serve(lambda server: self._listen(server, commands, answers)))
            code = 0
        finally:
            os._exit(code)

    def warm_up(self) -> None:
        """Start and stop once in this process, so that no child loads what is loaded on first use."""
        asyncio.run(self._serve(lambda server: server.stop()))

    async def _serve(self, ready: Callable[[serving.QuietServer], None]) -> None:
        case_api = open_case_api(self.config, port=self.port)
        try:
            self._current.api = case_api
            if self._holds_judging:
                self._held = HeldJudging(case_api.storage.judging)
                case_api.judging._store = self._held
            server = serving.quiet_server(case_api, self.config)
            running = asyncio.create_task(server.serve(sockets=[_bound(self.port)]))
            while not server.started and not running.done():
                await asyncio.sleep(POLL_S)
            ready(server)
            await running
        finally:
            await case_api.storage.close()

    def _listen(self, server: serving.QuietServer, commands: int, answers: int) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, server.stop)
        loop.add_reader(commands, self._obey, commands, answers)
        os.write(answers, b"ready\n")

    def _obey(self, commands: int, answers: int) -> None:
        order = os.read(commands, 100).decode().strip()
        if not order:
            sys.exit("the parent is gone")

        def say(is_done: bool) -> None:
            os.write(answers, b"ok\n" if is_done else b"refused\n")

        if order == JUDGE:
            assert self._held is not None
            self._held.begin(say)
            self._current.api.judging.wake()
        else:
            self._follow(order)
            say(True)

    def _follow(self, order: str) -> None:
        if order == DISARM:
            self._shim.disarm()
        else:
            n, fault, call = order.split(",")
            self._shim.arm(int(n), fault, call)


def _bound(port: int) -> socket.socket:
    """Return a socket of this port, of any for 0, that does not listen yet; there may be several."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # As uvloop does under a real server: an answer in two pieces would wait 40 ms for the first to be acknowledged.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.bind(("127.0.0.1", port))
    return made


def _order(point: Point | None, fault: str) -> str:
    return "0,," if point is None else f"{point.n},{fault},{point.call}"
