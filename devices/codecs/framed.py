"""Frames that say their own length: found in a stream, and found again after damage.

A framing looks at one place at a time and says what stands there. Where a frame turns out to be damaged, the search
goes on at its second byte, so a false start costs no good frame; what overlaps a frame that was already blamed is not
blamed again.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from msgspec import Struct

from devices.codecs.base import CodecEvent
from devices.reading import SAMPLE_BYTES, Fault, FaultReason


class Whole(Struct, frozen=True):
    """A frame of so many bytes that holds together, and what it says."""

    size: int
    events: list[CodecEvent]


class Damaged(Struct, frozen=True):
    """So many bytes that were meant as a frame and are not one."""

    size: int
    reason: FaultReason


Found = Whole | Damaged | None
"""What stands at a place where a frame may begin; None for a frame still open."""


class FramedCodec(ABC):
    """Base of the framings that are driven by lengths.

    Each says in ``_find`` where a frame may begin and in ``_frame`` what stands there. Both must come to the same
    answer however many bytes follow, and keep no frame of more than a few hundred bytes open.
    """

    __slots__ = ("_blamed", "_pending")

    def __init__(self) -> None:
        self._pending = b""
        self._blamed = 0

    def feed(self, data: bytes) -> list[CodecEvent]:
        """Take the next bytes and return what they complete."""
        self._pending += data
        return self._search(is_over=False)

    def idle(self) -> list[CodecEvent]:
        """End an open frame as cut, and return what stands behind its start."""
        return self._search(is_over=True)

    def reset(self) -> None:
        """Forget an open frame."""
        self._pending = b""
        self._blamed = 0

    @abstractmethod
    def _find(self, data: bytes, at: int) -> int:
        """Return the next place, from this one on, where a frame may begin; the end of the data when there is none."""

    @abstractmethod
    def _frame(self, data: bytes, at: int, *, is_over: bool) -> Found:
        """Say what stands at such a place; ``is_over`` when no byte will follow."""

    def _has_begun(self, _data: bytes, _at: int) -> bool:
        """Say whether an open frame at this place has shown enough of its start to be missed."""
        return True

    def _search(self, *, is_over: bool) -> list[CodecEvent]:
        data, at = self._pending, 0
        events: list[CodecEvent] = []
        while (at := self._find(data, at)) < len(data):
            found = self._frame(data, at, is_over=is_over)
            if found is None and not is_over:
                break
            if isinstance(found, Whole):
                events += found.events
                at += found.size
            else:
                events += self._faults(data, at, found)
                at += 1
        self._pending = data[at:]
        self._blamed = max(0, self._blamed - at)
        return events

    def _faults(self, data: bytes, at: int, damaged: Damaged | None) -> list[CodecEvent]:
        """Return the fault of a damaged frame, or of one that was cut, unless it was told already."""
        if at < self._blamed or (damaged is None and not self._has_begun(data, at)):
            return []
        end, reason = (len(data), FaultReason.CUT) if damaged is None else (at + damaged.size, damaged.reason)
        self._blamed = end
        return [Fault(reason, data[at : min(end, at + SAMPLE_BYTES)])]


def found_or_end(start: re.Match[bytes] | None, data: bytes) -> int:
    """Return where a pattern was found, or the end of the data."""
    return len(data) if start is None else start.start()
