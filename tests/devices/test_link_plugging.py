"""A real link on emulated readers: plugs pulled and put back, nothing lost, nothing doubled, nothing left behind."""

import os
import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.backoff import BackOff
from devices.detector import Detector
from devices.emulator import EmulatedBadgeReader, EmulatedPn532, EmulatedScanEngine
from devices.emulator.em4100 import em4100_frame
from devices.link import Link
from devices.models import MODELS, Model
from devices.reading import Fault, LinkState, Reading

CYCLES = 60
PATIENCE_S = 30.0
"""How long a test waits for what must come; it comes in milliseconds."""


class Heard:
    """A link whose reports are taken one after another."""

    def __init__(self, path: str, model: str | Model) -> None:
        self.reports: queue.Queue[Reading | LinkState | Fault] = queue.Queue()
        put = self.reports.put
        eager = BackOff(first_s=0.001, longest_s=0.002)
        known = MODELS[model] if isinstance(model, str) else model
        self.link = Link(path, known, on_reading=put, on_state=put, on_fault=put, back_off=eager)

    def next(self) -> Reading | LinkState | Fault:
        return self.reports.get(timeout=PATIENCE_S)

    def until(self, state: LinkState) -> list[Reading | LinkState | Fault]:
        seen = [self.next()]
        while seen[-1] is not state:
            seen.append(self.next())
        return seen

    def value(self) -> str:
        report = self.next()
        assert isinstance(report, Reading), report
        return report.value


@pytest.fixture
def badge_reader(tmp_path: Path) -> Iterator[EmulatedBadgeReader]:
    with EmulatedBadgeReader(tmp_path / "badge") as reader:
        yield reader


@pytest.fixture
def heard(badge_reader: EmulatedBadgeReader) -> Iterator[Heard]:
    hearing = Heard(badge_reader.path, "em4100")
    hearing.link.start()
    hearing.until(LinkState.READY)
    yield hearing
    hearing.link.close()


def test_sixty_plug_cycles_lose_and_double_nothing(badge_reader: EmulatedBadgeReader, heard: Heard) -> None:
    for cycle in range(CYCLES):
        before, after = f"{cycle:010X}", f"FF{cycle:08X}"
        badge_reader.tap(before)
        assert heard.value() == before
        badge_reader.unplug()
        assert heard.next() is LinkState.LOST
        badge_reader.plug()
        assert set(heard.until(LinkState.READY)) <= {LinkState.ABSENT, LinkState.DENIED, LinkState.READY}
        badge_reader.tap(after)
        assert heard.value() == after
    assert heard.reports.empty()


def test_a_reader_that_is_not_there_yet_is_found_when_plugged_in(tmp_path: Path) -> None:
    with EmulatedScanEngine(tmp_path / "scanner") as engine:
        engine.unplug()
        heard = Heard(engine.path, "line")
        heard.link.start()
        assert heard.until(LinkState.ABSENT) == [LinkState.OPENING, LinkState.ABSENT]
        engine.plug()
        heard.until(LinkState.READY)
        engine.scan("平房区")
        assert heard.value() == "平房区"
        heard.link.close()


def test_closing_leaves_no_thread_and_no_descriptor(badge_reader: EmulatedBadgeReader) -> None:
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    hearings = [Heard(badge_reader.path, "em4100"), Heard("/dev/no-such-port", "line")]
    for hearing in hearings:
        hearing.link.start()
        hearing.until(LinkState.READY if hearing is hearings[0] else LinkState.ABSENT)
    for hearing in hearings:
        hearing.link.close()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, descriptors)


def test_a_second_link_on_the_same_port_is_busy_until_the_first_is_closed(
    badge_reader: EmulatedBadgeReader, heard: Heard
) -> None:
    second = Heard(badge_reader.path, "em4100")
    second.link.start()
    assert second.until(LinkState.BUSY) == [LinkState.OPENING, LinkState.BUSY]
    heard.link.close()
    second.until(LinkState.READY)
    second.link.close()


def test_a_held_card_arrives_once_and_the_next_card_too(badge_reader: EmulatedBadgeReader, heard: Heard) -> None:
    badge_reader.present("62E3086CED")
    assert heard.value() == "62E3086CED"
    badge_reader.present("010063E9AE")
    assert heard.value() == "010063E9AE"
    badge_reader.remove()
    badge_reader.garble()
    assert isinstance(heard.next(), Fault)


def test_a_line_of_the_greatest_length_arrives_whole(tmp_path: Path) -> None:
    with EmulatedScanEngine(tmp_path / "scanner") as engine:
        heard = Heard(engine.path, "line")
        heard.link.start()
        heard.until(LinkState.READY)
        engine.scan("A" * 4096)
        assert heard.value() == "A" * 4096
        heard.link.close()


def test_a_reader_behind_a_network_adapter_is_read_and_its_loss_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = Heard(f"url:socket://127.0.0.1:{server.getsockname()[1]}", "em4100")
        heard.link.start()
        adapter, _ = server.accept()
        heard.until(LinkState.READY)
        adapter.sendall(em4100_frame("62E3086CED"))
        assert heard.value() == "62E3086CED"
        adapter.close()
        assert heard.next() is LinkState.LOST
        heard.link.close()


def test_sixty_plug_cycles_of_a_reader_that_is_asked_lose_and_double_nothing(tmp_path: Path) -> None:
    threads = threading.active_count()
    with EmulatedPn532(tmp_path / "nfc") as reader:
        heard = Heard(reader.path, "pn532")
        heard.link.start()
        heard.until(LinkState.READY)
        for cycle in range(CYCLES):
            before, after = f"{cycle:08X}", f"FF{cycle:012X}"
            reader.tap(before)
            assert heard.value() == before
            reader.remove()
            reader.unplug()
            assert heard.next() is LinkState.LOST
            reader.plug()
            assert set(heard.until(LinkState.READY)) <= {LinkState.ABSENT, LinkState.OPENING, LinkState.READY}
            reader.present(after)
            assert heard.value() == after
            reader.remove()
        assert heard.reports.empty()
        heard.link.close()
    assert threading.active_count() == threads


def test_a_badge_reader_that_is_a_pn532_is_never_taken_for_another_kind(tmp_path: Path) -> None:
    with EmulatedPn532(tmp_path / "nfc") as reader:
        found = Detector(reader.path, MODELS.values()).search(lambda: False)
    assert found is not None
    assert found.name == "pn532"
