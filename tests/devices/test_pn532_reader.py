"""PN532: how it is woken and asked, and what its frames need beyond what all framings need."""

import pytest

from devices.codecs.pn532 import Pn532Codec, frame
from devices.dialogues.pn532 import (
    ABORT,
    FEW_TRIES,
    FIELD_OFF,
    FIRMWARE,
    NORMAL_MODE,
    POLL,
    WAKE,
    pn532_dialogue,
    pn532_probe,
)
from devices.emulator import EmulatedPn532
from devices.reading import FaultReason
from tests.contracts.codec_frames import faults, reads, said
from tests.devices.checks import pn532
from tests.devices.stepping import Says, Stepped, said_by

ACK = bytes.fromhex("0000ff00ff00")
READ = bytes.fromhex("0000ff0cf4d54b010100040804cb98a605c000")
"""A public capture."""
POWER_DOWN = 0x16


def talked(says: Says) -> Stepped:
    return Stepped(pn532_dialogue(), Pn532Codec(), says)


def commands(stepped: Stepped) -> list[int]:
    """Return the codes of the commands that were written."""
    codec = Pn532Codec()
    return [event.data[0] for written in stepped.written for event in codec.feed(written) if event.name == "command"]  # type: ignore[union-attr]


def test_the_questions_are_those_of_the_manual() -> None:
    assert bytes.fromhex("0000ff02fed4022a00") == FIRMWARE
    assert bytes.fromhex("0000ff05fbd4140100001700") == NORMAL_MODE
    assert pn532(b"\xd4\x4a\x02\x00") == POLL
    assert pn532(b"\xd4\x32\x05\xff\x01\x01") == FEW_TRIES
    assert frame(bytes(300)) == pn532(bytes(300))


def test_the_chip_is_woken_told_to_give_up_after_a_few_tries_and_never_sent_to_sleep() -> None:
    with EmulatedPn532() as reader:
        stepped = talked(said_by(reader)).go(most=200)
    assert stepped.written[:4] == [WAKE + NORMAL_MODE, FEW_TRIES, POLL, FIELD_OFF]
    assert POWER_DOWN not in commands(stepped)
    assert not stepped.has_ended


def test_a_board_that_sends_the_reply_before_the_acknowledgement_is_understood() -> None:
    with EmulatedPn532(reply_first=True) as reader:
        reader.present("047BCB51962280")
        stepped = talked(said_by(reader)).go(most=60)
    assert set(reads(stepped.heard)) == {"047BCB51962280"}
    assert ABORT not in stepped.written


def test_a_board_that_only_acknowledges_is_told_to_stop_and_counts_as_there() -> None:
    stepped = talked(lambda written: ACK + pn532(b"\xd5\x15") if NORMAL_MODE in written else ACK).go(most=200)
    assert not stepped.has_ended
    polls = [at for at, written in enumerate(stepped.written) if written == POLL]
    assert len(polls) > 5
    assert all(stepped.written[at + 1] == ABORT for at in polls[:-1])


def test_the_command_after_an_abort_may_miss_its_acknowledgement() -> None:
    missed = iter([False, True] * 100)

    def says(written: bytes) -> bytes:
        if written == POLL:
            return b"" if next(missed) else ACK + READ
        return b"" if written == ABORT else ACK + pn532(bytes((0xD5, 0x15 if NORMAL_MODE in written else 0x33)))

    stepped = talked(says).go(most=200)
    assert not stepped.has_ended
    assert len(reads(stepped.heard)) > 5


def test_a_chip_that_waits_for_a_card_without_end_answers_when_one_comes() -> None:
    with EmulatedPn532() as reader:
        says = said_by(reader)
        assert says(WAKE + POLL) == ACK
        reader.tap("CB98A605")
        assert reads(Pn532Codec().feed(says(b""))) == ["CB98A605"]
        reader.remove()
        assert says(POLL) + says(ABORT) == ACK
        reader.tap("8A4CB512")
        assert says(b"") == b""


@pytest.mark.parametrize("reply", [pn532(b"\xd5\x03\x32\x01\x06"), pn532(b"\xd5\x15"), pn532(b"\x7f"), FIRMWARE, ACK])
def test_only_a_whole_firmware_reply_is_a_pn532(reply: bytes) -> None:
    assert Stepped(pn532_probe(), Pn532Codec(), lambda _written: ACK + reply).go().result is False


def test_a_sleeping_chip_that_misses_the_first_question_is_recognised() -> None:
    replies = iter([b"", ACK + pn532(b"\xd5\x03\x32\x01\x06\x07")])
    assert Stepped(pn532_probe(), Pn532Codec(), lambda _written: next(replies)).go().result is True


def test_acknowledgement_and_reply_in_one_read_are_both_heard() -> None:
    assert said(Pn532Codec().feed(ACK + READ)) == ["= ack", "CB98A605"]
    assert said(Pn532Codec().feed(READ + ACK)) == ["CB98A605", "= ack"]


def test_a_damaged_frame_is_blamed_once_however_much_in_it_looks_like_a_start() -> None:
    damaged = bytearray(pn532(b"\xd5\x41\x00" + b"\x00\xff\x05\x05" * 12))
    damaged[8] ^= 1
    codec = Pn532Codec()
    assert [fault.reason for fault in faults(codec.feed(bytes(damaged)) + codec.idle())] == [FaultReason.WRONG_CHECK]


def test_a_frame_behind_a_false_length_is_read_when_the_line_falls_silent() -> None:
    codec = Pn532Codec()
    assert codec.feed(bytes.fromhex("00ff40c0") + READ) == []
    assert said(codec.idle()) == ["! cut", "CB98A605"]


def test_zeros_alone_are_neither_frame_nor_fault() -> None:
    codec = Pn532Codec()
    assert codec.feed(bytes(5000)) + codec.idle() == []
