"""One thread per port: open it, turn its bytes into readings, get it back when it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from devices.backoff import BackOff, Retries
from devices.codecs.base import Answer, CodecEvent, Located, Read
from devices.dialogue import MakeDialogue
from devices.driving import SILENCE_S, Driver
from devices.errors import BadFrames, DeviceError, LinkLost, NotAnswering, PortAbsent, PortBusy
from devices.faults import FaultWatch
from devices.models import LineSettings, Model
from devices.ports import Port, open_port
from devices.position import Fix
from devices.presence import LEAVE_AFTER_S, Presence, SecondReads
from devices.reading import Fault, FaultReason, LinkState, Quality, Reading
from devices.recording import Recording
from devices.traffic import Traffic

__all__ = ["SILENCE_S", "Link"]

STEADY_S = 5.0
"""A dialogue that went on for so long had a reader; the next one is begun without a pause."""

Opener = Callable[[str, LineSettings], Port]
"""Opens the port at an address; raises a DeviceError that says why it cannot."""

Pause = Callable[[threading.Event, float], bool]
"""Waits that many seconds, or until the event is set; says whether it is."""


class Link:
    """Keeps one reader connected and reports what it reads.

    The callbacks are called in the link's own thread, one at a time, and must not raise or wait: post a
    message and return. A state is reported when it changes; a reading once for each arrival of its tag, and once more
    when a reader without a check has read the tag a second time. A reader that must be asked is ready when it has
    answered, and silent when its dialogue has given up.

    Attributes:
        state: as last reported, None before the start.
        trouble: why it is not ready, None when it is.
        traffic: what was counted on the line.
        recording: where to write down what comes, None for nowhere; may be set from any thread.

    Args:
        port_path: a path, ``by-id:``, ``by-path:`` or URL, as ``devices.ports`` takes it.
        model: the reader that is expected there.
        on_fix: told each position of a receiver and the link's time of it.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        port_path: str,
        model: Model,
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
        self.model = model
        self.state: LinkState | None = None
        self.trouble: DeviceError | None = None
        self._on_reading, self._on_state, self._on_fault = on_reading, on_state, on_fault
        self._on_fix = on_fix
        self._clock = clock
        self._retries, self._questions = Retries(back_off), Retries(back_off)
        self._opener = opener
        self._pause = pause
        self._codec = model.codec()
        self._presence = Presence(leave_after_s)
        self._seconds = None if model.is_sure else SecondReads()
        self._watch = FaultWatch()
        self.traffic = Traffic()
        self.recording: Recording | None = None
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
        while (port := self._connected()) is not None:
            self._port = port
            try:
                self._pump(port)
            except LinkLost as lost:
                self._enter(LinkState.LOST, lost)
            finally:
                self._port = None
                port.close()

    def _connected(self) -> Port | None:
        """Return the open port, however long that takes, or None when the link is closing."""
        while not self._closing.is_set():
            delay_s = self._retries.attempt(self._clock())
            if delay_s and self._pause(self._closing, delay_s):
                break
            try:
                return self._opener(self.port_path, self.model.line)
            except DeviceError as refused:
                self._enter(_state_of(refused), refused)
        return None

    def _pump(self, port: Port) -> None:
        self._codec.reset()
        self._watch.clear()
        driver = Driver(
            port, self._codec, clock=self._clock, is_over=self._closing.is_set, heard=self._heard, saw=self._saw
        )
        if self.model.dialogue is None:
            self._enter(LinkState.READY)
            driver.listen()
        else:
            self._enter(LinkState.OPENING)
            self._converse(driver, self.model.dialogue)

    def _converse(self, driver: Driver, dialogue: MakeDialogue) -> None:
        """Talk with the reader until the link is closing; whenever it says nothing, wait and begin again."""
        self._questions.worked()
        while not self._closing.is_set():
            driver.rest(self._questions.attempt(self._clock()))
            began_s = self._clock()
            driver.perform(dialogue())
            if self._clock() - began_s >= STEADY_S:
                self._questions.worked()
            if not self._closing.is_set() and not self._watch.is_faulty:
                self._enter(LinkState.SILENT, NotAnswering(f"{self.port_path}: no {self.model.name} answers"))

    def _saw(self, data: bytes) -> None:
        self._retries.worked()
        if data:
            self.traffic.saw(data, self._clock())
            if (recording := self.recording) is not None:
                recording.saw(data)

    def _heard(self, events: list[CodecEvent]) -> None:
        now = self._clock()
        self.traffic.heard(events, now)
        if (recording := self.recording) is not None:
            recording.heard(events, now)
        for event in events:
            if isinstance(event, Fault):
                self._deliver_fault(event)
            else:
                self._deliver_good(event)

    def _deliver_good(self, event: Read | Answer | Located) -> None:
        now = self._clock()
        self._watch.good()
        self._enter(LinkState.READY)
        if isinstance(event, Read):
            self._deliver_read(event, now)
        elif isinstance(event, Located) and self._on_fix is not None:
            self._on_fix(event.fix, now)

    def _deliver_read(self, read: Read, now: float) -> None:
        has_arrived = self._presence.arrived(read.value, now)
        if has_arrived:
            self._report(read, now, "checked" if self._seconds is None else "unchecked")
        if self._seconds is not None and self._seconds.is_second(read.value, now, has_arrived=has_arrived):
            self._report(read, now, "repeated")

    def _report(self, read: Read, now: float, quality: Quality) -> None:
        model = self.model
        self._on_reading(Reading(model.medium, read.value, read.raw, model.name, self.port_path, now, quality))

    def _deliver_fault(self, fault: Fault) -> None:
        was_faulty = self._watch.is_faulty
        if self._watch.bad(fault.sample, self._clock()):
            self._on_fault(Fault(FaultReason.BAD_FRAMES, fault.sample))
            self._enter(LinkState.FAULTY, BadFrames(self._watch.count, fault.sample))
        elif not was_faulty:
            self._on_fault(fault)

    def _enter(self, state: LinkState, trouble: DeviceError | None = None) -> None:
        self.trouble = trouble
        if state is not self.state:
            self.state = state
            self._on_state(state)


def _state_of(refused: DeviceError) -> LinkState:
    if isinstance(refused, PortAbsent):
        return LinkState.ABSENT
    if isinstance(refused, PortBusy):
        return LinkState.BUSY
    return LinkState.DENIED
