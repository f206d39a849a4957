"""The udev rules name each reader, leave modems alone, and are well formed.

udevadm of Debian 12 cannot check rules (its `verify` came with systemd 254), so the rules are read and played here.
"""

import fnmatch
import re
from dataclasses import dataclass, field

import pytest

from tests.house.tree import ROOT

RULES = ROOT / "deploy" / "tablet" / "99-xunge-readers.rules"
TERM = re.compile(r'([A-Z]+)(?:\{([^}]+)\})?\s*(==|!=|\+=|:=|=)\s*"([^"]*)"\s*(?:,\s*|$)')
MATCHES = {"ACTION", "KERNEL", "SUBSYSTEM", "SUBSYSTEMS", "ENV", "ATTR"}
ASSIGNS = {"ENV", "ATTR", "GROUP", "MODE", "SYMLINK", "GOTO", "LABEL", "IMPORT"}


@dataclass(slots=True)
class Device:
    """What udev knows of a device, and what the rules make of it."""

    kernel: str
    env: dict[str, str]
    subsystem: str = "tty"
    parents: tuple[str, ...] = ("usb",)
    attributes: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    group: str = ""
    mode: str = ""

    def value(self, key: str, name: str) -> str:
        """Return what a match key looks at."""
        plain = {"ACTION": "add", "KERNEL": self.kernel, "SUBSYSTEM": self.subsystem}
        named = {"ENV": self.env, "ATTR": self.attributes}
        return named[key].get(name, "") if key in named else plain[key]

    def assign(self, key: str, name: str, value: str) -> None:
        """Do what an assignment key says."""
        text = re.sub(r"\$env\{(\w+)\}", lambda match: self.env.get(match[1], ""), value)
        match key:
            case "ENV":
                self.env[name] = text
            case "ATTR":
                self.attributes[name] = text
            case "SYMLINK":
                self.links.append(text)
            case "GROUP":
                self.group = text
            case "MODE":
                self.mode = text


def rules() -> list[list[tuple[str, str, str, str]]]:
    """Return the terms (key, name, operator, value) of every rule; a malformed line fails the test."""
    lines = [line for line in RULES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines:
        assert TERM.sub("", line) == "", f'not a list of KEY=="value" terms: {line}'
    return [[match.groups(default="") for match in TERM.finditer(line)] for line in lines]


def play(device: Device) -> Device:
    """Run the rules over a device as udevd does, from top to bottom with jumps forward."""
    waiting_for = ""
    for rule in rules():
        if waiting_for and not any(key == "LABEL" and value == waiting_for for key, _, _, value in rule):
            continue
        waiting_for = ""
        if all(holds(device, *term) for term in rule if term[2] in {"==", "!="}):
            for key, name, operator, value in rule:
                if key == "GOTO":
                    waiting_for = value
                elif operator in {"=", "+="}:
                    device.assign(key, name, value)
    assert not waiting_for, f"GOTO {waiting_for} leads nowhere"
    return device


def holds(device: Device, key: str, name: str, operator: str, pattern: str) -> bool:
    """Return whether one match term holds."""
    values = device.parents if key == "SUBSYSTEMS" else (device.value(key, name),)
    patterns = pattern.split("|")
    return any(fnmatch.fnmatchcase(value, one) for value in values for one in patterns) is (operator == "==")


def usb_tty(kernel: str, vendor: str, model: str, serial: str = "", interfaces: str = ":ff0102:") -> Device:
    env = {"ID_VENDOR_ID": vendor, "ID_MODEL_ID": model, "ID_PATH_TAG": "pci-0000_00_14_0-usb-0_2_1_0"}
    env |= {"ID_USB_INTERFACES": interfaces} | ({"ID_SERIAL_SHORT": serial} if serial else {})
    return Device(kernel, env)


READERS = [
    (usb_tty("ttyUSB0", "0403", "6001", "A10K3XYZ"), "fieldapp/ftdi-A10K3XYZ"),
    (usb_tty("ttyUSB1", "1a86", "7523"), "fieldapp/ch340-pci-0000_00_14_0-usb-0_2_1_0"),
    (usb_tty("ttyUSB2", "10c4", "ea60", "0001"), "fieldapp/cp210x-0001"),
    (usb_tty("ttyACM0", "0c2e", "0ca1", "15124B", ":020201:0a0000:"), "fieldapp/scanner-15124B"),
    (usb_tty("ttyACM1", "1a86", "55d3", "5566", ":020201:0a0000:"), "fieldapp/ch340-5566"),
]


@pytest.mark.parametrize(("device", "link"), READERS, ids=[link.split("/")[1] for _, link in READERS])
def test_a_reader_gets_its_own_name_for_the_group_alone(device: Device, link: str) -> None:
    seen = play(device)
    assert (seen.links, seen.group, seen.mode) == ([link], "fieldapp", "0660")
    assert seen.env["ID_MM_PORT_IGNORE"] == seen.env["ID_MM_DEVICE_IGNORE"] == "1"


STRANGERS = {
    "mobile-modem": usb_tty("ttyACM0", "2cb7", "0007", "X", ":020e00:0a0002:020201:0a0000:"),
    "modem-on-ttyUSB": usb_tty("ttyUSB0", "2c7c", "0125", "X", ":ff0000:ff00ff:"),
    "console": Device("tty1", {}, parents=()),
    "keyboard": Device("event3", {"ID_VENDOR_ID": "1a86"}, subsystem="input"),
}


@pytest.mark.parametrize("device", STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_no_reader_is_left_alone(device: Device) -> None:
    seen = play(device)
    assert (seen.links, seen.group, seen.mode) == ([], "", "")
    assert "ID_MM_DEVICE_IGNORE" not in seen.env
    assert "ID_MM_PORT_IGNORE" not in seen.env


def test_the_usb_device_of_a_reader_is_hidden_from_modem_manager() -> None:
    device = Device("2-1", {"DEVTYPE": "usb_device"}, subsystem="usb", attributes={"idVendor": "1a86"})
    assert play(device).env["ID_MM_DEVICE_IGNORE"] == "1"


def test_ftdi_chips_hand_their_bytes_over_at_once() -> None:
    device = usb_tty("ttyUSB0", "0403", "6001", "A1")
    device.attributes["device/latency_timer"] = "16"
    assert play(device).attributes["device/latency_timer"] == "1"


def test_every_term_is_of_a_known_key() -> None:
    for rule in rules():
        for key, _, operator, _ in rule:
            assert key in (MATCHES if operator in {"==", "!="} else ASSIGNS), f"unknown key {key}{operator}"
