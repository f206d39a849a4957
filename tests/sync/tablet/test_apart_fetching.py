"""A download through the other process is whole and in order, wherever a socket fails in the middle of it."""

import errno
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from sync.tablet.apart import client as apart
from sync.tablet.apart.client import ApartClient
from sync.tablet.config import ExchangeConfig
from sync.tablet.speaking import Speaker
from tests.sync.tablet.makers import FixedClock
from tests.sync.tablet.speaking import Taken

WHOLE = b"0123456789abcdef"
PIECE_BYTES = 3
MESSAGES = -(-len(WHOLE) // PIECE_BYTES) + 1
"""Pieces, and the word that they were all."""

GIVING = f"""
import socket, sys
from msgspec.msgpack import Decoder
from sync.tablet.apart.talk import *
from sync.tablet.speaking import Speaker
control = socket.socket(fileno=int(sys.argv[1]))
hear(control, Decoder(Speaker))
while True:
    message, ends, *_ = socket.recv_fds(control, 1, 1)
    if not message:
        break
    line = socket.socket(fileno=ends[0])
    try:
        first = hear(line, Decoder(Asked)).question.size_bytes
        for place in range(first, {len(WHOLE)}, {PIECE_BYTES}):
            say(line, Piece({WHOLE!r}[place : place + {PIECE_BYTES}]))
        say(line, Fetched())
    except (OSError, EOFError):
        line.close()
"""
"""Gives what is asked for from the byte on that is not there yet."""


def giving(theirs: socket) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", GIVING, str(theirs.fileno())]
    return subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=Path(__file__).parents[3])


@pytest.mark.parametrize("place", range(MESSAGES))
def test_no_piece_is_taken_twice_when_a_socket_fails(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    real, left = apart.hear, [place]

    def failing(*words: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(*words)

    into = Taken()
    with closing(ApartClient(Speaker("", (), ExchangeConfig()), clock=FixedClock(), start=giving)) as client:
        monkeypatch.setattr(apart, "hear", failing)
        client.snapshot("abc", into)  # type: ignore[arg-type]  # its size is what it holds
    assert left[0] < -1, "it has failed on the way"
    assert into.data == WHOLE
