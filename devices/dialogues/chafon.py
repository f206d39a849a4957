"""Asking a UHFReader18 or 288 for tags.

The reader says in its information what kind it is, how strongly it sends and how long it looks for tags; what is other
than wanted is set, what is refused stays. A 288 is told session, antenna and time with every question, or asked as
simply as an 18 when it refuses that. A reader in active mode refuses to be asked, and sends tags by itself.
"""

from __future__ import annotations

from collections.abc import Generator

from devices.codecs.base import Answer, CodecEvent, Read
from devices.codecs.chafon import BROADCAST, INFO, INVENTORY, MORE_FRAMES, SET_POWER, SET_SCAN_TIME, frame
from devices.dialogue import Dialogue, Probe, Rest, Step
from devices.dialogues.asking import MISSES, POLL_PAUSE_S, Asking, asked, awaited, drained

TYPES_18 = frozenset({0x03, 0x06, 0x08, 0x09})
"""Kinds of reader that say neither antenna nor RSSI; all later ones do."""

POWER_DBM = 10
"""Enough for a badge that is held to the reader; more reads pockets."""
SCAN_TIME = 3
"""Tenths of a second that one inventory may take; the least that a reader takes."""

ANSWER_S = 0.3
POLL_S = 1.5
"""An inventory that was not limited yet takes a second."""
GREETINGS = 2

ASK_INFO = frame(bytes((BROADCAST, INFO)))
ASK_TAGS = frame(bytes((BROADCAST, INVENTORY)))
ASK_TAGS_288 = frame(bytes((BROADCAST, INVENTORY, 0x04, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x80, SCAN_TIME)))
"""Q 4, session 0, no mask, target A, the first antenna."""

_INFO_BYTES = 8
_SETTLED = frozenset({"power_set", "scan_time_set", "refused", "other"})
_ENDED = frozenset({"no_tag", "refused"})


def chafon18_dialogue() -> Dialogue:
    """Set the reader up and ask it for tags again and again."""
    yield from _dialogue(ASK_TAGS)


def chafon288_dialogue() -> Dialogue:
    """Set the reader up and ask it for tags again and again."""
    yield from _dialogue(ASK_TAGS_288)


def chafon18_probe() -> Probe:
    """Ask for the reader's information and look whether it is of the older kind."""
    kind = yield from _kind()
    return kind in TYPES_18


def chafon288_probe() -> Probe:
    """Ask for the reader's information and look whether it is of the later kind."""
    kind = yield from _kind()
    return kind is not None and kind not in TYPES_18


def _kind() -> Generator[Step, CodecEvent | None, int | None]:
    info = yield from asked(ASK_INFO, {"info"}, ANSWER_S)
    return info.data[2] if isinstance(info, Answer) and len(info.data) >= _INFO_BYTES else None


def _dialogue(question: bytes) -> Dialogue:
    for _ in range(GREETINGS):
        info = yield from asked(ASK_INFO, {"info"}, ANSWER_S)
        if isinstance(info, Answer):
            yield from _set_up(info.data)
            break
    else:
        return
    misses = 0
    while misses < MISSES:
        heard = yield from _inventory(question)
        misses = 0 if heard is not None else misses + 1
        if isinstance(heard, Answer) and heard.name == "refused":
            question = ASK_TAGS
        yield Rest(POLL_PAUSE_S)


def _set_up(info: bytes) -> Generator[Step, CodecEvent | None, None]:
    wanted = ((6, SET_POWER, POWER_DBM), (7, SET_SCAN_TIME, SCAN_TIME))
    for place, command, value in wanted:
        if info[place : place + 1] != bytes((value,)):
            yield from asked(frame(bytes((BROADCAST, command, value))), _SETTLED, ANSWER_S)


def _inventory(question: bytes) -> Asking:
    """Ask for tags and wait for the last frame of the reply."""
    yield from drained()
    heard = yield from asked(question, _ENDED, POLL_S, or_tag=True)
    while isinstance(heard, Read) and heard.raw[3] == MORE_FRAMES:
        more = yield from awaited(_ENDED, ANSWER_S, or_tag=True)
        if more is None:
            break
        heard = more
    return heard
