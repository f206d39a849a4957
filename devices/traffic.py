"""What went over one line lately: counted where it arrives, looked at from elsewhere once a second."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from devices.codecs.base import CodecEvent, Read
from devices.reading import SAMPLE_BYTES, Fault

WINDOW_S = 60
"""Seconds that are counted."""


class Seen(Struct, frozen=True):
    """What was counted.

    Attributes:
        bytes_in: bytes of the last minute.
        frames: good frames of the last minute: tags, texts, answers, positions.
        failures: damaged frames of the last minute.
        last_frame: beginning of the newest frame, good or damaged; empty before the first.
        read_at_s: when a tag or a text was read last, on the link's clock; None before the first.
    """

    bytes_in: int = 0
    frames: int = 0
    failures: int = 0
    last_frame: bytes = b""
    read_at_s: float | None = None


class _Second:
    __slots__ = ("bytes_in", "failures", "frames", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.bytes_in = self.frames = self.failures = 0


class Traffic:
    """Counts one line, second by second; one thread counts, any may look."""

    __slots__ = ("_last_frame", "_read_at_s", "_seconds")

    def __init__(self) -> None:
        self._seconds: deque[_Second] = deque([_Second(0)], maxlen=WINDOW_S)
        self._last_frame = b""
        self._read_at_s: float | None = None

    def saw(self, data: bytes, now: float) -> None:
        """Count an arrival."""
        self._second(now).bytes_in += len(data)

    def heard(self, events: list[CodecEvent], now: float) -> None:
        """Count what an arrival or a silence completed."""
        if not events:
            return
        failures = sum(isinstance(event, Fault) for event in events)
        second = self._second(now)
        second.failures += failures
        second.frames += len(events) - failures
        last = events[-1]
        self._last_frame = (last.sample if isinstance(last, Fault) else last.raw)[:SAMPLE_BYTES]
        if any(isinstance(event, Read) for event in events):
            self._read_at_s = now

    def seen(self, now: float) -> Seen:
        """Return what was counted in the minute before now."""
        seconds = [second for second in tuple(self._seconds) if second.number > int(now) - WINDOW_S]
        return Seen(
            bytes_in=sum(second.bytes_in for second in seconds),
            frames=sum(second.frames for second in seconds),
            failures=sum(second.failures for second in seconds),
            last_frame=self._last_frame,
            read_at_s=self._read_at_s,
        )

    def _second(self, now: float) -> _Second:
        latest = self._seconds[-1]
        if latest.number != int(now):
            latest = _Second(int(now))
            self._seconds.append(latest)
        return latest
