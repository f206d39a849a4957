"""Asking the modules whose frames begin with AA BB for cards.

Sixteen-bit layout: is any card there, even one that was put to rest; its UID, in two steps where it has seven bytes;
rest. Eight-bit layout: the UID in one question; a module in automatic mode sends it besides, unasked.
"""

from __future__ import annotations

from collections.abc import Generator

from devices.codecs.aabb import CARD_UID, HALT, REQUEST, UID, UID_OF_SEVEN, frame8, frame16
from devices.codecs.base import Answer, CodecEvent
from devices.dialogue import Dialogue, Probe, Rest, Step
from devices.dialogues.asking import MISSES, POLL_PAUSE_S, asked, drained

NODES = (0x0000, 0xFFFF)
"""Addresses that mean every module; each is understood by some only. The second makes a question that holds the start
of a long PN532 frame, so it is no probe."""
ALL_CARDS = b"\x52"
FIRST_PART = b"\x04"

ANSWER_S = 0.35
"""Longer than the silence that a doubtful UID waits for."""
PROBE_S = 0.15
GREETINGS = 2

_REQUESTED = frozenset({"card", "no_tag"})
_NO_UID = frozenset({"no_tag", "other_tag", "other"})

ASK_UID_8 = frame8(CARD_UID)


def aabb16_dialogue() -> Dialogue:
    """Find out the address and ask for cards again and again."""
    node = None
    for _ in range(GREETINGS):
        node = yield from _node()
        if node is not None:
            break
    misses = 0
    while node is not None and misses < MISSES:
        yield from drained()
        there = yield from asked(frame16(REQUEST, ALL_CARDS, node), _REQUESTED, ANSWER_S)
        misses = 0 if there is not None else misses + 1
        if isinstance(there, Answer) and there.name == "card":
            yield from _read(node)
        yield Rest(POLL_PAUSE_S)


def aabb16_probe() -> Probe:
    """Ask whether a card is there."""
    return (yield from asked(frame16(REQUEST, ALL_CARDS), _REQUESTED, PROBE_S)) is not None


def aabb8_dialogue() -> Dialogue:
    """Ask for the UID of a card again and again."""
    misses = 0
    while misses < MISSES:
        yield from drained()
        heard = yield from asked(ASK_UID_8, {"no_tag", "other_tag", "refused"}, ANSWER_S, or_tag=True)
        misses = 0 if heard is not None else misses + 1
        yield Rest(POLL_PAUSE_S)


def aabb8_probe() -> Probe:
    """Ask for the UID of a card."""
    return (yield from asked(ASK_UID_8, {"no_tag", "other_tag"}, PROBE_S, or_tag=True)) is not None


def _node() -> Generator[Step, CodecEvent | None, int | None]:
    for node in NODES:
        if (yield from asked(frame16(REQUEST, ALL_CARDS, node), _REQUESTED, ANSWER_S)) is not None:
            return node
    return None


def _read(node: int) -> Generator[Step, CodecEvent | None, None]:
    """Ask for the UID of the card that is there, and put the card to rest so that the next question finds it again."""
    heard = yield from asked(frame16(UID, FIRST_PART, node), _NO_UID, ANSWER_S, or_tag=True)
    if isinstance(heard, Answer) and heard.name == "other_tag":
        yield from asked(frame16(UID_OF_SEVEN, b"", node), _NO_UID, ANSWER_S, or_tag=True)
    yield from asked(frame16(HALT, b"", node), {"other"}, ANSWER_S)
