"""Parallax: twelve bytes without a check, and what damaged ones say."""

import random

import pytest

from devices.codecs.parallax import ParallaxCodec
from devices.models import MODELS
from tests.contracts.codec_frames import said

FRAME = b"\n62E3086CED\r"


def all_said(data: bytes) -> list[str]:
    codec = ParallaxCodec()
    return said(codec.feed(data) + codec.idle())


def test_lower_case_digits_are_accepted_and_said_in_upper_case() -> None:
    assert all_said(FRAME.lower()) == ["62E3086CED"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (FRAME * 3, ["62E3086CED"] * 3),
        (b"62E3086CED\r" + FRAME, ["62E3086CED"]),
        (FRAME[:6] + FRAME, ["! cut", "62E3086CED"]),
        (b"\n\n\n" + FRAME, ["62E3086CED"]),
        (b"\n\r" + FRAME, ["! wrong_length", "62E3086CED"]),
        (b"\n62E3 86CED\r", ["! not_hex"]),
        (b"\n62E3086CED0\r", ["! too_long"]),
        (FRAME[:-1], ["! cut"]),
        (b"\xff\xfe\x00" + FRAME + b"\x00", ["62E3086CED"]),
    ],
)
def test_a_damaged_frame_costs_only_itself(data: bytes, expected: list[str]) -> None:
    assert all_said(data) == expected


def test_a_megabyte_of_random_bytes_gives_no_reading() -> None:
    assert [what for what in all_said(random.Random(28140).randbytes(1 << 20)) if not what.startswith("!")] == []


def test_one_read_is_not_enough_and_nobody_looks_for_this_reader() -> None:
    model = MODELS["parallax"]
    assert not model.is_sure
    assert model.probe is None
    assert model.line.baud == 2400
