"""All readers of one tablet: where each hangs, its link, and what is to be seen of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path

from devices.assignment import assigned
from devices.detection import Recognised
from devices.detector import Opener
from devices.memory import Memory, Place
from devices.ports import FoundPort, list_ports, open_port, resolved_path
from devices.reading import LinkState
from devices.recording import Recording
from devices.searching import allowance_of, choice_key, place_of
from devices.slot import (
    AUTO,
    ReaderView,
    Reports,
    Slot,
    Surroundings,
    Wanted,
)
from devices.trial import TrialView

__all__ = ["AUTO", "LOOK_EVERY_S", "ReaderView", "Reports", "Station", "Wanted"]

LOOK_EVERY_S = 2.0
"""How often ports are listed while a reader is missing; it costs about a millisecond."""

MOST_CAPTURES = 20
"""Most recordings that are kept; the oldest make room."""


class Station:
    """The readers; may be used from any thread.

    Args:
        chosen: what was chosen by hand, changed in place by a choice.
        captures: folder for recordings, made when the first is written; None: recordings are thrown away.
    """

    def __init__(
        self,
        wanted: Sequence[Wanted],
        reports: Reports,
        *,
        memory: Memory | None = None,
        chosen: MutableMapping[str, Recognised] | None = None,
        captures: Path | None = None,
        ports: Callable[[], list[FoundPort]] = list_ports,
        opener: Opener = open_port,
        clock: Callable[[], float] = time.monotonic,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._chosen: MutableMapping[str, Recognised] = {} if chosen is None else chosen
        self._ports = ports
        self._memory = memory or Memory()
        around = Surroundings(reports, self._memory, self._chosen, ports, opener, clock)
        self._slots = [Slot(one, around) for one in wanted]
        self._captures = captures
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="readers", daemon=True)

    def start(self) -> None:
        """Open the readers; those of a model that nobody knows are told as absent, and the others go on."""
        for slot in self._slots:
            if slot.wanted.port != AUTO:
                slot.connect(slot.wanted.port)
        self._thread.start()

    def stop(self) -> None:
        """Close all; nothing is reported afterwards."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            for slot in self._slots:
                slot.close()

    def views(self) -> list[ReaderView]:
        """Return what is to be seen of each reader, in the order in which they are wanted."""
        return [slot.view() for slot in self._slots]

    def look(self) -> None:
        """Look for the ports of readers that are missing, and give each one to try."""
        with self._lock:
            if not any(slot.is_missing for slot in self._slots):
                return
            listed = self._ports()
            named = {resolved_path(slot.address) for slot in self._slots if not slot.is_seeking and slot.address}
            free = {
                place_of(port): port
                for port in listed
                if port.path not in named and allowance_of(port, listed) == "search"
            }
            seeking = {slot.wanted.name: slot for slot in self._slots if slot.is_seeking}
            for slot in seeking.values():
                slot.note_tries(free)
            known = {place: model for place in free if (model := self._known(place))}
            places = assigned([slot.seeker() for slot in seeking.values()], list(free), known)
            moved = [seeking[name] for name, place in places.items() if seeking[name].is_moved(place, free)]
            for slot in moved:
                slot.disconnect()
            for slot in moved:
                place = places[slot.wanted.name]
                if place is None:
                    slot.tell(LinkState.ABSENT)
                else:
                    slot.connect(free[place].address, place)

    def begin_trial(self, name: str) -> bool:
        """Give a reader's port to a trial by hand; return False where there is no port to try."""
        with self._lock:
            slot = self._slot(name)
            slot.begin_trial()
            return slot.trial is not None

    def trial(self, name: str) -> TrialView | None:
        """Return how a reader's trial stands, None when there is none."""
        trial = self._slot(name).trial
        return None if trial is None else trial.view()

    def next_speed(self, name: str) -> None:
        """Let a reader's trial listen at the next speed."""
        if (trial := self._slot(name).trial) is not None:
            trial.next_speed()

    def end_trial(self, name: str, model: str = "") -> None:
        """Take the port back from a trial; a model that was chosen is the reader's from now on."""
        with self._lock:
            self._slot(name).end_trial(model)

    def record(self, name: str, *, with_values: bool) -> bool:
        """Write down what a reader's line carries from now on; return False where there is none, or it is under way."""
        with self._lock:
            return self._slot(name).record(with_values=with_values)

    def _run(self) -> None:
        while not self._closing.is_set():
            self.look()
            for slot in self._slots:
                if (recording := slot.recorded()) is not None and self._captures is not None:
                    slot.capture = _written(self._captures, slot.wanted.name, recording)
            self._closing.wait(self._look_every_s)

    def _slot(self, name: str) -> Slot:
        return next(slot for slot in self._slots if slot.wanted.name == name)

    def _known(self, place: Place) -> str:
        reader = self._chosen.get(choice_key("", place)) or self._memory.recall(place)
        return reader.model if reader is not None else ""


def _written(folder: Path, name: str, recording: Recording) -> str:
    """Write a recording into its own file and return its path; empty when the disk does not take it."""
    file = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{name}.jsonl"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for oldest in sorted(folder.glob("*.jsonl"))[: -MOST_CAPTURES + 1]:
            oldest.unlink(missing_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as opened:
            opened.write(recording.text())
    except OSError:
        return ""
    return str(file)
