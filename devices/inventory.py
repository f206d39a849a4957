"""Every serial port of this machine with what is worth knowing before a reader is looked for there."""

from __future__ import annotations

import os
from collections.abc import Callable

from msgspec import Struct

from devices.detection import Allowance, Recognised
from devices.detector import Detector
from devices.errors import DeviceError
from devices.holders import Holder, holder_of
from devices.models import MODELS
from devices.ports import FoundPort, list_ports
from devices.searching import allowance_of


class PortFacts(Struct, frozen=True):
    """One port.

    Attributes:
        allowance: whether readers are searched there.
        may_open: whether this account may open it.
        holder: who holds it, None when nobody does or nobody is seen.
    """

    port: FoundPort
    allowance: Allowance
    may_open: bool
    holder: Holder | None


def survey(ports: Callable[[], list[FoundPort]] = list_ports) -> list[PortFacts]:
    """Return every port, ordered by path; nothing is opened."""
    listed = ports()
    return [
        PortFacts(port, allowance_of(port, listed), os.access(port.path, os.R_OK | os.W_OK), holder_of(port.path))
        for port in listed
    ]


def probe(address: str) -> Recognised | DeviceError | None:
    """Return the reader on a port after listening and asking once, why it could not be asked, or None for unknown."""
    found: list[Recognised] = []
    try:
        Detector(address, MODELS.values(), found=found.append).search(lambda: False)
    except DeviceError as exc:
        return exc
    return found[0] if found else None
