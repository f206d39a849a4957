"""Emulated readers send what real ones send, and can be pulled out like them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.emulator import EmulatedBadgeReader, EmulatedScanEngine
from devices.emulator.em4100 import em4100_frame
from devices.models import LineSettings
from devices.ports import Port, open_port

CARD = "62E3086CED"
FRAME = bytes.fromhex("0236324533303836434544303803")
"""A frame of a real RDM6300, from a public capture."""


@pytest.fixture
def badge_reader() -> Iterator[EmulatedBadgeReader]:
    with EmulatedBadgeReader() as reader:
        yield reader


def read_from(port: Port, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += port.read(30.0)
    return data


def test_the_frame_of_a_card_is_that_of_a_real_reader() -> None:
    assert em4100_frame(CARD) == FRAME
    assert em4100_frame(CARD.lower(), "id12la") == FRAME[:-1] + b"\r\n\x03"


@pytest.mark.parametrize("value", ["", "62E3086C", "62E3086CED00", "not a card"])
def test_a_card_that_cannot_be_is_refused(value: str, badge_reader: EmulatedBadgeReader) -> None:
    with pytest.raises(ValueError, match=r"card|hexadecimal"):
        badge_reader.tap(value)


def test_a_held_card_is_repeated_until_it_is_removed(badge_reader: EmulatedBadgeReader) -> None:
    port = open_port(badge_reader.path, LineSettings())
    badge_reader.present(CARD)
    assert read_from(port, len(FRAME) * 3) == FRAME * 3
    badge_reader.remove()
    while port.read(0.0):
        pass
    badge_reader.send(b"end")
    assert read_from(port, 3) == b"end"
    port.close()


def test_an_id12la_says_a_held_card_once() -> None:
    with EmulatedBadgeReader(framing="id12la") as reader:
        port = open_port(reader.path, LineSettings())
        reader.present(CARD)
        reader.remove()
        reader.tap("010063E9AE")
        frames = em4100_frame(CARD, "id12la") + em4100_frame("010063E9AE", "id12la")
        assert read_from(port, len(frames)) == frames
        port.close()


def test_a_scan_engine_sends_text_in_its_encoding_with_its_end() -> None:
    with EmulatedScanEngine(end=b"\x03", encoding="gb18030") as engine:
        port = open_port(engine.path, LineSettings())
        engine.scan("平房")
        assert read_from(port, 5) == "平房".encode("gb18030") + b"\x03"
        port.close()


def test_the_stable_path_leads_to_the_reader_only_while_it_is_plugged_in(tmp_path: Path) -> None:
    stable = tmp_path / "badge"
    with EmulatedBadgeReader(stable) as reader:
        assert reader.path == str(stable)
        for _ in range(3):
            assert stable.resolve().is_char_device()
            reader.unplug()
            assert not stable.is_symlink()
            reader.plug()
    assert not stable.is_symlink()


def test_a_stale_link_of_a_killed_demo_is_replaced(tmp_path: Path) -> None:
    stable = tmp_path / "badge"
    stable.symlink_to("/dev/pts/no-such-port")
    with EmulatedBadgeReader(stable):
        assert stable.resolve().is_char_device()


def test_sending_while_unplugged_or_to_nobody_is_lost_and_never_waits(badge_reader: EmulatedBadgeReader) -> None:
    for _ in range(100):
        badge_reader.send(b"x" * 4096)
    badge_reader.unplug()
    badge_reader.tap(CARD)
    badge_reader.plug()
    port = open_port(badge_reader.path, LineSettings())
    assert port.read(0.0) == b""
    port.close()


def test_plugging_twice_and_unplugging_twice_changes_nothing(badge_reader: EmulatedBadgeReader) -> None:
    path = badge_reader.path
    badge_reader.plug()
    assert (badge_reader.path, badge_reader.is_plugged) == (path, True)
    badge_reader.unplug()
    badge_reader.unplug()
    assert not badge_reader.is_plugged


def test_closing_while_a_card_is_held_ends_its_thread() -> None:
    threads = threading.active_count()
    reader = EmulatedBadgeReader()
    reader.present(CARD)
    reader.close()
    reader.close()
    assert threading.active_count() == threads


def test_taps_from_several_threads_do_not_mix(badge_reader: EmulatedBadgeReader) -> None:
    port = open_port(badge_reader.path, LineSettings())
    cards = [f"{number:010X}" for number in range(8)]
    tapping = [threading.Thread(target=badge_reader.tap, args=(card,)) for card in cards]
    for thread in tapping:
        thread.start()
    for thread in tapping:
        thread.join()
    heard = read_from(port, len(FRAME) * 3 * len(cards))
    assert sorted(heard[at : at + 42] for at in range(0, len(heard), 42)) == sorted(em4100_frame(c) * 3 for c in cards)
    port.close()
