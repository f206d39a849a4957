"""Sockets with a reader on each, in virtual time, and models that are recognised in the simplest way."""

import threading
from dataclasses import dataclass, field, replace

from devices.detection import (
    Recognised,
)
from devices.detector import Detector
from devices.dialogue import Expect, Probe, Send
from devices.emulator.em4100 import em4100_frame
from devices.models import MODELS, LineSettings, Model
from devices.ports import Port
from tests.devices.talking import ASKED

CARD = em4100_frame("62E3086CED")
PATIENCE_S = 30.0


def greets(word: bytes, baud: int, *more: int) -> Model:
    """Return a model that is recognised by its answer to a word of its own."""

    def probe() -> Probe:
        yield Send(word + b"?\r")
        event = yield Expect(0.2)
        return getattr(event, "name", None) == word.decode()

    line = LineSettings(baud)
    return replace(ASKED, name=word.decode(), line=line, probe=probe, bauds=(baud, *more))


FIRST = greets(b"first", 115200)
SECOND = greets(b"second", 57600, 9600)
EM4100, LINE = MODELS["em4100"], MODELS["line"]
ALL = (FIRST, EM4100, SECOND, LINE)


@dataclass
class Socket:
    """A place on which one reader hangs that speaks at one speed; what is written at another one is lost."""

    answers: dict[bytes, bytes] = field(default_factory=dict)
    baud: int = 9600
    says: list[tuple[float, bytes]] = field(default_factory=list)
    now: float = 0.0
    opened: list[int] = field(default_factory=list)
    written: list[tuple[int, bytes]] = field(default_factory=list)
    closed: int = 0
    refusal: Exception | None = None
    is_threaded: bool = False
    never: threading.Event = field(default_factory=threading.Event)

    def open(self, _address: str, line: LineSettings) -> Port:
        if self.refusal is not None:
            raise self.refusal
        self.opened.append(line.baud)
        return Line(self, line.baud)

    def detector(self, *models: Model, before: Recognised | None = None) -> Detector:
        self.found: list[Recognised] = []
        return Detector(
            "port", models, before=before, found=self.found.append, opener=self.open, clock=lambda: self.now
        )

    def search(self, *models: Model, before: Recognised | None = None) -> Model | None:
        return self.detector(*models, before=before).search(lambda: False)


class Line:
    def __init__(self, socket: Socket, baud: int) -> None:
        self._socket = socket
        self._baud = baud
        self._answers: list[bytes] = []

    def read(self, wait_s: float) -> bytes:
        socket = self._socket
        if self._answers:
            return self._answers.pop(0)
        comes = socket.says[0][0] if socket.says else float("inf")
        if comes > socket.now + wait_s:
            socket.now += wait_s
            # A line that is silent in a thread of its own must not keep the test's thread from looking.
            socket.never.wait(0.001 if socket.is_threaded else 0.0)
            return b""
        socket.now = max(socket.now, comes)
        _at, data = socket.says.pop(0)
        return data if self._baud == socket.baud else bytes(byte | 0x80 for byte in data)

    def write(self, data: bytes) -> None:
        self._socket.written.append((self._baud, data))
        if self._baud == self._socket.baud and data in self._socket.answers:
            self._answers.append(self._socket.answers[data])

    def wake(self) -> None:
        """Nobody waits."""

    def close(self) -> None:
        self._socket.closed += 1


def second_reader(baud: int = 57600) -> Socket:
    return Socket({b"second?\r": b"=second\r"}, baud)
