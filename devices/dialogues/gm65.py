"""Asking a GM65 scan engine: whether it is there, and to scan, where it waits for that command.

How an engine is triggered is its own setting, register 0000: by its button, by command, without end, or by what comes
before it. That is left as it is; only one that waits for the command is given it, again and again.
"""

from __future__ import annotations

from devices.codecs.base import REGISTER, Answer
from devices.codecs.gm65 import GET, SET, command
from devices.dialogue import Dialogue, Expect, Probe, Rest
from devices.dialogues.asking import MISSES, PATIENCE, asked, awaited

MODE, TRIGGER, VERSION = 0x0000, 0x0002, 0x00E2
ASK_MODE = command(GET, MODE, b"\x01")
ASK_VERSION = command(GET, VERSION, b"\x01")
SCAN = command(SET, TRIGGER, b"\x01")

ANSWER_S = 0.25
SCAN_S = 5.5
"""How long one command to scan is waited for: register 0006 says 5 s as the engines leave the factory."""
LISTEN_S = 10.0
"""How often an engine that scans by itself is asked whether it is still there; its maker says each 10 s."""
SCANNED_PAUSE_S = 0.5
"""Between a text and the next command: the same code is not read again while it is taken away."""

_HOW = 0x03
_BY_COMMAND = 0x01


def gm65_dialogue() -> Dialogue:
    """Ask how the engine is triggered, again and again; tell it to scan where it waits for that."""
    misses = 0
    while misses < MISSES:
        mode = yield from asked(ASK_MODE, {REGISTER}, ANSWER_S)
        if not isinstance(mode, Answer) or len(mode.data) != 1:
            misses += 1
            continue
        misses = 0
        if mode.data[0] & _HOW == _BY_COMMAND:
            yield from _scanned()
        else:
            yield from _listened()


def gm65_probe() -> Probe:
    """Ask for the version, twice at most: an engine that sleeps may miss the first question."""
    for _ in range(2):
        answer = yield from asked(ASK_VERSION, {REGISTER}, ANSWER_S)
        if isinstance(answer, Answer) and len(answer.data) == 1:
            return True
    return False


def _scanned() -> Dialogue:
    """Tell the engine to scan once, and wait for what it reads."""
    if (yield from asked(SCAN, {REGISTER}, ANSWER_S)) is None:
        return
    yield from awaited((), SCAN_S, or_tag=True)
    yield Rest(SCANNED_PAUSE_S)


def _listened() -> Dialogue:
    """Wait until nothing came for a while."""
    for _ in range(PATIENCE):
        if (yield Expect(LISTEN_S)) is None:
            return
