"""Chafon: how both kinds are set up and asked, and what their frames need beyond what all framings need."""

import pytest

from devices.codecs.chafon import Chafon18Codec, Chafon288Codec, crc, frame
from devices.dialogues.chafon import (
    ASK_INFO,
    ASK_TAGS,
    ASK_TAGS_288,
    chafon18_dialogue,
    chafon18_probe,
    chafon288_dialogue,
    chafon288_probe,
)
from devices.emulator import EmulatedChafon18, EmulatedChafon288
from devices.reading import FaultReason
from tests.contracts.codec_frames import faults, reads, said
from tests.devices.checks import chafon, crc16_mirrored
from tests.devices.stepping import Stepped, said_by

EPC = "49440000000000000A000334"
ONE_18 = bytes.fromhex("13000103010c49440000000000000a000334a5fb")
ONE_288 = bytes.fromhex("1500010304010c49440000000000000a0003346425c0")
INFO_18 = chafon(b"\x00\x21\x00\x03\x01\x09\x03\x4e\x00\x1e\x0a")
SET_POWER_10, SET_SCAN_TIME_3 = chafon(b"\xff\x2f\x0a"), chafon(b"\xff\x25\x03")


def test_the_questions_are_those_of_the_manual() -> None:
    assert bytes.fromhex("04ff211995") == ASK_INFO
    assert bytes.fromhex("04ff011bb4") == ASK_TAGS
    assert chafon(bytes.fromhex("ff01040001000000008003")) == ASK_TAGS_288
    assert frame(b"\x00\x2f\x1e") == bytes.fromhex("05002f1e7234")
    assert crc(b"123456789") == crc16_mirrored(b"123456789") == 0x6F91


def test_a_reader_at_full_power_is_turned_down_and_told_to_look_briefly() -> None:
    with EmulatedChafon18() as reader:
        says = said_by(reader)
        stepped = Stepped(chafon18_dialogue(), Chafon18Codec(), says).go(most=100)
        assert stepped.written[:4] == [ASK_INFO, SET_POWER_10, SET_SCAN_TIME_3, ASK_TAGS]
        again = Stepped(chafon18_dialogue(), Chafon18Codec(), says).go(most=100)
    assert set(again.written[1:]) == {ASK_TAGS}


def test_a_later_reader_is_told_antenna_and_time_with_every_question() -> None:
    with EmulatedChafon288() as reader:
        reader.present(EPC)
        stepped = Stepped(chafon288_dialogue(), Chafon288Codec(), said_by(reader)).go(most=100)
    assert set(stepped.written[3:]) == {ASK_TAGS_288}
    assert set(reads(stepped.heard)) == {EPC}


def test_a_later_reader_that_refuses_that_is_asked_simply() -> None:
    with EmulatedChafon288(takes_parameters=False) as reader:
        reader.present(EPC)
        stepped = Stepped(chafon288_dialogue(), Chafon288Codec(), said_by(reader)).go(most=100)
    assert stepped.written[3:5] == [ASK_TAGS_288, ASK_TAGS]
    assert set(reads(stepped.heard)) == {EPC}


def test_tags_in_more_than_one_frame_are_all_read_and_no_question_comes_between() -> None:
    tags = [f"{number:024X}" for number in range(1, 6)]
    with EmulatedChafon288() as reader:
        reader.present(*tags)
        stepped = Stepped(chafon288_dialogue(), Chafon288Codec(), said_by(reader)).go(most=200)
    asked = stepped.written.count(ASK_TAGS_288)
    assert asked > 3
    assert len(reads(stepped.heard)) == asked * len(tags)
    assert set(reads(stepped.heard)) == set(tags)


def test_a_reader_in_active_mode_refuses_to_be_asked_and_counts_as_there() -> None:
    refused = chafon(b"\x00\x01\xfe")
    stepped = Stepped(chafon18_dialogue(), Chafon18Codec(), lambda w: INFO_18 if w == ASK_INFO else refused).go(
        most=200
    )
    assert not stepped.has_ended


@pytest.mark.parametrize(("kind", "is_18"), [(0x08, True), (0x09, True), (0x0C, False), (0x10, False), (0x3D, False)])
def test_the_kind_of_reader_decides_the_layout(kind: int, is_18: bool) -> None:
    info = chafon(b"\x00\x21\x00\x03\x01" + bytes([kind]) + b"\x03\x4e\x00\x0a\x03")
    assert Stepped(chafon18_probe(), Chafon18Codec(), lambda _written: info).go().result is is_18
    assert Stepped(chafon288_probe(), Chafon288Codec(), lambda _written: info).go().result is not is_18


@pytest.mark.parametrize("reply", [chafon(b"\x00\x21\x00\x03\x01\x09"), chafon(b"\x00\x21\xfe"), ASK_INFO, ONE_18])
def test_only_whole_information_is_a_chafon_reader(reply: bytes) -> None:
    for probe, codec in ((chafon18_probe, Chafon18Codec), (chafon288_probe, Chafon288Codec)):
        assert Stepped(probe(), codec(), lambda _written: reply).go().result is False


def test_the_layouts_keep_apart_both_ways() -> None:
    for codec, frame_of_the_other in ((Chafon18Codec(), ONE_288), (Chafon288Codec(), ONE_18)):
        events = codec.feed(frame_of_the_other)
        assert reads(events) == []
        assert [fault.reason for fault in faults(events)] == [FaultReason.WRONG_LENGTH]


def test_a_frame_behind_a_false_length_is_read_when_the_line_falls_silent() -> None:
    codec = Chafon18Codec()
    assert codec.feed(b"\xc8\x00\x01\x01" + ONE_18) == []
    assert said(codec.idle()) == ["! cut", EPC]
