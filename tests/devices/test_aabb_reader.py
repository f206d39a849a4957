"""AA BB modules: how both layouts are asked, and what their weak check leaves open."""

from collections.abc import Callable

import pytest

from devices.codecs.aabb import REQUEST, UID, Aabb8Codec, Aabb16Codec, frame8, frame16
from devices.codecs.base import Codec
from devices.dialogues.aabb import ASK_UID_8, aabb8_probe, aabb16_dialogue, aabb16_probe
from devices.emulator import EmulatedAabb8, EmulatedAabb16
from devices.reading import FaultReason
from tests.contracts.codec_frames import faults, reads, said
from tests.devices.checks import aabb8, aabb16
from tests.devices.stepping import Stepped, said_by

REQUEST_ALL = bytes.fromhex("aabb0600000001025251")
CARD = bytes.fromhex("aabb0a0000000202005aefc60477")
"""A public capture."""

LAYOUTS = pytest.mark.parametrize(
    ("codec", "listed"),
    [
        pytest.param(Aabb16Codec, lambda uid: aabb16(0x0202, b"\x00" + uid), id="aabb16"),
        pytest.param(Aabb8Codec, lambda uid: aabb8(0x20, uid), id="aabb8"),
    ],
)
Listed = Callable[[bytes], bytes]


def test_the_questions_are_those_of_the_manual() -> None:
    assert frame16(REQUEST, b"\x52") == REQUEST_ALL
    assert frame16(UID, b"\x04") == bytes.fromhex("aabb0600000002020404")
    assert bytes.fromhex("aabb022022") == ASK_UID_8
    assert frame16(UID, b"\x00\xaa\xaa\xaa\xaa") == aabb16(0x0202, b"\x00\xaa\xaa\xaa\xaa")
    assert frame8(0x20, b"\xaa\x00\xaa\xbb") == aabb8(0x20, b"\xaa\x00\xaa\xbb")


def test_a_card_is_found_named_and_put_to_rest_so_that_it_is_found_again() -> None:
    with EmulatedAabb16() as reader:
        reader.present("5AEFC604")
        stepped = Stepped(aabb16_dialogue(), Aabb16Codec(), said_by(reader)).go(most=200)
    asked = [written[6:8].hex() for written in stepped.written[1:]]
    assert asked[:6] == ["0102", "0202", "0402"] * 2
    assert set(reads(stepped.heard)) == {"5AEFC604"}


def test_a_card_with_seven_bytes_is_never_named_by_their_first_part() -> None:
    with EmulatedAabb16() as reader:
        reader.present("047BCB51962280")
        stepped = Stepped(aabb16_dialogue(), Aabb16Codec(), said_by(reader)).go(most=200)
    assert set(reads(stepped.heard)) == {"047BCB51962280"}


def test_a_module_that_answers_to_the_other_address_only_is_asked_at_it() -> None:
    def says(written: bytes) -> bytes:
        return CARD if written[4:8] == b"\xff\xff\x02\x02" else aabb16(0x0201, b"\x00\x04\x00") * (written[4] == 0xFF)

    stepped = Stepped(aabb16_dialogue(), Aabb16Codec(), says).go(most=200)
    assert not stepped.has_ended
    assert set(reads(stepped.heard)) == {"5AEFC604"}


def test_a_module_in_automatic_mode_is_heard_without_being_asked() -> None:
    with EmulatedAabb8(sends_unasked=True) as reader:
        says = said_by(reader)
        reader.tap("3D986201")
        assert reads(Aabb8Codec().feed(says(b""))) == ["3D986201"]


@pytest.mark.parametrize("reply", [REQUEST_ALL, aabb16(0x0106, b"\x00"), CARD, ASK_UID_8, aabb8(0x0C), b"\xaa\xbb"])
def test_an_echo_and_answers_to_other_questions_are_no_sign_of_a_module(reply: bytes) -> None:
    for probe, codec in ((aabb16_probe, Aabb16Codec), (aabb8_probe, Aabb8Codec)):
        assert Stepped(probe(), codec(), lambda _written: reply).go().result is False


@LAYOUTS
@pytest.mark.parametrize("uid", ["000000AA", "AA000000", "00AA00AA", "AAAAAAAA", "AABB00AA", "5AAAC604", "04AA0088"])
def test_one_wrong_byte_never_gives_another_uid_however_much_stuffing(
    codec: Callable[[], Codec], listed: Listed, uid: str
) -> None:
    frame = listed(bytes.fromhex(uid))
    for position in range(len(frame)):
        for wrong in range(256):
            damaged = frame[:position] + bytes([wrong]) + frame[position + 1 :]
            for behind in (b"", frame):
                judge = codec()
                assert set(reads(judge.feed(damaged + behind) + judge.idle())) <= {uid}, (position, wrong)


@LAYOUTS
@pytest.mark.parametrize("uid", ["5A00C604", "5AEFC600", "00000000", "04EFC604", "AA00BB12"])
def test_a_uid_open_to_doubt_counts_once_silence_or_the_next_frame_follows(
    codec: Callable[[], Codec], listed: Listed, uid: str
) -> None:
    frame = listed(bytes.fromhex(uid))
    is_open = uid != "AA00BB12"
    by_silence, by_frame = codec(), codec()
    assert reads(by_silence.feed(frame)) == ([] if is_open else [uid])
    assert reads(by_silence.idle()) == ([uid] if is_open else [])
    assert reads(by_frame.feed(frame + frame[:2])) == [uid]


@LAYOUTS
def test_a_uid_open_to_doubt_with_more_behind_it_is_a_fault(codec: Callable[[], Codec], listed: Listed) -> None:
    judge = codec()
    events = judge.feed(listed(bytes.fromhex("5A00C604")) + b"\x31") + judge.idle()
    assert said(events) == [f"! {FaultReason.WRONG_LENGTH}"]


@LAYOUTS
def test_a_bcc_of_aa_whose_stuffing_never_comes_counts_once_the_line_is_silent(
    codec: Callable[[], Codec], listed: Listed
) -> None:
    uid = next(
        uid for last in range(256) if (uid := bytes([0x5A, 0xEF, 0xC6, last])) and listed(uid).endswith(b"\xaa\x00")
    )
    judge = codec()
    assert judge.feed(listed(uid)[:-1]) == []
    assert reads(judge.idle()) == [uid.hex().upper()]
    assert [fault.reason for fault in faults(codec().feed(listed(uid)[:-1] + b"\xaa"))] == [FaultReason.CUT]
