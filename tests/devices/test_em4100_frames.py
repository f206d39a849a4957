"""EM4100: what both framings share, and what damaged ones say."""

import pytest

from devices.codecs.em4100 import Em4100Codec
from devices.emulator.em4100 import em4100_frame
from devices.reading import FaultReason
from tests.contracts.codec_frames import faults, reads

CARD = "62E3086CED"
FRAME = em4100_frame(CARD)


def test_lower_case_digits_are_accepted_and_said_in_upper_case() -> None:
    assert reads(Em4100Codec().feed(FRAME.lower())) == [CARD]


def test_an_id12la_frame_says_the_same_card_as_an_rdm6300_frame() -> None:
    assert reads(Em4100Codec().feed(em4100_frame(CARD, "id12la") + FRAME)) == [CARD, CARD]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"\x0262E3086CED09\x03", FaultReason.WRONG_CHECK),
        (b"\x0262E3086CEDZ8\x03", FaultReason.NOT_HEX),
        (b"\x0262 E3086CED8\x03", FaultReason.NOT_HEX),
        (b"\x0262E3086CE08\x03", FaultReason.WRONG_LENGTH),
        (b"\x0262E3086CED08\r\x03", FaultReason.WRONG_LENGTH),
        (b"\x0262E3086CED08\n\r\x03", FaultReason.NOT_HEX),
        (b"\x0262E3086CED080808", FaultReason.TOO_LONG),
        (b"\x02\x03", FaultReason.WRONG_LENGTH),
    ],
)
def test_a_damaged_frame_is_one_fault_that_says_why(frame: bytes, reason: FaultReason) -> None:
    codec = Em4100Codec()
    events = codec.feed(frame) + codec.idle()
    assert [fault.reason for fault in faults(events)] == [reason]
    assert reads(events) == []


def test_a_frame_interrupted_by_the_next_is_a_cut_and_the_next_is_read() -> None:
    cut, read = Em4100Codec().feed(FRAME[:6] + FRAME)
    assert faults([cut])[0].sample == FRAME[:6]
    assert reads([read]) == [CARD]


def test_the_tail_of_a_frame_whose_start_was_missed_says_nothing() -> None:
    codec = Em4100Codec()
    assert codec.feed(FRAME[3:]) + codec.idle() == []
