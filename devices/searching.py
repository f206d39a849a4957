"""Searching a port with what is known of it: what hung there before, and whether it may be asked at all."""

from __future__ import annotations

from collections.abc import Callable

from devices.detection import Allowance, Recognised, allowance
from devices.detector import Detector, IsOver, Opener
from devices.errors import PortUnusable
from devices.memory import Memory, Place
from devices.models import Model
from devices.ports import FoundPort, resolved_path


class Search:
    """Searches a port with what is known of its place at that moment."""

    def __init__(
        self,
        address: str,
        models: tuple[Model, ...],
        *,
        place: Place | None,
        memory: Memory,
        ports: Callable[[], list[FoundPort]],
        opener: Opener,
        clock: Callable[[], float],
    ) -> None:
        self._address = address
        self._models = models
        self._place = place
        self._memory = memory
        self._ports = ports
        self._opener = opener
        self._clock = clock
        self._detector: tuple[Place, Detector] | None = None

    def search(self, is_closing: IsOver) -> Model | None:
        """Return the reader, or None; as `Detector.search`.

        Raises:
            DeviceError: the port cannot be opened, or belongs to a modem.
        """
        listed = self._ports() if self._place is None else []
        port = found_at(self._address, listed)
        if port is not None and allowance_of(port, listed) == "never":
            raise PortUnusable(f"{self._address}: a modem's port, where no reader is searched; name the model")
        place = self._place or (place_of(port) if port is not None else Place(self._address))
        if self._detector is None or self._detector[0] != place:
            self._detector = place, self._detector_at(place)
        return self._detector[1].search(is_closing)

    def _detector_at(self, place: Place) -> Detector:
        def remember(recognised: Recognised) -> None:
            # The path of a port that is not USB says nothing of what hangs there.
            if place.usb_id:
                self._memory.remember(place, recognised)

        return Detector(
            self._address,
            self._models,
            before=self._memory.recall(place),
            found=remember,
            opener=self._opener,
            clock=self._clock,
        )


def place_of(port: FoundPort) -> Place:
    """Return where a port is."""
    return Place(port.location or port.path, port.usb_id, port.serial_number)


def choice_key(address: str, place: Place | None) -> str:
    """Return the name under which the choice for a port is kept: where it is named the name, else the socket."""
    return address if place is None else f"{place.path} {place.usb_id}"


def found_at(address: str, listed: list[FoundPort]) -> FoundPort | None:
    """Return the listed port behind an address."""
    path = resolved_path(address)
    return next((port for port in listed if port.path == path), None)


def allowance_of(port: FoundPort, listed: list[FoundPort]) -> Allowance:
    """Return whether a port may be asked questions, by what the system knows of it and its neighbours."""
    device = (port.usb_id, port.location.partition(":")[0])
    of_device = [other for other in listed if (other.usb_id, other.location.partition(":")[0]) == device]
    return allowance(port.usb_id, port.driver, serial_ports=len(of_device))
