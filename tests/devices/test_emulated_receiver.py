"""The emulated receiver says what real ones say, where it was put, once a second; and the emulated Parallax reader."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.base import CodecEvent, Located
from devices.codecs.nmea import NmeaCodec
from devices.emulator import EmulatedParallax, EmulatedReceiver
from devices.emulator.nmea import PACE_CYCLES, PACE_RADIUS_M, START, fix, no_fix
from devices.models import MODELS, LineSettings
from devices.ports import open_port
from tests.contracts.codec_frames import said

MOMENT = datetime(2026, 11, 30, 1, 55, 3, tzinfo=UTC)


def heard(data: bytes) -> list[CodecEvent]:
    return NmeaCodec().feed(data)


@pytest.fixture
def receiver() -> Iterator[EmulatedReceiver]:
    with EmulatedReceiver(every_s=None, clock=lambda: MOMENT) as receiver:
        yield receiver


def said_in_a_cycle(receiver: EmulatedReceiver) -> bytes:
    """Return what the receiver sends in one second, taken from its plug's other end."""
    receiver.cycle()
    return os.read(receiver._slave, 4096)


def test_one_second_is_two_positions_and_two_words_about_their_spread(receiver: EmulatedReceiver) -> None:
    words = said(heard(said_in_a_cycle(receiver)))
    assert [word.split()[0] for word in words] == ["@", "@", "=", "="]
    assert words[2:] == ["= gsa", "= gst"]
    assert "2026-11-30T01:55:03Z" in words[0]


def test_it_walks_around_its_place_and_comes_round(receiver: EmulatedReceiver) -> None:
    receiver.move(45.6, 126.6)
    places = []
    for _ in range(PACE_CYCLES + 1):
        located = heard(said_in_a_cycle(receiver))[0]
        assert isinstance(located, Located)
        places.append((located.fix.lat, located.fix.lon))
    assert len(set(places)) > PACE_CYCLES // 2
    assert places[0] == places[-1]
    assert all(abs(lat - 45.6) * 111_195 <= PACE_RADIUS_M + 0.1 for lat, _ in places)
    assert all(abs(lon - 126.6) * 77_800 <= PACE_RADIUS_M + 0.1 for _, lon in places)


def test_it_can_lose_its_fix_and_find_it_again(receiver: EmulatedReceiver) -> None:
    receiver.lose_fix()
    assert said(heard(said_in_a_cycle(receiver))) == ["= no_fix", "= no_fix"]
    receiver.move(*START)
    assert said(heard(said_in_a_cycle(receiver)))[0].startswith("@ ")


def test_the_spread_that_it_was_told_is_the_spread_that_is_understood(receiver: EmulatedReceiver) -> None:
    receiver.move(*START, sigma_m=12.0)
    *_, last, _gsa, _gst = heard(said_in_a_cycle(receiver) + said_in_a_cycle(receiver))
    assert isinstance(last, Located)
    assert last.fix.sigma_m == pytest.approx(12.0, abs=0.02)
    assert last.fix.sigma_from == "gst"


def test_a_damaged_sentence_is_a_fault(receiver: EmulatedReceiver) -> None:
    receiver.garble()
    assert said(heard(os.read(receiver._slave, 4096))) == ["! wrong_check"]


def test_it_plays_by_itself_and_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    with EmulatedReceiver(tmp_path / "gnss", every_s=0.01) as receiver:
        port = open_port(receiver.path, LineSettings())
        codec, found = NmeaCodec(), []
        while len(found) < 12:
            found += codec.feed(port.read(30.0))
        port.close()
    assert sum(isinstance(event, Located) for event in found) >= 5
    assert threading.active_count() == before


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_any_place_is_said_as_it_is(lat: float, lon: float) -> None:
    events = heard(fix(MOMENT, (lat, lon), 3.0))
    located = [event.fix for event in events if isinstance(event, Located)]
    assert len(located) == (0 if abs(lat) < 1e-7 and abs(lon) < 1e-7 else 2)
    for found in located:
        assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=1.7e-7)


def test_without_satellites_the_time_is_still_said_and_no_place() -> None:
    assert b"301126" in no_fix(MOMENT)
    assert not any(isinstance(event, Located) for event in heard(no_fix(MOMENT)))


def test_an_emulated_parallax_reader_repeats_a_held_card_without_check() -> None:
    codec = MODELS["parallax"].codec()
    with EmulatedParallax() as reader:
        reader.tap("62e3086ced")
        assert said(codec.feed(os.read(reader._slave, 4096))) == ["62E3086CED"] * 3
        reader.garble()
        assert said(codec.feed(os.read(reader._slave, 4096))) == ["! not_hex"]
        with pytest.raises(ValueError, match="card"):
            reader.tap("62E3")
