"""A link that searches its port: found, not recognised, doubted, and never doubted when its owner named it."""

import threading
from abc import ABC, abstractmethod

import pytest

from devices.detection import (
    WITHIN_S,
    Recognised,
)
from devices.emulator.em4100 import em4100_frame
from devices.errors import LinkLost, NotRecognised, PortBusy
from devices.link import DOUBT_S, Link
from devices.models import Model
from devices.reading import LinkState, Reading
from tests.devices.sockets import (
    ALL,
    CARD,
    EM4100,
    FIRST,
    PATIENCE_S,
    SECOND,
    Socket,
)
from tests.devices.talking import ASK, HELLO, Wire

# Inside the link ------------------------------------------------------------------------------------------------------


class Searching(ABC):
    """A link that searches its port, and all it reports."""

    def __init__(self, socket: Socket, *models: Model, before: Recognised | None = None) -> None:
        self.log: list[object] = []
        self.ended = threading.Event()
        self.link = Link(
            "port",
            socket.detector(*models, before=before).search,
            on_reading=self._note,
            on_state=self._note,
            on_fault=self._note,
            clock=lambda: socket.now,
            opener=socket.open,
            pause=lambda closing, _delay_s: closing.is_set(),
        )

    def _note(self, entry: object) -> None:
        self.log.append(entry)
        if self.ends_with(entry):
            self.ended.set()
            # From here on nothing more is to happen.
            self.link.close()

    @abstractmethod
    def ends_with(self, entry: object) -> bool:
        """Say whether nothing more is to happen."""

    def play(self) -> list[object]:
        self.link.start()
        assert self.ended.wait(PATIENCE_S)
        self.link.close()
        return self.log


def test_a_link_searches_its_port_and_then_reads() -> None:
    class UntilRead(Searching):
        def ends_with(self, entry: object) -> bool:
            return isinstance(entry, Reading)

    socket = Socket(says=[(0.1, CARD + CARD), (0.5, em4100_frame("010063E9AE"))])
    playing = UntilRead(socket, *ALL)
    log = playing.play()
    assert log[:2] == [LinkState.OPENING, LinkState.READY]
    assert isinstance(log[2], Reading)
    assert (log[2].value, playing.link.model) == ("010063E9AE", EM4100)


def test_a_link_whose_reader_is_not_recognised_is_silent_and_says_why() -> None:
    class UntilSilent(Searching):
        def ends_with(self, entry: object) -> bool:
            return entry is LinkState.SILENT

    playing = UntilSilent(Socket(), *ALL)
    assert playing.play() == [LinkState.OPENING, LinkState.SILENT]
    assert isinstance(playing.link.trouble, NotRecognised)
    assert playing.link.model is None


@pytest.mark.parametrize(("refusal", "state"), [(PortBusy("held"), LinkState.BUSY), (LinkLost("gone"), LinkState.LOST)])
def test_a_port_that_cannot_be_searched_has_its_state(refusal: Exception, state: LinkState) -> None:
    class UntilRefused(Searching):
        def ends_with(self, entry: object) -> bool:
            return entry is state

    assert UntilRefused(Socket(refusal=refusal), *ALL).play() == [LinkState.OPENING, state]


def test_a_reader_that_falls_silent_is_doubted_and_another_one_is_found() -> None:
    class UntilOther(Searching):
        def ends_with(self, entry: object) -> bool:
            if entry is LinkState.SILENT:
                socket.baud, socket.answers = 57600, {b"second?\r": b"=second\r", HELLO: b"=hello\r", ASK: b"=none\r"}
                self.silent_at_s = socket.now
            return entry is LinkState.READY and self.link.model == SECOND

    socket = Socket({b"first?\r": b"=first\r"}, 115200)
    playing = UntilOther(socket, FIRST, SECOND)
    assert playing.play() == [LinkState.OPENING, LinkState.SILENT, LinkState.OPENING, LinkState.READY]
    assert playing.silent_at_s < socket.now < playing.silent_at_s + DOUBT_S + 3 * WITHIN_S


def test_a_reader_that_was_named_is_never_doubted() -> None:
    wire = Wire(until_s=5 * DOUBT_S)
    log: list[object] = []
    link = Link(
        "wire",
        FIRST,
        on_reading=log.append,
        on_state=log.append,
        on_fault=log.append,
        clock=lambda: wire.now,
        opener=lambda _address, _line: wire,
    )
    link.start()
    assert wire.done.wait(PATIENCE_S)
    link.close()
    assert log == [LinkState.OPENING, LinkState.SILENT]
    assert link.model is FIRST
