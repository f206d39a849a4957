"""A dialogue stepped by hand: what it writes, what it hears, in virtual time and without a thread."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from devices.codecs.base import Codec, CodecEvent
from devices.dialogue import Expect, Rest, Send, Step
from devices.emulator import AskedReader

Says = Callable[[bytes], bytes]
"""What a reader says to what is written; nothing is said in empty bytes."""


@dataclass
class Stepped:
    """A dialogue or probe between a framing and a reader; silence lasts as long as it is waited for."""

    steps: Generator[Step, CodecEvent | None, Any]
    codec: Codec
    says: Says
    written: list[bytes] = field(default_factory=list)
    heard: list[CodecEvent] = field(default_factory=list)
    waited_s: float = 0.0
    has_ended: bool = False
    result: object = None

    def __post_init__(self) -> None:
        self._kept: deque[CodecEvent] = deque()
        self._answer: CodecEvent | None = None

    def go(self, until: Callable[[], bool] = lambda: False, most: int = 1000) -> "Stepped":
        """Take steps until it ends, or until that is so, or so many."""
        for _ in range(most):
            if self.has_ended or until():
                break
            self._step()
        return self

    def _step(self) -> None:
        try:
            step = self.steps.send(self._answer)
        except StopIteration as end:
            self.has_ended, self.result = True, end.value
            return
        self._answer = None
        match step:
            case Send():
                self.written.append(step.data)
                self._hear(self.codec.feed(self.says(step.data)))
            case Rest():
                self._pass(step.for_s)
            case Expect():
                self._expect(step.within_s)

    def _expect(self, within_s: float) -> None:
        if not self._kept:
            self._pass(within_s)
        self._answer = self._kept.popleft() if self._kept else None

    def _pass(self, for_s: float) -> None:
        self.waited_s += for_s
        if for_s >= 0.1:
            self._hear(self.codec.idle())

    def _hear(self, events: list[CodecEvent]) -> None:
        self._kept.extend(events)
        self.heard.extend(events)


def nothing(_written: bytes) -> bytes:
    """Say nothing, as a reader that is not there."""
    return b""


def said_by(reader: AskedReader) -> Says:
    """Return what an emulated reader says, without its pseudo-terminal."""
    said: list[bytes] = []
    reader.send = said.append  # type: ignore[method-assign]  # its answers are wanted here, not on a port

    def says(written: bytes) -> bytes:
        reader.hear(written)
        answer = b"".join(said)
        said.clear()
        return answer

    return says
