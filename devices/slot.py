"""One reader as its owner wants it, and what has become of it: its port, its link, a trial, a recording."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, MutableMapping
from typing import Literal, Protocol

from msgspec import Struct

from devices.assignment import Seeker
from devices.detection import Recognised, at_baud, can_be_recognised
from devices.detector import IsOver, Opener
from devices.errors import DeviceError, PortAbsent, UnknownModel
from devices.holders import Holder, holder_of
from devices.link import Link
from devices.memory import Memory, Place
from devices.models import MODELS, Model, Role, model_named
from devices.ports import FoundPort, resolved_path
from devices.position import Fix
from devices.reading import Fault, LinkState, Reading
from devices.recording import Recording
from devices.searching import Search, allowance_of, choice_key, found_at
from devices.traffic import Seen
from devices.trial import Trial

AUTO = "auto"
"""Said instead of a port or a model: find it."""


class Wanted(Struct, frozen=True):
    """A reader as its owner wants it; ``port`` and ``model`` may be `AUTO`, ``role`` empty for the model's own."""

    name: str
    port: str
    model: str
    role: Role | Literal[""] = ""


class Reports(Protocol):
    """Who is told what readers do; called in their threads, one at a time for each reader."""

    def read(self, name: str, reading: Reading) -> object:
        """Take a reading."""

    def stands(self, name: str, role: str, state: LinkState) -> object:
        """Take a state that has changed; the role is empty while it is not known."""

    def damaged(self, name: str, fault: Fault) -> object:
        """Take a fault."""

    def located(self, name: str, fix: Fix, at_s: float) -> object:
        """Take a position and the monotonic time of it."""


class Surroundings(Struct, frozen=True):
    """What all readers of a tablet share.

    Attributes:
        chosen: what somebody chose by hand, by the port's `choice_key`; counts more than what was configured.
        ports: lists the ports of the machine.
    """

    reports: Reports
    memory: Memory
    chosen: MutableMapping[str, Recognised]
    ports: Callable[[], list[FoundPort]]
    opener: Opener
    clock: Callable[[], float]


class ReaderView(Struct, frozen=True):
    """What is to be seen of a reader.

    Attributes:
        port: where it is, or is looked for; empty while it is nowhere.
        role: empty while it is not known.
        model: empty while it is not known.
        trouble: why it is not ready, None when it is.
        holder: who holds its port, where that is the trouble and can be seen.
        read_age_s: seconds since a tag or a text was read, None before the first.
        recording_s: seconds that a recording goes on, 0 without one.
        capture: path of the file into which was recorded last; empty before.
    """

    name: str
    role: str
    port: str
    model: str
    state: LinkState
    trouble: DeviceError | None
    holder: Holder | None
    seen: Seen
    read_age_s: float | None
    recording_s: float
    capture: str


class Slot:
    """One wanted reader.

    Attributes:
        place: the port it is on or searched on, None for one that its owner named or while it is nowhere.
        was_at: the port it was ready on last.
        tried: the ports on which it was not recognised.
        link: its link, None while it is nowhere or tried out by hand.
        trial: the trial that is under way.
        recording: what is being written down.
        capture: path of the file into which was recorded last; empty before.
    """

    def __init__(self, wanted: Wanted, around: Surroundings) -> None:
        self.wanted = wanted
        self._around = around
        self._models = _models_for(wanted)
        self.address = "" if wanted.port == AUTO else wanted.port
        self.place: Place | None = None
        self.was_at: Place | None = None
        self.tried: frozenset[Place] = frozenset()
        self.link: Link | None = None
        self.trial: Trial | None = None
        self.recording: Recording | None = None
        self.state: LinkState | None = None
        self.capture = ""

    @property
    def is_seeking(self) -> bool:
        """Whether its port is to be found."""
        return self.wanted.port == AUTO and bool(self._models) and self.trial is None

    @property
    def has_failed(self) -> bool:
        """Whether it was searched for where it is, in vain."""
        in_vain = {LinkState.SILENT, LinkState.BUSY, LinkState.DENIED}
        return self.link is not None and self.link.model is None and self.state in in_vain

    @property
    def is_missing(self) -> bool:
        """Whether its port is to be looked for now."""
        return self.is_seeking and (
            self.link is None or self.has_failed or self.state in {LinkState.LOST, LinkState.ABSENT}
        )

    def seeker(self) -> Seeker:
        """Return how it stands for the assignment of ports."""
        return Seeker(
            self.wanted.name,
            frozenset(model.name for model in self._models),
            is_searched=any(map(can_be_recognised, self._models)),
            at=self.place,
            was_at=self.was_at,
            is_found=self.link is not None and self.link.model is not None,
            has_failed=self.has_failed,
            tried=self.tried,
        )

    def note_tries(self, free: Container[Place]) -> None:
        """Note where it was not recognised, as far as those ports are still there."""
        here = {self.place} if self.has_failed and self.place is not None else set()
        self.tried = frozenset(place for place in self.tried | here if place in free)

    def is_moved(self, place: Place | None, free: Container[Place]) -> bool:
        """Return whether it has to leave its port, or gets one; a port that is gone may come back."""
        if place is None:
            return self.link is None or self.place in free
        return place != self.place or self.link is None

    def connect(self, address: str, place: Place | None = None) -> None:
        """Be on a port from now on."""
        self.disconnect()
        self.place, self.address = place, address
        around = self._around
        model = self._model_at(address, place)
        if model is None:
            self.tell(LinkState.ABSENT)
            return
        self.link = Link(
            address,
            model,
            on_reading=lambda reading: around.reports.read(self.wanted.name, reading),
            on_state=self._note_state,
            on_fault=lambda fault: around.reports.damaged(self.wanted.name, fault),
            on_fix=lambda fix, at_s: around.reports.located(self.wanted.name, fix, at_s),
            clock=around.clock,
            opener=around.opener,
        )
        self.link.recording = self.recording
        self.link.start()

    def disconnect(self) -> None:
        """Give the port back."""
        if self.link is not None:
            self.link.close()
        self.link, self.place = None, None
        self.address = "" if self.wanted.port == AUTO else self.wanted.port

    def close(self) -> None:
        """Give everything back."""
        if self.trial is not None:
            self.trial.close()
        self.trial = None
        self.disconnect()

    def tell(self, state: LinkState) -> None:
        """Report a state that no link reports."""
        if state is not self.state:
            self.state = state
            self._around.reports.stands(self.wanted.name, self.role, state)

    @property
    def role(self) -> str:
        """What it is for, as far as that is known."""
        model = self.link.model if self.link is not None else None
        if not self.wanted.role and model is None and len(self._models) == 1:
            model = self._models[0]
        return self.wanted.role or (model.role if model is not None else "")

    def begin_trial(self) -> None:
        """Give the port to a trial."""
        if self.trial is not None or not self.address:
            return
        address, place, around = self.address, self.place, self._around
        self.disconnect()
        self.place, self.address = place, address
        listed = around.ports()
        port = found_at(address, listed)
        may_ask = port is None or allowance_of(port, listed) != "never"
        self.trial = Trial(address, MODELS.values(), may_ask=may_ask, opener=around.opener, clock=around.clock)
        self.trial.start()

    def end_trial(self, model: str = "") -> None:
        """Take the port back, with the model that was chosen."""
        trial, self.trial = self.trial, None
        if trial is None:
            return
        trial.close()
        if model:
            fit = trial.recognised(model) or Recognised(model, model_named(model).line.baud)
            self._around.chosen[choice_key(self.address, self.place)] = fit
        self.connect(self.address, self.place)

    def record(self, *, with_values: bool) -> bool:
        """Write down what comes from now on; return whether there is anything to write down."""
        if self.link is None or self.recording is not None:
            return False
        model = self.link.model.name if self.link.model is not None else ""
        now = self._around.clock()
        self.recording = Recording(now, model=model, with_values=with_values, salt=os.urandom(16))
        self.link.recording = self.recording
        return True

    def recorded(self) -> Recording | None:
        """Return a recording that has ended, once."""
        recording = self.recording
        if recording is None or not recording.is_over(self._around.clock()):
            return None
        self.recording = None
        if self.link is not None:
            self.link.recording = None
        return recording

    def view(self) -> ReaderView:
        """Return what is to be seen of it; from any thread."""
        link, recording, now = self.link, self.recording, self._around.clock()
        state = self.state or LinkState.OPENING
        seen = link.traffic.seen(now) if link is not None else Seen()
        model = link.model.name if link is not None and link.model is not None else ""
        is_busy = state is LinkState.BUSY and bool(self.address)
        return ReaderView(
            name=self.wanted.name,
            role=self.role,
            port=self.address,
            model=model or (self.wanted.model if self.wanted.model != AUTO else ""),
            state=state,
            trouble=link.trouble if link is not None else self._trouble(),
            holder=holder_of(resolved_path(self.address)) if is_busy else None,
            seen=seen,
            read_age_s=None if seen.read_at_s is None else max(0.0, now - seen.read_at_s),
            recording_s=recording.left_s(now) if recording is not None else 0.0,
            capture=self.capture,
        )

    def _note_state(self, state: LinkState) -> None:
        if state is LinkState.READY:
            self.was_at, self.tried = self.place, frozenset()
        self.state = state
        self._around.reports.stands(self.wanted.name, self.role, state)

    def _trouble(self) -> DeviceError:
        if not self._models:
            return UnknownModel(f"no reader model {self.wanted.model!r}")
        return PortAbsent("no port on which it could be; plug the reader in")

    def _model_at(self, address: str, place: Place | None) -> Model | Callable[[IsOver], Model | None] | None:
        """Return the port's reader, or what searches for it; None when nobody knows its model."""
        chosen = self._around.chosen.get(choice_key(address, place))
        if chosen is not None and chosen.model in MODELS:
            return at_baud(model_named(chosen.model, self.wanted.role), chosen.baud)
        if not self._models:
            return None
        is_named = self.wanted.model != AUTO
        if is_named and (place is None or not can_be_recognised(self._models[0])):
            return self._models[0]
        around = self._around
        search = Search(
            address,
            self._models,
            place=place,
            memory=around.memory,
            ports=around.ports,
            opener=around.opener,
            clock=around.clock,
        )
        return search.search


def _models_for(wanted: Wanted) -> tuple[Model, ...]:
    if wanted.model != AUTO:
        try:
            return (model_named(wanted.model, wanted.role),)
        except UnknownModel:
            return ()
    return tuple(model for model in MODELS.values() if wanted.role in ("", model.role))
