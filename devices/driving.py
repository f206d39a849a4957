"""Doing what a dialogue says on an open port, and hearing all that arrives there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import TypeVar

from devices.codecs.base import Codec, CodecEvent
from devices.dialogue import Expect, Rest, Send, Step
from devices.ports import Port

SILENCE_S = 0.1
"""Silence after which an open frame has ended; readers send a frame without pauses."""

LISTEN_S = 5.0
"""Longest wait for the first byte of a frame; whoever wants it to be over wakes the port."""

KEPT_EVENTS = 64
"""Most events that wait for a dialogue; beyond them the oldest is forgotten by it, not by whoever hears the port."""

T = TypeVar("T")


class Driver:
    """One open port with its framing, for one thread; all that arrives is told at once, whatever is waited for.

    Args:
        heard: told the events of each arrival, in order, and of a silence that ends a frame.
        is_over: asked before each wait; waits end early when it becomes true and the port is woken.
        clock: monotonic seconds.
        saw: told the bytes of each wait before their events; none when it brought silence.
    """

    def __init__(
        self,
        port: Port,
        codec: Codec,
        *,
        clock: Callable[[], float],
        is_over: Callable[[], bool],
        heard: Callable[[list[CodecEvent]], object],
        saw: Callable[[bytes], object] = len,
    ) -> None:
        self._port = port
        self._codec = codec
        self._clock = clock
        self._is_over = is_over
        self._heard = heard
        self._saw = saw
        self._kept: deque[CodecEvent] = deque(maxlen=KEPT_EVENTS)
        self._silent_at: float | None = None

    def listen(self) -> None:
        """Hear what arrives until it is over.

        Raises:
            LinkLost: the port is gone; so do all that follow.
        """
        while not self._is_over():
            self._take(LISTEN_S)
            self._kept.clear()

    def perform(self, steps: Generator[Step, CodecEvent | None, T]) -> T | None:
        """Do the steps one after another and return what they come to, or None when it is over before."""
        self._kept.clear()
        answer: CodecEvent | None = None
        try:
            while not self._is_over():
                step = steps.send(answer)
                answer = None
                if isinstance(step, Send):
                    self._port.write(step.data)
                elif isinstance(step, Rest):
                    self.rest(step.for_s)
                else:
                    answer = self._expect(step)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            steps.close()
        return None

    def rest(self, for_s: float) -> None:
        """Say nothing for so long; what arrives is heard, and kept for a dialogue."""
        until = self._clock() + for_s
        while (remaining_s := until - self._clock()) > 0 and not self._is_over():
            self._take(remaining_s)

    def _expect(self, step: Expect) -> CodecEvent | None:
        until = self._clock() + step.within_s
        while not self._kept and not self._is_over():
            self._take(max(0.0, until - self._clock()))
            if self._clock() >= until:
                break
        return self._kept.popleft() if self._kept else None

    def _take(self, wait_s: float) -> None:
        """Take one arrival, or a silence of at most this length."""
        patience_s = wait_s if self._silent_at is None else max(0.0, self._silent_at - self._clock())
        data = self._port.read(min(wait_s, patience_s))
        self._saw(data)
        if data:
            self._silent_at = self._clock() + SILENCE_S
            self._tell(self._codec.feed(data))
        elif self._silent_at is not None and wait_s >= patience_s:
            self._silent_at = None
            self._tell(self._codec.idle())

    def _tell(self, events: list[CodecEvent]) -> None:
        self._kept.extend(events)
        self._heard(events)
