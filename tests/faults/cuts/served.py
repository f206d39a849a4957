"""The case API in a forked child, on a listening socket that outlives it; the shim in it can be armed from outside."""

import asyncio
import ctypes
import os
import signal
import socket
import sys
from pathlib import Path

from sync.caseapi.config import ServerConfig
from sync.caseapi.opening import open_case_api
from sync.caseapi.serving import quiet_server
from tests.faults.cuts.preload import Board, Shim

DATABASE = "central.db"
END_S = 10
"""How long a stopping server may take before it is killed."""


class ServedCaseApi:
    """Starts, arms, stops and kills the child; the folder and the socket stay."""

    def __init__(self, folder: Path, shim: Shim) -> None:
        self.folder = folder
        self.config = ServerConfig(db=f"sqlite:///{folder / DATABASE}")
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self.listener.getsockname()[1]
        self.shared: ctypes._Pointer[Board] = shim.new_board()
        self._shim = shim
        self._child = 0
        self._commands = -1
        self._answers = -1

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def board(self) -> Board:
        return self.shared.contents

    def start(self, n: int | None = None, fault: str = "") -> bool:
        """Start the child, armed from its first call on where `n` is given; tell whether it listens."""
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        self._child = os.fork()
        if not self._child:
            os.close(self._commands)
            os.close(self._answers)
            self._be_the_child(commands, answers, n, fault)
        os.close(commands)
        os.close(answers)
        return self._heard() == "ready"

    def arm(self, n: int, fault: str) -> bool:
        """Arm the running child; tell whether it heard."""
        return self._told(f"{n} {fault}\n")

    def disarm(self) -> bool:
        """Let every call of the running child pass again; tell whether it heard."""
        return self._told("disarm\n")

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
            os.write(self._commands, line.encode())
        except BrokenPipeError:
            return False
        return self._heard() == "ok"

    def _heard(self) -> str:
        """Return the child's next line, or nothing when it is dead or silent."""
        import select

        if not select.select([self._answers], [], [], END_S)[0]:
            return ""
        return os.read(self._answers, 100).decode().strip()

    def _be_the_child(self, commands: int, answers: int, n: int | None, fault: str) -> None:
        code = 1
        try:
            for output in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), output)
            self._shim.use(self.shared)
            self._shim.watch(self.folder)
            # The board may still say what the last child was to suffer.
            self._shim.disarm() if n is None else self._shim.arm(n, fault)
            asyncio.run(self._serve(commands, answers))
            code = 0
        finally:
            os._exit(code)

    async def _serve(self, commands: int, answers: int) -> None:
        case_api = open_case_api(self.config, port=self.port)
        loop = asyncio.get_running_loop()
        try:
            server = quiet_server(case_api, self.config)
            loop.add_signal_handler(signal.SIGTERM, server.stop)
            loop.add_reader(commands, self._obey, commands, answers)
            serving = asyncio.create_task(server.serve(sockets=[self.listener]))
            while not server.started and not serving.done():
                await asyncio.sleep(0)
            os.write(answers, b"ready\n")
            await serving
        finally:
            await case_api.storage.close()

    def _obey(self, commands: int, answers: int) -> None:
        line = os.read(commands, 100).decode().split()
        if not line:
            sys.exit("the parent is gone")
        if line == ["disarm"]:
            self._shim.disarm()
        else:
            self._shim.arm(int(line[0]), line[1] if len(line) > 1 else "")
        os.write(answers, b"ok\n")
