"""One thread per port: open it, turn its bytes into readings, get it back when it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from devices.backoff import BackOff, Retries
from devices.codecs.base import CodecEvent
from devices.dialogue import MakeDialogue
from devices.driving import SILENCE_S, Driver
from devices.errors import (
    DeviceError,
    LinkLost,
    NotAnswering,
    NotRecognised,
    PortAbsent,
    PortBusy,
)
from devices.hearing import Hearing
from devices.models import LineSettings, Model
from devices.ports import Port, open_port
from devices.position import Fix
from devices.presence import LEAVE_AFTER_S, Presence
from devices.reading import Fault, LinkState, Reading
from devices.recording import Recording
from devices.traffic import Traffic

__all__ = ["SILENCE_S", "Link"]

STEADY_S = 5.0
"""A dialogue that went on for so long had a reader; the next one is begun without a pause."""

DOUBT_S = 10.0
"""A recognised reader that has said nothing for so long is searched for anew: another one may hang there now."""

Opener = Callable[[str, LineSettings], Port]
"""Opens the port at an address; raises a DeviceError that says why it cannot."""

Pause = Callable[[threading.Event, float], bool]
"""Waits that many seconds, or until the event is set; says whether it is."""

Search = Callable[[Callable[[], bool]], Model | None]
"""Searches the port for its reader; given what says when to give up. Raises a DeviceError as opening does."""


class Link:
    """Keeps one reader connected and reports what it reads.

    The callbacks are called in the link's own thread, one at a time, and must not raise or wait: post a
    message and return. A state is reported when it changes; a reading once for each arrival of its tag, and once more
    when a reader without a check has read the tag a second time. A reader that must be asked is ready when it has
    answered, and silent when its dialogue has given up; a port is silent too while its reader is not recognised.

    Attributes:
        model: the reader, None while it is not recognised.
        state: as last reported, None before the start.
        trouble: why it is not ready, None when it is.
        traffic: what was counted on the line.
        recording: where to write down what comes, None for nowhere; may be set from any thread.

    Args:
        port_path: a path, ``by-id:``, ``by-path:`` or URL, as ``devices.ports`` takes it.
        model: the reader that is expected there, or what searches for it.
        on_fix: told each position of a receiver and the link's time of it.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        port_path: str,
        model: Model | Search,
        *,
        on_reading: Callable[[Reading], object],
        on_state: Callable[[LinkState], object],
        on_fault: Callable[[Fault], object],
        on_fix: Callable[[Fix, float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        back_off: BackOff = BackOff(),  # noqa: B008 - an immutable value
        leave_after_s: float = LEAVE_AFTER_S,
        opener: Opener = open_port,
        pause: Pause = threading.Event.wait,
    ) -> None:
        self.port_path = port_path
        self.model: Model | None = model if isinstance(model, Model) else None
        self._search: Search | None = None if isinstance(model, Model) else model
        self.state: LinkState | None = None
        self.trouble: DeviceError | None = None
        self.traffic = Traffic()
        self.recording: Recording | None = None
        self._on_reading, self._on_state, self._on_fault, self._on_fix = on_reading, on_state, on_fault, on_fix
        self._clock = clock
        self._retries, self._questions = Retries(back_off), Retries(back_off)
        self._opener = opener
        self._pause = pause
        self._presence = Presence(leave_after_s)
        self._hearing = self._hearing_of(self.model) if self.model is not None else None
        self._port: Port | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"link {port_path}", daemon=True)

    def start(self) -> None:
        """Begin; the first state is reported at once. A link is started once."""
        self._thread.start()

    def close(self) -> None:
        """Stop and give the port back; returns when the thread has ended. May be called again."""
        self._closing.set()
        if (port := self._port) is not None:
            port.wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        self._enter(LinkState.OPENING)
        while not self._closing.is_set():
            hearing = self._hearing or self._searched()
            port = None if hearing is None else self._connected(hearing.model)
            if hearing is None or port is None:
                continue
            self._port = port
            try:
                self._pump(port, hearing)
            except LinkLost as lost:
                self._enter(LinkState.LOST, lost)
            finally:
                self._port = None
                port.close()

    def _searched(self) -> Hearing | None:
        """Return what hears the port's reader, or None when it was not recognised this time."""
        if self._search is None or not self._may_try():
            return None
        try:
            model = self._search(self._closing.is_set)
        except DeviceError as refused:
            self._enter(_state_of(refused), refused)
            return None
        self._retries.worked()
        if model is None and not self._closing.is_set():
            self._enter(LinkState.SILENT, NotRecognised(f"{self.port_path}: no reader was recognised; tap a card"))
        self.model = model
        self._hearing = None if model is None else self._hearing_of(model)
        return self._hearing

    def _connected(self, model: Model) -> Port | None:
        """Return the open port, or None when it cannot be opened now."""
        if not self._may_try():
            return None
        try:
            return self._opener(self.port_path, model.line)
        except DeviceError as refused:
            self._enter(_state_of(refused), refused)
            return None

    def _may_try(self) -> bool:
        """Wait until the port may be tried again; return False when the link is closing."""
        delay_s = self._retries.attempt(self._clock())
        return not (delay_s and self._pause(self._closing, delay_s)) and not self._closing.is_set()

    def _pump(self, port: Port, hearing: Hearing) -> None:
        def heard(events: list[CodecEvent]) -> None:
            now = self._clock()
            self.traffic.heard(events, now)
            if (recording := self.recording) is not None:
                recording.heard(events, now)
            hearing.take(events, now)

        hearing.begin()
        codec, is_over = hearing.model.codec(), self._closing.is_set
        driver = Driver(port, codec, clock=self._clock, is_over=is_over, heard=heard, saw=self._saw)
        if hearing.model.dialogue is None:
            self._enter(LinkState.READY)
            driver.listen()
        else:
            self._enter(LinkState.OPENING)
            self._converse(driver, hearing, hearing.model.dialogue)

    def _converse(self, driver: Driver, hearing: Hearing, dialogue: MakeDialogue) -> None:
        """Talk with the reader until the link is closing; whenever it says nothing, wait and begin again."""
        self._questions.worked()
        silent_since_s: float | None = None
        while not self._closing.is_set():
            driver.rest(self._questions.attempt(self._clock()))
            began_s = self._clock()
            driver.perform(dialogue())
            if self._clock() - began_s >= STEADY_S:
                self._questions.worked()
                silent_since_s = None
            if self._closing.is_set() or hearing.is_faulty:
                continue
            self._enter(LinkState.SILENT, NotAnswering(f"{self.port_path}: no {hearing.model.name} answers"))
            silent_since_s = began_s if silent_since_s is None else silent_since_s
            if self._search is not None and self._clock() - silent_since_s >= DOUBT_S:
                self.model = self._hearing = None
                return

    def _saw(self, data: bytes) -> None:
        self._retries.worked()
        if data:
            self.traffic.saw(data, self._clock())
            if (recording := self.recording) is not None:
                recording.saw(data)

    def _hearing_of(self, model: Model) -> Hearing:
        return Hearing(
            model,
            self.port_path,
            presence=self._presence,
            on_reading=self._on_reading,
            on_fault=self._on_fault,
            on_fix=self._on_fix,
            enter=self._enter,
        )

    def _enter(self, state: LinkState, trouble: DeviceError | None = None) -> None:
        self.trouble = trouble
        if state is not self.state:
            self.state = state
            self._on_state(state)


def _state_of(refused: DeviceError) -> LinkState:
    if isinstance(refused, LinkLost):
        return LinkState.LOST
    if isinstance(refused, PortAbsent):
        return LinkState.ABSENT
    if isinstance(refused, PortBusy):
        return LinkState.BUSY
    return LinkState.DENIED
