"""An emulated reader played by lines: what each understands, and what is said when it does not."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.emulator import EMULATORS, EmulatedBadgeReader, EmulatedReceiver
from devices.emulator.console import Console, NotUnderstood
from devices.models import MODELS
from devices.ports import Port, open_port


def arrived(port: Port, end: bytes) -> bytes:
    """Return what arrives up to an end."""
    data = b""
    while end not in data:
        data += port.read(5.0)
    return data


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[EmulatedBadgeReader]:
    with EmulatedBadgeReader(tmp_path / "badge") as made:
        yield made


def test_lines_do_what_they_say_until_one_ends_the_play(reader: EmulatedBadgeReader) -> None:
    complaints: list[str] = []
    port = open_port(reader.path, MODELS["em4100"].line)
    console = Console(reader, moved=complaints.append)
    assert console.play(["tap 62E3086CED\n", "\n", "quit\n", "nonsense\n"], complaints.append)
    assert b"62E3086CED" in arrived(port, b"\x03")
    assert complaints == []
    port.close()


def test_without_a_line_nothing_was_played(reader: EmulatedBadgeReader) -> None:
    assert not Console(reader, moved=len).play([], len)


@pytest.mark.parametrize("line", ["juggle", "scan x", "tap", "tap xyz", "present", "move 1 2", "path"])
def test_what_a_reader_does_not_understand_is_said_and_the_play_goes_on(reader: EmulatedBadgeReader, line: str) -> None:
    complaints: list[str] = []
    assert Console(reader, moved=len).play([line, "remove"], complaints.append)
    assert len(complaints) == 1
    assert line.split(maxsplit=1)[0] in complaints[0]


def test_a_plug_that_changes_the_port_is_told() -> None:
    moved: list[str] = []
    with EmulatedBadgeReader() as reader, EmulatedBadgeReader() as other:
        before = reader.path
        console = Console(reader, moved=moved.append)
        console.do("unplug")
        other.unplug()
        other.plug()
        console.do("plug")
        assert moved == ([reader.path] if reader.path != before else [])


def test_a_receiver_is_moved_and_loses_its_fix(tmp_path: Path) -> None:
    with EmulatedReceiver(tmp_path / "gnss", every_s=None) as receiver:
        port = open_port(receiver.path, MODELS["nmea"].line)
        console = Console(receiver, moved=len)
        console.do("move 12.5, 99.25")
        receiver.cycle()
        assert b",1230.0" in arrived(port, b"\n")
        console.do("lose_fix")
        with pytest.raises(NotUnderstood):
            console.do("scan 1")
        port.close()


def test_values_are_tapped_in_turn_until_it_ends(reader: EmulatedBadgeReader) -> None:
    ended = threading.Event()
    tapped: list[str] = []

    class Tapping(EmulatedBadgeReader):
        def tap(self, value: str) -> None:
            tapped.append(value)
            if len(tapped) == 3:
                ended.set()

    with Tapping() as tapping:
        Console(tapping, moved=len).repeat(["A", "B"], 0.0, ended, len)
    assert tapped == ["A", "B", "A"]


def test_a_value_that_cannot_be_read_ends_the_repeating(reader: EmulatedBadgeReader) -> None:
    complaints: list[str] = []
    Console(reader, moved=len).repeat(["nonsense"], 0.0, threading.Event(), complaints.append)
    assert len(complaints) == 1


@pytest.mark.parametrize("name", sorted(EMULATORS))
def test_every_reader_can_be_unplugged_and_says_what_else_it_understands(name: str, tmp_path: Path) -> None:
    with EMULATORS[name](tmp_path / "port") as reader:
        verbs = Console(reader, moved=len).verbs
        assert {"unplug", "plug", "garble"} <= set(verbs)
        assert {"tap", "move"} & set(verbs)
