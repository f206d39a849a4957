"""What the events of one reader mean: tags that arrived, damage that piles up, positions."""

from __future__ import annotations

from collections.abc import Callable

from devices.codecs.base import Answer, CodecEvent, Located, Read
from devices.errors import BadFrames, DeviceError
from devices.faults import FaultWatch
from devices.models import Model
from devices.position import Fix
from devices.presence import Presence, SecondReads
from devices.reading import Fault, FaultReason, LinkState, Quality, Reading


class Hearing:
    """Turns a model's events into reports; presence outlives a plug that flutters, damage does not.

    Args:
        port_path: where the reader is, for the readings.
        enter: told the state that an event leads to, and the trouble behind it.
    """

    def __init__(
        self,
        model: Model,
        port_path: str,
        *,
        presence: Presence,
        on_reading: Callable[[Reading], object],
        on_fault: Callable[[Fault], object],
        on_fix: Callable[[Fix, float], object] | None,
        enter: Callable[[LinkState, DeviceError | None], object],
    ) -> None:
        self.model = model
        self._port_path = port_path
        self._presence = presence
        self._seconds = None if model.is_sure else SecondReads()
        self._watch = FaultWatch()
        self._on_reading, self._on_fault, self._on_fix = on_reading, on_fault, on_fix
        self._enter = enter

    @property
    def is_faulty(self) -> bool:
        """Whether damage piles up."""
        return self._watch.is_faulty

    def begin(self) -> None:
        """Start afresh on a port that was just opened."""
        self._watch.clear()

    def take(self, events: list[CodecEvent], now: float) -> None:
        """Report what events mean."""
        for event in events:
            if isinstance(event, Fault):
                self._take_fault(event, now)
            else:
                self._take_good(event, now)

    def _take_good(self, event: Read | Answer | Located, now: float) -> None:
        self._watch.good()
        self._enter(LinkState.READY, None)
        if isinstance(event, Read):
            self._take_read(event, now)
        elif isinstance(event, Located) and self._on_fix is not None:
            self._on_fix(event.fix, now)

    def _take_read(self, read: Read, now: float) -> None:
        has_arrived = self._presence.arrived(read.value, now)
        if has_arrived:
            self._report(read, now, "checked" if self._seconds is None else "unchecked")
        if self._seconds is not None and self._seconds.is_second(read.value, now, has_arrived=has_arrived):
            self._report(read, now, "repeated")

    def _report(self, read: Read, now: float, quality: Quality) -> None:
        model = self.model
        self._on_reading(Reading(model.medium, read.value, read.raw, model.name, self._port_path, now, quality))

    def _take_fault(self, fault: Fault, now: float) -> None:
        was_faulty = self._watch.is_faulty
        if self._watch.bad(fault.sample, now):
            self._on_fault(Fault(FaultReason.BAD_FRAMES, fault.sample))
            self._enter(LinkState.FAULTY, BadFrames(self._watch.count, fault.sample))
        elif not was_faulty:
            self._on_fault(fault)
