"""How the demo strip inside the app asks the demo around it: JSON lines over a local socket.

The app is a child process that may be killed at any moment; whoever scans, cuts the network or kills it must live
outside.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

ANSWER_TIMEOUT_S = 5.0
"""Longest the strip waits for the demo."""


class DemoState(Struct, frozen=True):
    """What the strip needs to show.

    Attributes:
        is_online: whether the network is up.
        desk_url: address of the desk page.
        pin: the synthetic PIN of the person whose badge is tapped.
        next_place: name of the place whose plate comes next.
        plate: the code of the plate that is held before the camera, in the answer to ``aim``.
    """

    is_online: bool
    desk_url: str
    pin: str
    next_place: str
    plate: str = ""


def ask(path: str, action: str) -> DemoState:
    """Have the demo perform an action; return how it stands afterwards.

    Raises:
        OSError: the demo is gone.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ANSWER_TIMEOUT_S)
        with short_address(Path(path)) as address:
            line.connect(address)
        line.sendall(json.dumps({"do": action}).encode() + b"\n")
        answer = line.makefile("rb").readline()
    return DemoState(**json.loads(answer))


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """Give an address for a socket whose path may be longer than the 107 bytes an address can hold."""
    folder = os.open(path.absolute().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
