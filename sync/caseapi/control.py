"""The local socket on which a running server takes administrative commands: one JSON line each way.

One process owns a database, so a command given beside a running server asks it. Only the server's own user (and the
system's) is listened to.
"""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import structlog

from sync.caseapi.errors import CaseApiError, CommandRefused, ImportRefused
from sync.caseapi.service.administration.commands import Arguments, Result, run_command
from sync.caseapi.service.case_api import CaseApi

MAX_LINE_BYTES = 4 * 1024 * 1024
"""Longest line either way: the faults of a bad import, one sentence each."""

log = structlog.get_logger("caseapi.control")


class _Asked(msgspec.Struct):
    command: str
    arguments: dict[str, Any]


class _Answered(msgspec.Struct, omit_defaults=True):
    result: dict[str, Any] | None = None
    code: str = ""
    message: str = ""
    faults: tuple[str, ...] = ()


@contextlib.asynccontextmanager
async def listening(case_api: CaseApi, path: Path) -> AsyncIterator[None]:
    """Take commands while the context lasts; the caller owns the database, so a socket left behind is stale."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    server_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(path) as address:
        server_socket.bind(address)
    path.chmod(0o600)
    server = await asyncio.start_unix_server(
        lambda reader, writer: _serve(case_api, reader, writer), sock=server_socket, limit=MAX_LINE_BYTES
    )
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def ask_server(path: Path, command: str, arguments: Arguments) -> Result | None:
    """Return a running server's result, or None when no server listens there.

    Raises:
        CommandRefused: the server refused, with its sentence and code, or could not be asked.
        ImportRefused: the server found faults in the files.
    """
    try:
        line = _ask(path, msgspec.json.encode(_Asked(command, arguments)) + b"\n")
    except OSError as exc:
        raise CommandRefused(f"the server at {path} cannot be asked: {exc.strerror}") from exc
    if line is None:
        return None
    if not line.endswith(b"\n"):
        raise CommandRefused("the server stopped before it answered")
    return _result(msgspec.json.decode(line, type=_Answered))


def _ask(path: Path, asked: bytes) -> bytes | None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            with _short(path) as address:
                client.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        client.sendall(asked)
        with client.makefile("rb") as lines:
            return lines.readline(MAX_LINE_BYTES)


def _result(answered: _Answered) -> Result:
    if answered.result is not None:
        return answered.result
    if answered.code == ImportRefused.code:
        raise ImportRefused(answered.message, answered.faults)
    refused = CommandRefused(answered.message)
    refused.code = answered.code
    raise refused


async def _serve(case_api: CaseApi, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        if _is_ours(writer.get_extra_info("socket")):
            line = await reader.readline()
            writer.write(msgspec.json.encode(await _answer(case_api, line)) + b"\n")
            await writer.drain()
    except (ConnectionError, ValueError, asyncio.LimitOverrunError) as exc:
        log.warning("control_dropped", error=str(exc))
    finally:
        writer.close()


async def _answer(case_api: CaseApi, line: bytes) -> _Answered:
    try:
        asked = msgspec.json.decode(line, type=_Asked)
        log.info("command", command=asked.command)
        return _Answered(result=await run_command(case_api, asked.command, asked.arguments))
    except msgspec.DecodeError as exc:
        return _Answered(code=CommandRefused.code, message=f"not a command: {exc}")
    except ImportRefused as exc:
        return _Answered(code=exc.code, message=str(exc), faults=exc.faults)
    except CaseApiError as exc:
        return _Answered(code=exc.code, message=str(exc))


def _is_ours(peer: socket.socket) -> bool:
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return uid in (0, os.getuid())


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """Give an address for a socket whose path may be longer than the 107 bytes an address can hold."""
    folder = os.open(path.absolute().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
