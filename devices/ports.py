"""Serial ports: found, opened, and every failure of theirs translated in one place.

An address is a path (``/dev/ttyUSB0``), a stable name (``by-id:NAME``, ``by-path:NAME``) or a URL of the
serial library (``url:socket://HOST:PORT`` or the URL alone).
"""

from __future__ import annotations

import errno
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from devices.errors import DeviceError, LinkLost, PortAbsent, PortBusy, PortDenied, PortUnusable

if TYPE_CHECKING:
    from serial import Serial

    from devices.models import LineSettings

STABLE_NAMES = Path("/dev/serial")
"""Where the system keeps names that survive another order of plugging; ``by-id`` and ``by-path`` below it."""

WRITE_WITHIN_S = 1.0
"""Seconds in which a port must take what is written; a question is some dozen bytes, the system keeps thousands."""

UNWAKEABLE_S = 0.1
"""Longest wait at a URL whose handler has no way to be woken."""

DEVICES = Path("/sys/class/tty")
"""Where the system tells about its ports."""

_URL_SCHEMES = frozenset({"loop", "rfc2217", "socket", "spy"})
"""Handlers of the serial library that work; the others are broken or search for ports by themselves."""

_FAILURES = (OSError, termios.error, TypeError, ValueError)
"""All that the serial library lets through: its own error is an OSError, a hang-up can be any of these."""

_ABSENT = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR, errno.EIO})
_BUSY = frozenset({errno.EAGAIN, errno.EBUSY})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


class Port(Protocol):
    """An open line to a reader; one thread reads and writes, any thread may wake or close."""

    def read(self, wait_s: float) -> bytes:
        """Return what has arrived, waiting for the first byte; empty when the wait passed or wake was called.

        A port that cannot be woken may wait less long.

        Raises:
            LinkLost: the port is gone or closed.
        """

    def write(self, data: bytes) -> None:
        """Send all bytes.

        Raises:
            LinkLost: the port is gone or closed, or takes nothing.
        """

    def wake(self) -> None:
        """End a wait in ``read`` at once; never raises."""

    def close(self) -> None:
        """Give the port back; never raises, may be called again."""


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A serial port of this machine; texts are empty when the system does not say.

    ``address`` is the name that survives re-plugging where there is one, else the path; ``location`` the USB socket,
    ``1-2:1.0``; ``driver`` the system's.
    """

    address: str
    path: str
    description: str
    usb_id: str
    serial_number: str
    location: str
    driver: str = ""


def list_ports() -> list[FoundPort]:
    """Return the serial ports of this machine, ordered by path."""
    from serial.tools.list_ports import comports

    stable = _stable_addresses()
    found = [
        FoundPort(
            address=stable.get(port.device, port.device),
            path=port.device,
            description=port.description if port.description != "n/a" else "",
            usb_id="" if port.vid is None else f"{port.vid:04x}:{port.pid:04x}",
            serial_number=port.serial_number or "",
            location=port.location or "",
            driver=_driver_of(port.device),
        )
        for port in comports()
    ]
    return sorted(found, key=lambda port: port.path)


def open_port(address: str, line: LineSettings) -> Port:
    """Open a port for this program alone, with its control lines low.

    Raises:
        PortAbsent: there is no such port.
        PortBusy: another program holds it.
        PortDenied: this user may not open it.
        PortUnusable: it is no serial port, or the address has no meaning.
    """
    import serial

    with _opening(address):
        line_to_reader = serial.serial_for_url(_resolved(address), do_not_open=True, exclusive=True)
        line_to_reader.baudrate = line.baud
        line_to_reader.write_timeout = WRITE_WITHIN_S
        # A raised DTR resets readers built on microcontrollers, so it is low before the port opens unless it is wanted.
        line_to_reader.dtr = line.raises_dtr
        line_to_reader.rts = False
        line_to_reader.open()
    return _SerialPort(address, line_to_reader)


class _SerialPort:
    """A port of the serial library."""

    def __init__(self, address: str, line_to_reader: Serial) -> None:
        self._address = address
        self._serial = line_to_reader
        self._wake: Callable[[], None] | None = getattr(line_to_reader, "cancel_read", None)
        self._closing = threading.Lock()

    def read(self, wait_s: float) -> bytes:
        """Return what has arrived, waiting for the first byte."""
        if self._wake is None:
            wait_s = min(wait_s, UNWAKEABLE_S)
        with _working(self._address):
            if self._serial.timeout != wait_s:
                self._serial.timeout = wait_s
            # Asking for more than is there would lose it all when the plug is pulled during the wait.
            return bytes(self._serial.read(self._serial.in_waiting or 1))

    def write(self, data: bytes) -> None:
        """Send all bytes."""
        with _working(self._address):
            self._serial.write(data)

    def wake(self) -> None:
        """End a wait in ``read`` at once."""
        # The lock keeps close from pulling the descriptor away in between.
        with self._closing, _ignored():
            if self._wake is not None:
                self._wake()

    def close(self) -> None:
        """Give the port back."""
        with self._closing, _ignored():
            self._serial.close()


def resolved_path(address: str) -> str:
    """Return the path of the port behind an address, with every link followed; an address that is no path as it is."""
    try:
        address = _resolved(address)
    except PortUnusable:
        return address
    return address if "://" in address else str(Path(address).resolve())


def _driver_of(path: str) -> str:
    driver = DEVICES / Path(path).name / "device" / "driver"
    return driver.resolve().name if driver.exists() else ""


def _resolved(address: str) -> str:
    kind, _, rest = address.partition(":")
    if kind in {"by-id", "by-path"}:
        return str(STABLE_NAMES / kind / rest)
    url = rest if kind == "url" else address
    scheme, separator, _ = url.partition("://")
    if separator and scheme.lower() not in _URL_SCHEMES:
        raise PortUnusable(f"{address}: {scheme}:// is not one of {', '.join(sorted(_URL_SCHEMES))}")
    return url


def _stable_addresses() -> dict[str, str]:
    """Return the stable address of each device path; the id of a reader is preferred to the place it is in."""
    return {
        str(name.resolve()): f"{kind}:{name.name}"
        for kind in ("by-path", "by-id")
        for name in sorted((STABLE_NAMES / kind).glob("*"))
    }


@contextmanager
def _opening(address: str) -> Iterator[None]:
    try:
        yield
    except _FAILURES as exc:
        raise _refusal(address, exc) from exc


def _refusal(address: str, exc: Exception) -> DeviceError:
    number = exc.errno if isinstance(exc, OSError) else None
    if number in _ABSENT:
        return PortAbsent(f"{address}: no such port; plug the reader in")
    if number in _BUSY:
        return PortBusy(f"{address}: another program holds this port")
    if number in _DENIED:
        return PortDenied(f"{address}: this user may not open the port; add the user to the group dialout")
    return PortUnusable(f"{address}: not a usable serial port ({exc})")


@contextmanager
def _working(address: str) -> Iterator[None]:
    try:
        yield
    except _FAILURES as exc:
        raise LinkLost(f"{address}: the port stopped working ({exc})") from exc


@contextmanager
def _ignored() -> Iterator[None]:
    try:
        yield
    except _FAILURES:
        return
