"""Asking a PN532 for cards of 14443-A.

The chip sleeps until it hears 55; with its usual settings it says nothing until a card comes, so it is told to give up
after two tries, and an acknowledgement sent to it aborts a question that it does not answer; the command after that
may miss its own. It is never sent to sleep: boards are known to stay dead on this line (nfcpy issue 186, libnfc 167).
"""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from devices.codecs.base import Answer, CodecEvent
from devices.codecs.pn532 import HOST, frame
from devices.dialogue import Dialogue, Probe, Rest, Send, Step
from devices.dialogues.asking import MISSES, POLL_PAUSE_S, asked, awaited

ABORT = b"\x00\x00\xff\x00\xff\x00"
WAKE = b"\x55\x55" + bytes(14)
"""Wakes the chip and gives it the time to start its clock; zeros are no frame."""

FIRMWARE = frame(bytes((HOST, 0x02)))
NORMAL_MODE = frame(bytes((HOST, 0x14, 0x01, 0x00, 0x00)))
FEW_TRIES = frame(bytes((HOST, 0x32, 0x05, 0xFF, 0x01, 0x01)))
"""MxRtyPassiveActivation 01: two tries for a card, then the reply that there is none."""
FIELD_OFF = frame(bytes((HOST, 0x32, 0x01, 0x00)))
"""A card in the field starts afresh with the next question, and the battery is spared."""
POLL = frame(bytes((HOST, 0x4A, 0x02, 0x00)))
"""Up to two cards at 106 kbit/s, kind A."""

ANSWER_S = 0.25
POLL_S = 0.5
_GREETINGS = 3

_POLLED = frozenset({"no_tag", "other_tag", "syntax_error"})


class _Poll(Struct, frozen=True):
    """What came of one question for cards."""

    is_heard: bool
    is_answered: bool


def pn532_dialogue() -> Dialogue:
    """Wake the chip and ask it for cards again and again."""
    for _ in range(_GREETINGS):
        if (yield from asked(WAKE + NORMAL_MODE, {"sam_set"}, ANSWER_S)) is not None:
            break
        yield Send(ABORT)
    else:
        return
    yield from asked(FEW_TRIES, {"rf_set"}, ANSWER_S)
    misses = 0
    while misses < MISSES:
        poll = yield from _polled()
        misses = 0 if poll.is_heard else misses + 1
        if poll.is_answered:
            yield from asked(FIELD_OFF, {"rf_set"}, ANSWER_S)
        else:
            yield Send(ABORT)
        yield Rest(POLL_PAUSE_S)


def pn532_probe() -> Probe:
    """Ask for the firmware, twice at most: a sleeping chip may miss the first question."""
    for _ in range(2):
        answer = yield from asked(WAKE + FIRMWARE, {"firmware"}, ANSWER_S)
        if isinstance(answer, Answer) and len(answer.data) == 4:
            return True
    return False


def _polled() -> Generator[Step, CodecEvent | None, _Poll]:
    """Ask for cards once; some boards acknowledge the question and say no more when there is none."""
    first = yield from asked(POLL, _POLLED | {"ack"}, POLL_S, or_tag=True)
    if not isinstance(first, Answer) or first.name != "ack":
        return _Poll(first is not None, first is not None)
    return _Poll(True, (yield from awaited(_POLLED, POLL_S, or_tag=True)) is not None)
