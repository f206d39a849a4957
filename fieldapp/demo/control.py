"""How the demo strip inside the app asks the demo around it: JSON lines over a local socket.

The app is a child process that may be killed at any moment; whoever scans, cuts the network or kills it must live
outside.
"""

import json
import socket

from msgspec import Struct

SOCKET_VARIABLE = "XUNGE_DEMO_SOCKET"
"""Environment variable by which the app finds its demo; unset, there is no strip."""

ANSWER_TIMEOUT_S = 5.0
"""Longest the strip waits for the demo."""


class DemoState(Struct, frozen=True):
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
