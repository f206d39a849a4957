"""A reader that must be asked, as small as can be: its framing, its dialogue, a port in virtual time that plays it."""

import os
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from devices.codecs.base import Answer, CodecEvent, Located, Read
from devices.codecs.line import LineCodec
from devices.dialogue import Dialogue, Expect, Rest, Send
from devices.emulator import EmulatedReader
from devices.errors import LinkLost
from devices.models import Model
from devices.position import Fix

HELLO = b"hello\r"
ASK = b"ask\r"
ANSWER_WITHIN_S = 0.5
REST_S = 0.25


class TalkCodec(LineCodec):
    """Lines: ``=word`` is an answer, ``@`` a position, all else a tag."""

    def feed(self, data: bytes) -> list[CodecEvent]:
        return [_understood(event) for event in super().feed(data)]


def _understood(event: CodecEvent) -> CodecEvent:
    if isinstance(event, Read) and event.value.startswith("="):
        return Answer(event.value[1:], b"", event.raw)
    if isinstance(event, Read) and event.value.startswith("@"):
        return Located(Fix(45.6, 126.6, 1), event.raw)
    return event


def asking() -> Dialogue:
    """Greet, then ask for tags for as long as the reader answers."""
    for said in (HELLO, *[ASK] * 1_000_000):
        yield Send(said)
        if (yield Expect(ANSWER_WITHIN_S)) is None:
            return
        yield Rest(REST_S)


ASKED = Model(name="asked", medium="line", role="badge", codec=TalkCodec, dialogue=asking)


@dataclass
class Wire:
    """A port in virtual time: ``says`` makes of what is written what comes back, each with its delay.

    When ``until_s`` has come ``done`` is set and a read waits until it is woken; ``lost_at_s`` hangs it up.
    """

    says: Callable[[bytes], Iterable[tuple[float, bytes]]] = lambda _written: ()
    until_s: float = 60.0
    lost_at_s: float = float("inf")
    now: float = 0.0
    coming: list[tuple[float, bytes]] = field(default_factory=list)
    written: list[tuple[float, bytes]] = field(default_factory=list)
    reads: int = 0
    is_closed: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    _woken: queue.Queue[None] = field(default_factory=queue.Queue)

    def read(self, wait_s: float) -> bytes:
        self.reads += 1
        arrives_s = self.coming[0][0] if self.coming else float("inf")
        then = min(self.now + wait_s, max(arrives_s, self.now))
        if then >= self.lost_at_s:
            self.now = self.lost_at_s
            self.done.set()
            raise LinkLost("wire: gone")
        if then >= self.until_s:
            self.now = self.until_s
            self.done.set()
            self._woken.get(timeout=60)
            return b""
        self.now = then
        return self.coming.pop(0)[1] if arrives_s <= then else b""

    def write(self, data: bytes) -> None:
        if self.now >= self.lost_at_s:
            raise LinkLost("wire: gone")
        self.written.append((self.now, data))
        self.coming += [(self.now + delay_s, said) for delay_s, said in self.says(data)]
        self.coming.sort(key=lambda item: item[0])

    def wake(self) -> None:
        self._woken.put(None)

    def close(self) -> None:
        self.is_closed = True


def answering(*cards: bytes) -> Callable[[bytes], Iterable[tuple[float, bytes]]]:
    """Return a reader that greets back and says one of the cards at each question, then that none is near."""
    waiting = list(cards)

    def says(written: bytes) -> Iterable[tuple[float, bytes]]:
        if written == HELLO:
            return [(0.01, b"=hello\r")]
        return [(0.01, waiting.pop(0) if waiting else b"=none\r")]

    return says


class TalkingReader(EmulatedReader):
    """The same reader on a pseudo-terminal: it greets, and says a card of ``cards`` at each question.

    ``is_mute`` makes it say nothing; one that does not answer at all does not even take what is written.
    """

    def __init__(self, stable_path: Path, *, answers: bool = True) -> None:
        super().__init__(stable_path)
        self.cards: queue.Queue[bytes] = queue.Queue()
        self.is_mute = False
        self.was_opened = False
        self._gone = threading.Event()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        if answers:
            self._listening.start()

    def close(self) -> None:
        self._gone.set()
        if self._listening.is_alive():
            self._listening.join()
        super().close()

    def _listen(self) -> None:
        while not self._gone.wait(0.002):
            with self._lock:
                written = self._written()
            self.was_opened |= bool(written)
            for said in written.splitlines(keepends=True):
                if not self.is_mute:
                    self.send(self._answer(said))

    def _written(self) -> bytes:
        try:
            return b"" if self._master is None else os.read(self._master, 4096)
        except OSError:
            return b""

    def _answer(self, said: bytes) -> bytes:
        if said == HELLO:
            return b"=hello\r"
        return b"=none\r" if self.cards.empty() else self.cards.get() + b"\r"
