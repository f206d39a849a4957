"""M100 and R200: how they are set up and asked, and what their frames need beyond what all framings need."""

import queue
import threading

import pytest

from devices.codecs.m100 import M100Codec, frame, gen2_crc
from devices.dialogues.m100 import m100_dialogue, m100_probe
from devices.emulator import EmulatedM100
from tests.contracts.codec_frames import reads, said
from tests.devices.checks import crc16_bitwise, m100, m100_tag
from tests.devices.stepping import Says, Stepped, said_by

EPC = "30751FEB705C5904E3D50D70"
SINGLE_POLL = bytes.fromhex("bb00220000227e")
MANY_POLLS = bytes.fromhex("bb00270003222710837e")
STOP = bytes.fromhex("bb00280000287e")


def talked(says: Says, most: int = 200) -> Stepped:
    return Stepped(m100_dialogue(), M100Codec(), says).go(most=most)


def test_the_questions_are_those_of_the_manual() -> None:
    assert frame(0, 0x03, b"\x00") == bytes.fromhex("bb0003000100047e")
    assert frame(0, 0x22) == SINGLE_POLL
    assert frame(0, 0x07, b"\x01") == bytes.fromhex("bb0007000101097e")
    assert frame(0, 0xB6, b"\x07\xd0") == bytes.fromhex("bb00b6000207d08f7e")
    assert frame(0, 0x22, flavour=0xAA) == bytes.fromhex("aa0022000022dd")
    assert gen2_crc(b"123456789") == crc16_bitwise(b"123456789") ^ 0xFFFF == 0xD64E


def test_the_region_is_china_and_the_power_the_lowest_that_every_make_knows() -> None:
    with EmulatedM100() as reader:
        stepped = talked(said_by(reader))
    settings = [m100(0, 0x28, b""), m100(0, 0x03, b"\x00"), m100(0, 0x07, b"\x01"), m100(0, 0xB6, b"\x07\x3a")]
    assert stepped.written[:4] == settings
    assert set(stepped.written[4:]) == {SINGLE_POLL}


def test_a_module_of_the_other_flavour_is_found_and_asked_in_it() -> None:
    with EmulatedM100(flavour=0xAA) as reader:
        reader.present(EPC)
        stepped = talked(said_by(reader))
    assert set(reads(stepped.heard)) == {EPC}
    assert stepped.written[-1] == m100(0, 0x22, b"", 0xAA)


def test_a_module_that_refuses_its_settings_is_asked_all_the_same() -> None:
    def says(written: bytes) -> bytes:
        answers = {0x03: m100(1, 3, b"\x00M100"), 0x22: m100_tag(bytes.fromhex(EPC)), 0x28: m100(1, 0x28, b"\x00")}
        return answers.get(written[2], m100(1, 0xFF, b"\x0e"))

    stepped = talked(says)
    assert not stepped.has_ended
    assert set(reads(stepped.heard)) == {EPC}


def test_a_module_that_polls_by_itself_is_stopped_before_it_is_set_up() -> None:
    with EmulatedM100() as reader:
        assert talked(said_by(reader)).written[0] == STOP


def test_many_polls_read_on_until_they_are_stopped() -> None:
    before, answers = threading.active_count(), queue.SimpleQueue[bytes]()
    with EmulatedM100() as reader:
        reader.send = answers.put  # type: ignore[method-assign]  # its answers are wanted here, not on a port
        reader.present(EPC)
        reader.hear(MANY_POLLS)
        rounds = [answers.get(timeout=30.0) for _ in range(3)]
        reader.hear(STOP)
    assert reads(M100Codec().feed(b"".join(rounds))) == [EPC] * 3
    assert threading.active_count() == before


@pytest.mark.parametrize("reply", [m100(1, 0xFF, b"\x17"), m100(0, 3, b"\x00"), m100(1, 3, b"\x00M100", 0xAA), b"\xbb"])
def test_only_a_whole_answer_in_the_same_flavour_is_an_m100(reply: bytes) -> None:
    says = iter([b"", reply, b"", b""])
    assert Stepped(m100_probe(), M100Codec(), lambda _written: next(says)).go().result is False


def test_several_tags_in_one_read_are_all_read() -> None:
    tags = [bytes([number] * 12) for number in range(1, 9)]
    assert reads(M100Codec().feed(b"".join(map(m100_tag, tags)))) == [tag.hex().upper() for tag in tags]


def test_a_frame_behind_a_false_length_is_read_when_the_line_falls_silent() -> None:
    codec = M100Codec()
    assert codec.feed(bytes.fromhex("bb01390080") + m100_tag(bytes.fromhex(EPC))) == []
    assert said(codec.idle()) == ["! cut", EPC]
