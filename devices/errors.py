"""What can go wrong with a device.

DeviceError
├── PortAbsent        no such port
├── PortBusy          another program holds it
├── PortDenied        this user may not open it
├── PortUnusable      exists, but is no serial port, or its address has no meaning
├── LinkLost          was open, stopped working
├── NotAnswering      a reader that is asked says nothing
├── NotRecognised     a port on which no reader was recognised
├── BadFrames         damaged frames pile up
├── WrongModel        the reader speaks, but not as its model should
├── UnknownModel      no reader of that name
├── NoCodeReader      the library that reads QR codes in pictures is not installed
└── CaptureDamaged    a recorded capture cannot be read
"""

from __future__ import annotations


class DeviceError(Exception):
    """Anything that keeps a device from giving readings."""


class PortAbsent(DeviceError):
    """There is no such port."""


class PortBusy(DeviceError):
    """Another program holds the port."""


class PortDenied(DeviceError):
    """This user may not open the port."""


class PortUnusable(DeviceError):
    """The port is no serial port, or its address has no meaning."""


class LinkLost(DeviceError):
    """The port was open and stopped working."""


class NotAnswering(DeviceError):
    """A reader that must answer said nothing."""


class NotRecognised(DeviceError):
    """No reader was recognised on the port, so its owner must name it."""


class BadFrames(DeviceError):
    """Damaged frames pile up; ``count`` since the last good one, ``sample`` is the latest."""

    def __init__(self, count: int, sample: bytes) -> None:
        super().__init__(f"{count} damaged frames, the last {sample.hex(' ')}; check the cable, then the reader")
        self.count = count
        self.sample = sample


class WrongModel(DeviceError):
    """The reader speaks, but not as its configured model."""


class UnknownModel(DeviceError):
    """No reader of that name is known."""


class NoCodeReader(DeviceError):
    """The library that reads QR codes in pictures is not installed: the extra ``camera``."""


class CaptureDamaged(DeviceError):
    """A recorded capture cannot be read."""
