"""Serial ports: what they do, and that every failure of the library becomes one of ours."""

import errno
import os
import socket
import termios
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
import serial.tools.list_ports

from devices import ports
from devices.emulator import EmulatedReader
from devices.errors import DeviceError, LinkLost, PortAbsent, PortBusy, PortDenied, PortUnusable
from devices.models import LineSettings
from devices.ports import Port, list_ports, open_port

LINE = LineSettings()
LONG_S = 30.0
"""A wait that no test sees the end of."""


@pytest.fixture
def reader() -> Iterator[EmulatedReader]:
    with EmulatedReader() as emulated:
        yield emulated


@pytest.fixture
def port(reader: EmulatedReader) -> Iterator[Port]:
    opened = open_port(reader.path, LINE)
    yield opened
    opened.close()


def read_all(port: Port, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += port.read(LONG_S)
    return data


def test_bytes_arrive_as_sent(reader: EmulatedReader, port: Port) -> None:
    everything = bytes(range(256))
    reader.send(everything)
    assert read_all(port, 256) == everything


def test_a_read_that_waits_in_vain_is_empty(port: Port) -> None:
    assert port.read(0.0) == b""


def test_wake_ends_a_wait_at_once(port: Port) -> None:
    answers: list[bytes] = []
    waiting = threading.Thread(target=lambda: answers.append(port.read(LONG_S)))
    waiting.start()
    port.wake()
    waiting.join(timeout=LONG_S / 2)
    assert answers == [b""]


def test_wake_before_a_read_ends_that_read(port: Port) -> None:
    port.wake()
    assert port.read(LONG_S) == b""


def test_a_port_that_cannot_be_woken_does_not_wait_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = open_port(f"url:socket://127.0.0.1:{server.getsockname()[1]}", LINE)
        assert port.read(LONG_S * 100) == b""
        port.close()


def test_a_pulled_plug_is_a_lost_link_in_read_and_write(reader: EmulatedReader, port: Port) -> None:
    reader.unplug()
    with pytest.raises(LinkLost, match="stopped working"):
        port.read(LONG_S)
    with pytest.raises(LinkLost):
        port.write(b"?")


def test_a_pulled_plug_ends_a_wait_in_another_thread(reader: EmulatedReader, port: Port) -> None:
    raised: list[DeviceError] = []

    def waiting() -> None:
        try:
            port.read(LONG_S)
        except DeviceError as exc:
            raised.append(exc)

    thread = threading.Thread(target=waiting)
    thread.start()
    reader.unplug()
    thread.join(timeout=LONG_S / 2)
    assert [type(exc) for exc in raised] == [LinkLost]


def test_a_closed_port_is_a_lost_link_and_wakes_and_closes_in_peace(port: Port) -> None:
    port.close()
    port.close()
    port.wake()
    with pytest.raises(LinkLost):
        port.read(0.0)
    with pytest.raises(LinkLost):
        port.write(b"?")


def test_a_second_opening_is_refused_as_busy(reader: EmulatedReader, port: Port) -> None:
    with pytest.raises(PortBusy, match="another program"):
        open_port(reader.path, LINE)


def test_a_port_that_is_not_there_is_absent(tmp_path: Path) -> None:
    with pytest.raises(PortAbsent, match="plug the reader in"):
        open_port(str(tmp_path / "ttyUSB7"), LINE)


@pytest.mark.parametrize("address", ["by-id:usb-nothing", "by-path:pci-nothing"])
def test_a_stable_name_is_looked_up_where_the_system_keeps_them(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: EmulatedReader
) -> None:
    monkeypatch.setattr(ports, "STABLE_NAMES", tmp_path)
    with pytest.raises(PortAbsent):
        open_port(address, LINE)
    kind, _, name = address.partition(":")
    (tmp_path / kind).mkdir()
    (tmp_path / kind / name).symlink_to(reader.path)
    open_port(address, LINE).close()


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(PortUnusable, match="not a usable serial port"):
        open_port(str(path), LINE)


@pytest.mark.parametrize(
    "address", ["", "nonsense://x", "url:alt:///dev/ttyS0?class=PosixPollSerial", "url:rfc2217://"]
)
def test_an_address_without_meaning_is_unusable(address: str) -> None:
    with pytest.raises((PortUnusable, PortAbsent)):
        open_port(address, LINE)


@pytest.mark.parametrize("address", ["loop://", "url:loop://"])
def test_a_url_of_the_serial_library_opens(address: str) -> None:
    port = open_port(address, LINE)
    port.write(b"echo")
    assert read_all(port, 4) == b"echo"
    port.wake()
    port.close()


def test_control_lines_are_low_and_the_port_is_exclusive_before_it_opens(
    reader: EmulatedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_opening: list[tuple[bool, bool, bool]] = []
    opening = serial.Serial.open

    def watched(self: serial.Serial) -> None:
        at_opening.append((self.dtr, self.rts, self.exclusive))
        opening(self)

    monkeypatch.setattr(serial.Serial, "open", watched)
    open_port(reader.path, LINE).close()
    assert at_opening == [(False, False, True)]


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (serial.SerialException(errno.ENOENT, "could not open"), PortAbsent),
        (serial.SerialException(errno.ENODEV, "could not open"), PortAbsent),
        (serial.SerialException(errno.EIO, "could not open"), PortAbsent),
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock"), PortBusy),
        (serial.SerialException(errno.EBUSY, "could not open"), PortBusy),
        (serial.SerialException(errno.EACCES, "could not open"), PortDenied),
        (PermissionError(errno.EPERM, "no"), PortDenied),
        (serial.SerialException("Could not configure port"), PortUnusable),
        (termios.error(errno.EINVAL, "Invalid argument"), PortUnusable),
        (ValueError("invalid URL"), PortUnusable),
        (TypeError("an integer is required"), PortUnusable),
    ],
)
def test_every_failure_to_open_has_its_name(
    failure: Exception, error: type[DeviceError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_args: object, **_settings: object) -> None:
        raise failure

    monkeypatch.setattr(serial, "serial_for_url", refusing)
    with pytest.raises(error, match=r"^/dev/ttyUSB0: ") as raised:
        open_port("/dev/ttyUSB0", LINE)
    assert type(raised.value) is error
    assert raised.value.__cause__ is failure


@pytest.mark.parametrize(
    "failure",
    [
        serial.SerialException("device reports readiness to read but returned no data"),
        OSError(errno.EIO, "Input/output error"),
        termios.error(errno.EIO, "Input/output error"),
        TypeError("'NoneType' object cannot be interpreted as an integer"),
        ValueError("file descriptor cannot be a negative integer (-1)"),
    ],
)
def test_every_failure_of_an_open_port_is_a_lost_link(
    failure: Exception, port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_args: object) -> None:
        raise failure

    for name in ("read", "write", "cancel_read"):
        monkeypatch.setattr(serial.Serial, name, failing)
    with pytest.raises(LinkLost) as raised:
        port.read(0.0)
    assert raised.value.__cause__ is failure
    with pytest.raises(LinkLost):
        port.write(b"?")
    port.wake()


def test_found_ports_have_the_name_that_survives_re_plugging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    for kind, name in (("by-path", "pci-0-usb-0:2"), ("by-id", "usb-1a86_Serial")):
        (tmp_path / kind).mkdir()
        os.symlink(device, tmp_path / kind / name)
    with_id = SimpleNamespace(
        device=str(device), description="USB Serial", vid=0x1A86, pid=0x7523, serial_number=None, location="1-2"
    )
    plain = SimpleNamespace(
        device="/dev/ttyS0", description="n/a", vid=None, pid=None, serial_number=None, location=None
    )
    monkeypatch.setattr(ports, "STABLE_NAMES", tmp_path)
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: [with_id, plain])
    first, second = sorted(list_ports(), key=lambda port: port.usb_id, reverse=True)
    assert (first.address, first.usb_id, first.description) == ("by-id:usb-1a86_Serial", "1a86:7523", "USB Serial")
    assert (second.address, second.usb_id, second.description) == ("/dev/ttyS0", "", "")


def test_the_ports_of_this_machine_can_be_listed() -> None:
    assert all(port.path.startswith("/dev/") for port in list_ports())


def test_the_driver_of_a_port_is_told_where_the_system_knows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "DEVICES", tmp_path / "tty")
    driver = tmp_path / "drivers" / "ftdi_sio"
    device = tmp_path / "tty" / "ttyUSB0" / "device"
    driver.mkdir(parents=True)
    device.mkdir(parents=True)
    (device / "driver").symlink_to(driver)
    assert ports._driver_of("/dev/ttyUSB0") == "ftdi_sio"
    assert ports._driver_of("/dev/ttyUSB1") == ""


def test_an_address_leads_to_the_port_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "STABLE_NAMES", tmp_path)
    (tmp_path / "by-id").mkdir()
    (tmp_path / "port").touch()
    (tmp_path / "by-id" / "usb-x").symlink_to(tmp_path / "port")
    assert ports.resolved_path("by-id:usb-x") == str(tmp_path / "port")
    assert ports.resolved_path(str(tmp_path / "by-id" / "usb-x")) == str(tmp_path / "port")
    assert ports.resolved_path("url:socket://127.0.0.1:9") == "socket://127.0.0.1:9"
    assert ports.resolved_path("alt://nonsense") == "alt://nonsense"
