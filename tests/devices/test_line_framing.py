"""Line mode: ends, prefixes, encodings and what is no line."""

import pytest

from devices.codecs.line import MAX_LINE_BYTES, LineCodec, without_aim_id
from devices.reading import SAMPLE_BYTES, FaultReason
from tests.contracts.codec_frames import faults, reads, said


def all_said(data: bytes) -> list[str]:
    codec = LineCodec()
    return said(codec.feed(data) + codec.idle())


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\x03", b"\x03\r\n", b""])
def test_a_line_ends_with_any_terminator_or_silence(end: bytes) -> None:
    assert all_said(b"XG1PLATE" + end) == ["XG1PLATE"]


def test_a_line_without_terminator_waits_for_silence() -> None:
    codec = LineCodec()
    assert codec.feed(b"XG1PLATE") == []
    assert reads(codec.idle()) == ["XG1PLATE"]


def test_a_cr_lf_that_arrives_in_two_pieces_ends_one_line() -> None:
    codec = LineCodec()
    assert said(codec.feed(b"ONE\r") + codec.feed(b"\nTWO\r\n")) == ["ONE", "TWO"]


def test_empty_lines_and_a_bare_identifier_say_nothing() -> None:
    assert all_said(b"\r\n\r\n\x02\x03\r\n]Q1\r\n") == []


def test_start_bytes_and_identifiers_are_taken_off_in_front_only() -> None:
    assert all_said(b"\x02\x02]Q1A]Q1B\x03") == ["A]Q1B"]


def test_a_start_byte_inside_a_line_ends_it_as_cut() -> None:
    assert all_said(b"\x02XG1HALF\x02XG1WHOLE\x03") == ["! cut", "XG1WHOLE"]


def test_spaces_belong_to_the_text() -> None:
    assert all_said(b" A B \r") == [" A B "]


@pytest.mark.parametrize("text", ["平房区", "哈尔滨市平房区新疆大街 12 号", "𠮷野"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_text_is_read_in_both_encodings(text: str, encoding: str) -> None:
    assert all_said(text.encode(encoding) + b"\r\n") == [text]


def test_a_byte_order_mark_is_no_text() -> None:
    assert all_said("\ufeff平房".encode() + b"\r" + "]Q1\ufeff区".encode("gb18030") + b"\r") == ["平房", "区"]


@pytest.mark.parametrize("control", [0, 1, 5, 7, 8, 0x0B, 0x0C, 0x16, 0x1A, 0x1B, 0x7F])
def test_a_control_character_makes_the_whole_line_one_fault(control: int) -> None:
    assert all_said(b"XG1" + bytes([control]) + b"[2J\r\nNEXT\r\n") == ["! control_character", "NEXT"]


@pytest.mark.parametrize("separator", ["\t", "\x04", "\x1c", "\x1d", "\x1e", "\x1f"])
def test_tabs_and_the_separators_of_codes_belong_to_the_text(separator: str) -> None:
    assert all_said(f"A{separator}B\r\n".encode()) == [f"A{separator}B"]


def test_a_whole_iso_15434_message_is_one_text() -> None:
    message = "[)>\x1e06\x1d17V12345\x1d1PABC\x1e\x04"
    assert all_said(message.encode() + b"\r") == [message]


@pytest.mark.parametrize("end", [b"\t", b"\t\r\n", b"\t\t\r"])
def test_a_tab_behind_the_text_is_the_suffix_of_the_engine(end: bytes) -> None:
    assert all_said(b"XG1PLATE" + end) == ["XG1PLATE"]


@pytest.mark.parametrize(
    "line",
    [b"XG1PLATE\0\r\n", b"XG1PLATE\r\n\0", b"\0\0XG1PLATE\r", b"XG1PLATE" + bytes(43), b"\0]Q1XG1PLATE\0\x03"],
)
def test_nul_bytes_around_a_text_are_no_text(line: bytes) -> None:
    assert all_said(line) == ["XG1PLATE"]


def test_nothing_but_nul_bytes_and_tabs_says_nothing() -> None:
    assert all_said(b"\0\0\r\n\t\r\n\0") == []


def test_separators_alone_are_no_text() -> None:
    assert all_said(b"\x1d\x04\r") == ["! control_character"]


@pytest.mark.parametrize("end", [b"\r\r\n", b"\r\n\r\n", b"\n\r", b"\r\0\n"])
def test_an_end_said_twice_is_one_end(end: bytes) -> None:
    assert all_said(b"ONE" + end + b"TWO" + end) == ["ONE", "TWO"]


def test_an_eight_bit_control_sequence_hidden_in_utf8_is_a_fault() -> None:
    assert all_said("XG1\x9b2J".encode() + b"\r") == ["! control_character"]


def test_a_line_of_4096_bytes_is_read_and_one_more_is_a_fault() -> None:
    assert all_said(b"A" * MAX_LINE_BYTES + b"\r") == ["A" * MAX_LINE_BYTES]
    assert all_said(b"A" * (MAX_LINE_BYTES + 1) + b"\r") == ["! too_long"]


@pytest.mark.parametrize("end", [b"\r", b"\x03", b"\x02"])
def test_an_endless_line_is_one_fault_and_the_next_line_is_whole(end: bytes) -> None:
    events = LineCodec().feed(b"A" * 3 * MAX_LINE_BYTES + end + b"NEXT\r")
    assert [fault.reason for fault in faults(events)] == [FaultReason.TOO_LONG]
    assert len(faults(events)[0].sample) == SAMPLE_BYTES
    assert reads(events) == ["NEXT"]


def test_silence_ends_an_endless_line_too() -> None:
    codec = LineCodec()
    codec.feed(b"A" * 2 * MAX_LINE_BYTES)
    assert codec.idle() == []
    assert said(codec.feed(b"NEXT\r")) == ["NEXT"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [("]Q1X", "X"), ("]C0X", "X"), ("]d2X", "X"), ("]X", "]X"), ("]QQX", "]QQX"), ("", ""), ("]", "]")],
)
def test_only_a_whole_aim_identifier_is_taken_off(text: str, rest: str) -> None:
    assert without_aim_id(text) == rest
