"""One thread per port: open it, turn its bytes into readings, get it back when it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from devices.backoff import BackOff, Retries
from devices.codecs.base import CodecEvent, Read
from devices.errors import BadFrames, DeviceError, LinkLost, PortAbsent, PortBusy
from devices.faults import FaultWatch
from devices.models import LineSettings, Model
from devices.ports import Port, open_port
from devices.presence import LEAVE_AFTER_S, Presence
from devices.reading import Fault, FaultReason, LinkState, Reading

SILENCE_S = 0.1
"""Silence after which an open frame has ended; readers send a frame without pauses."""

Opener = Callable[[str, LineSettings], Port]
"""Opens the port at an address; raises a DeviceError that says why it cannot."""

Pause = Callable[[threading.Event, float], bool]
"""Waits that many seconds, or until the event is set; says whether it is."""


class Link:
    """Keeps one reader connected and reports what it reads.

    The three callbacks are called in the link's own thread, one at a time, and must not raise or wait: post a
    message and return. A state is reported when it changes; a reading once for each arrival of its tag.

    Args:
        port_path: a path, ``by-id:``, ``by-path:`` or URL, as ``devices.ports`` takes it.
        model: the reader that is expected there.
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
        self._clock = clock
        self._retries = Retries(back_off)
        self._opener = opener
        self._pause = pause
        self._codec = model.codec()
        self._presence = Presence(leave_after_s)
        self._watch = FaultWatch()
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
        self._enter(LinkState.READY)
        is_silent = True
        while not self._closing.is_set():
            data = port.read(SILENCE_S)
            self._retries.worked()
            if data:
                self._deliver(self._codec.feed(data))
            elif not is_silent:
                self._deliver(self._codec.idle())
            is_silent = not data

    def _deliver(self, events: list[CodecEvent]) -> None:
        for event in events:
            if isinstance(event, Read):
                self._deliver_read(event)
            elif isinstance(event, Fault):
                self._deliver_fault(event)

    def _deliver_read(self, read: Read) -> None:
        now = self._clock()
        if self._watch.good():
            self._enter(LinkState.READY)
        if self._presence.arrived(read.value, now):
            self._on_reading(Reading(self.model.medium, read.value, read.raw, self.model.name, self.port_path, now))

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
