"""Asking an M100, YRM100 or R200 for tags.

Region China 900 MHz, and the lowest power that both the 20 and the 26 dBm make of the chip know: a badge that is held
to the reader answers, one in a pocket beside it seldom does. Both flavours of start and end byte are tried. A setting
that a module refuses is left as it is.
"""

from __future__ import annotations

from collections.abc import Generator

from devices.codecs.base import Answer, CodecEvent
from devices.codecs.m100 import COMMAND, INFO, SET_POWER, SET_REGION, SINGLE_POLL, STOP_POLL, Flavour, frame
from devices.dialogue import Dialogue, Probe, Rest, Send, Step
from devices.dialogues.asking import MISSES, POLL_PAUSE_S, asked

FLAVOURS: tuple[Flavour, ...] = (0xBB, 0xAA)
CHINA_900 = b"\x01"
POWER = (1850).to_bytes(2, "big")
"""18.5 dBm in hundredths."""

ANSWER_S = 0.2
POLL_S = 0.5


def m100_dialogue() -> Dialogue:
    """Find out the flavour, set the module up and poll for one tag after another."""
    flavour = yield from _flavour()
    if flavour is None:
        return
    for command, data, name in ((SET_REGION, CHINA_900, "region_set"), (SET_POWER, POWER, "power_set")):
        yield from asked(frame(COMMAND, command, data, flavour), {name, "error"}, ANSWER_S)
    poll = frame(COMMAND, SINGLE_POLL, flavour=flavour)
    misses = 0
    while misses < MISSES:
        heard = yield from asked(poll, {"no_tag", "other_tag", "error"}, POLL_S, or_tag=True)
        misses = 0 if heard is not None else misses + 1
        yield Rest(POLL_PAUSE_S)


def m100_probe() -> Probe:
    """Ask for the hardware version in both flavours."""
    return (yield from _flavour()) is not None


def _flavour() -> Generator[Step, CodecEvent | None, Flavour | None]:
    """Return the flavour in which the module says what it is, after ending a polling that goes on by itself."""
    for flavour in FLAVOURS:
        yield Send(frame(COMMAND, STOP_POLL, flavour=flavour))
        info = yield from asked(frame(COMMAND, INFO, b"\x00", flavour), {"info"}, ANSWER_S)
        if isinstance(info, Answer) and info.raw[0] == flavour:
            return flavour
    return None
