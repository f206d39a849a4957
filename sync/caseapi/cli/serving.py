"""`serve`: tablets and the desk, until told to stop."""

import argparse
import asyncio
import gc
import json
import resource
import signal
import socket
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sync.caseapi.cli.settings import settings_of
from sync.caseapi.config import WILDCARDS, ServerConfig
from sync.caseapi.errors import ConfigInvalid
from sync.caseapi.logs import set_up_logs
from sync.caseapi.memory import give_back

if TYPE_CHECKING:
    from sync.caseapi.serving import QuietServer

BACKLOG = 2_048
"""Connections that wait to be taken: all tablets of a district at once."""

RECEIVE_BYTES = 64 * 1024
"""How much of a connection the system holds for this process, and so how much comes at once; the system's own limit
grows to megabytes where a tablet, or the proxy, sends faster than is written."""

OPEN_FILES = 16_384
"""Open files and connections this process asks for; a shell's usual 1,024 are fewer than a district's tablets."""

STARTING_POLL_S = 0.01

COLLECT_AFTER = (50_000, 10, 10)
"""New objects after which Python looks for cycles among them; its own 700 are a third of the time of a herd."""

TURN_S = 0.001
"""Longest that a thread keeps the interpreter from another one: the writer asks for it after each of its statements,
and Python's own 5 ms make it lag behind the requests."""


def run_serve(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; prints the addresses once it listens."""
    import uvloop

    config = settings_of(arguments)
    set_up_logs()
    give_back()
    _allow_connections()
    with listener_of(config) as listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config, listener, arguments))
    return 0


def share_interpreter() -> None:
    """Look for cycles seldom, and never among what a server holds from its start; let threads take short turns."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(TURN_S)


def listener_of(config: ServerConfig) -> socket.socket:
    """Return the socket on which tablets and the desk are listened for.

    Raises:
        ConfigInvalid: the address or the port cannot be had.
    """
    try:
        listener = socket.create_server(
            (config.host, config.port), family=_family(config.host), backlog=BACKLOG, reuse_port=False
        )
    except OSError as exc:
        raise ConfigInvalid(f"cannot listen on {config.host} port {config.port}: {exc.strerror}") from exc
    # Every connection has it from its listener.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    return listener


async def _serve(config: ServerConfig, listener: socket.socket, arguments: argparse.Namespace) -> None:
    # The web stack takes half a second to load; the other commands do without.
    from sync.caseapi.control import listening
    from sync.caseapi.opening import open_case_api
    from sync.caseapi.serving import quiet_server

    port: int = listener.getsockname()[1]
    case_api = open_case_api(config, port=port)
    try:
        server = quiet_server(case_api, config)
        for stop in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(stop, server.stop)
        async with listening(case_api, config.control_path) if config.place is None else nullcontext():
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await _started(server, serving)
            if server.started:
                share_interpreter()
                _announce(_local_origin(config, port), port, arguments)
            await serving
    finally:
        await case_api.storage.close()


async def _started(server: "QuietServer", serving: "asyncio.Task[None]") -> None:
    while not server.started and not serving.done():
        await asyncio.sleep(STARTING_POLL_S)


def _announce(origin: str, port: int, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps({"origin": origin, "desk": f"{origin}/desk", "port": port}), flush=True)
    else:
        print(f"case API {origin}\ndesk {origin}/desk", flush=True)
    if arguments.port_file is not None:
        _write_port(arguments.port_file, port)
    print("listening; stop with Ctrl-C", file=sys.stderr)


def _write_port(path: Path, port: int) -> None:
    # Whoever waits for the file must never see it half written.
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(f"{port}\n", encoding="ascii")
    draft.replace(path)


def _allow_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _local_origin(config: ServerConfig, port: int) -> str:
    host = "127.0.0.1" if config.host in WILDCARDS else config.host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
