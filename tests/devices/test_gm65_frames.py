"""GM65: replies with their check, scanned text between them, and never one taken for the other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.base import Answer
from devices.codecs.gm65 import ALIVE, GET, SAVE, SET, Gm65Codec, command, reply
from devices.codecs.line import MAX_LINE_BYTES
from tests.contracts.codec_frames import faults, reads, said

DONE = bytes.fromhex("02000001003331")
VERSION = bytes.fromhex("0200000169CEBE")
FRAMES = (DONE, VERSION, reply(b"\x39\x01"), reply(b"\x02\x00\x7e"), reply(b"\xab\xcd"))
TEXT = b"XG1SYNTHETICPLATE0042"


def all_said(*pieces: bytes) -> list[str]:
    """Return what pieces say, with a silence behind each."""
    codec = Gm65Codec()
    return said([event for piece in pieces for event in codec.feed(piece) + codec.idle()])


def test_the_check_is_counted_as_the_maker_counts_it() -> None:
    assert command(SET, 0x0002, b"\x01").hex() == "7e000801000201" + "02da"
    assert command(SAVE, 0x0000, b"\x00").hex() == "7e000901000000" + "dec8"
    assert command(SET, 0x002A, b"\x39\x01").hex() == "7e000802002a3901" + "a7ea"
    assert command(0x0A, 0x0000, b"\x00").hex() == "7e000a01000000" + "301a"
    assert (reply(b"\x00"), reply(b"\x69")) == (DONE, VERSION)
    assert reply(b"\x00", start=ALIVE).hex() == "03000001003331"


def test_an_answer_carries_the_value_alone() -> None:
    (answer,) = Gm65Codec().feed(reply(b"\x39\x01"))
    assert answer == Answer("register", b"\x39\x01", reply(b"\x39\x01"))


@pytest.mark.parametrize("text_end", [b"\r", b"\n", b"\r\n", b"\x03", b""])
def test_reply_and_text_on_one_line_are_told_apart(text_end: bytes) -> None:
    assert all_said(DONE + TEXT + text_end, DONE + TEXT + text_end) == ["00", TEXT.decode()] * 2


def test_the_reply_may_come_behind_the_text_it_waited_for() -> None:
    assert all_said(TEXT + b"\r" + DONE + VERSION + b"NEXT\r\n") == [TEXT.decode(), "00", "69", "NEXT"]


def test_a_text_that_a_reply_interrupts_is_cut_and_never_joined() -> None:
    assert all_said(b"XG1HALF" + DONE + b"OTHER\r") == ["! cut", "00", "OTHER"]


def test_a_text_may_hold_a_tilde_and_be_wrapped_in_stx_and_etx() -> None:
    assert all_said(b"\x02a~b~\x03\x02]Q1c~\x03~\r") == ["a~b~", "c~", "~"]


def test_a_command_behind_a_text_takes_nothing_of_it() -> None:
    assert all_said(b"TEXT\r" + command(GET, 0x00E2, b"\x01")) == ["TEXT", "= get"]
    assert all_said(b"TEXT" + command(GET, 0x00E2, b"\x01")) == ["! cut", "= get"]


@pytest.mark.parametrize("frame", FRAMES)
def test_one_wrong_byte_never_gives_a_reading(frame: bytes) -> None:
    for position, right in enumerate(frame):
        for wrong in set(range(256)) - {right}:
            damaged = frame[:position] + bytes([wrong]) + frame[position + 1 :]
            codec = Gm65Codec()
            assert reads(codec.feed(damaged) + codec.idle()) == [], (position, wrong)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_cut_frame_is_one_fault_and_costs_only_itself(frame: bytes) -> None:
    expected = all_said(frame)
    for cut in range(1, len(frame)):
        assert all_said(frame[:cut]) == ["! cut"], cut
        assert all_said(frame[:cut], frame) == ["! cut", *expected], cut
        codec = Gm65Codec()
        assert reads(codec.feed(frame[:cut] + frame) + codec.idle()) == expected, cut


@pytest.mark.parametrize("frame", FRAMES)
def test_the_rest_of_a_frame_whose_start_was_lost_is_no_text(frame: bytes) -> None:
    for cut in range(1, len(frame)):
        codec = Gm65Codec()
        assert reads(codec.feed(frame[cut:]) + codec.idle()) == [], cut


@pytest.mark.parametrize("damaged", [DONE[:-1] + b"0", DONE[:3] + b"\x81" + DONE[4:], DONE[:4] + DONE[5:]])
def test_text_behind_a_damaged_reply_is_not_believed_before_silence_or_a_whole_frame(damaged: bytes) -> None:
    assert reads(Gm65Codec().feed(damaged + TEXT + b"\r")) == []
    assert all_said(damaged + TEXT + b"\r", TEXT + b"\r")[-1] == TEXT.decode()
    codec = Gm65Codec()
    assert reads(codec.feed(DONE[:-1] + b"0" + TEXT + b"\r" + DONE + b"NEXT\r")) == ["00", "NEXT"]


def test_a_short_text_needs_its_end() -> None:
    assert all_said(b"31\r") == ["31"]
    assert all_said(b"31") == ["! cut"]
    assert all_said(b"3131") == ["3131"]


def test_five_equal_damaged_replies_are_five_faults() -> None:
    events = Gm65Codec().feed((DONE[:-1] + b"0") * 5)
    assert [fault.sample for fault in faults(events)] == [DONE[:-1] + b"0"] * 5


def test_a_false_start_that_swallows_frames_gives_them_back() -> None:
    assert all_said(b"\x02\x00\x00\xff" + DONE * 3)[1:] == ["00"] * 3
    assert all_said(b"\x02\x00\x00\xff" + DONE * 60)[1:] == ["00"] * 60


def test_an_endless_line_is_one_fault_until_the_line_falls_silent() -> None:
    codec = Gm65Codec()
    assert said(codec.feed(b"A" * 3 * MAX_LINE_BYTES + b"\rNEXT\r") + codec.idle()) == ["! too_long"]
    assert said(codec.feed(b"NEXT\r")) == ["NEXT"]


def test_a_megabyte_of_random_bytes_gives_no_reading() -> None:
    codec = Gm65Codec()
    assert reads(codec.feed(random.Random(65).randbytes(1 << 20)) + codec.idle()) == []


@given(st.lists(st.one_of(st.binary(max_size=6).map(reply), st.just(TEXT + b"\r"), st.binary(max_size=12)), max_size=8))
def test_whole_frames_are_found_whatever_surrounds_them_once_the_line_was_silent(pieces: list[bytes]) -> None:
    codec = Gm65Codec()
    codec.feed(b"".join(pieces))
    codec.idle()
    assert said(codec.feed(VERSION + TEXT + b"\r")) == ["69", TEXT.decode()]
