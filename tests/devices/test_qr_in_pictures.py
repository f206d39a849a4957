"""Codes in pictures: never fewer than zxing-cpp reads by default, never another text, and more where it gives up."""

import random

import pytest
import zxingcpp
from PIL import Image, ImageOps

from devices.qr.codes import Code, Spot, codes_and_unread, codes_in, joined
from devices.qr.tries import look
from tests.devices.hard_pictures import SCENES, code, corners_of, hard_pictures, iced, noisy, placed, plate, wall

MORE_THAN_DEFAULTS = ("blurred", "frosted", "grainy", "pale", "shaken")
"""Scenes in which the library gives up on some."""


def by_default(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in look(picture)[0]]


@pytest.mark.parametrize("scene", sorted(set(SCENES) - {"large"}))
def test_whatever_the_library_reads_by_default_comes_first_and_as_it_says_it(scene: str) -> None:
    for hard in hard_pictures(2, [scene]):
        default = by_default(hard.picture)
        ours = read(hard.picture)
        assert ours[: len(default)] == default
        assert set(ours) <= set(hard.texts)


def test_further_looks_read_codes_that_the_library_gives_up_on() -> None:
    given_up = [hard for hard in hard_pictures(4, MORE_THAN_DEFAULTS) if not by_default(hard.picture)]
    read_after_all = [hard for hard in given_up if read(hard.picture) == list(hard.texts)]
    assert len(given_up) >= 4, "the pictures are too easy to show anything"
    assert len(read_after_all) >= len(given_up) / 2


def test_a_code_in_a_large_photograph_is_read() -> None:
    (hard,) = hard_pictures(1, ["large"])
    assert hard.picture.size == (4000, 3000)
    assert read(hard.picture) == list(hard.texts)


def test_the_two_codes_of_one_plate_are_two() -> None:
    luck, text = random.Random(5), plate(5)
    picture = wall(640, 480, luck)
    for middle in ((180, 150), (460, 330)):
        picture = placed(picture, code(text), corners_of(middle, 160, 5, luck, 0.02))
    assert read(picture) == [text, text]


@pytest.mark.parametrize("seed", range(3))
def test_walls_and_noise_hold_no_code(seed: int) -> None:
    luck = random.Random(seed)
    squares = Image.frombytes("L", (160, 120), bytes(luck.choice((0, 255)) for _square in range(160 * 120)))
    for picture in (
        wall(640, 480, luck),
        noisy(wall(640, 480, luck), luck, 150),
        squares.resize((640, 480), Image.Resampling.NEAREST),
    ):
        assert look(picture) == ([], [])


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "F"])
def test_a_code_is_read_in_every_mode(mode: str) -> None:
    picture = code("XG1").convert("RGB") if mode in {"CMYK", "YCbCr"} else code("XG1")
    assert read(picture.convert(mode)) == ["XG1"]


def test_sixteen_bits_of_gray_are_looked_at_as_a_whole() -> None:
    faint = code("XG1").convert("I").point(lambda value: value * 20 + 30_000)
    assert by_default(faint) == []
    assert read(faint) == ["XG1"]


def test_a_code_drawn_by_transparency_alone_is_seen_on_white() -> None:
    drawn = Image.new("RGBA", code("XG1").size, (0, 0, 0, 0))
    drawn.putalpha(ImageOps.invert(code("XG1")))
    assert by_default(drawn) == []
    assert read(drawn) == ["XG1"]


@pytest.mark.parametrize(
    "payload",
    [
        "平房区 3 号楼".encode(),
        "平房区友协大街".encode("gbk"),
        bytes(range(0x80, 0xA0)),
        b"a\x1b[31mb",
        b"tab\tline\r\nend",
    ],
    ids=["utf-8", "gbk", "bytes", "escape", "lines"],
)
def test_the_text_of_any_payload_is_what_the_library_says(payload: bytes) -> None:
    picture = code(payload)
    assert read(picture) == by_default(picture) != []


def test_a_frame_of_gray_bytes_needs_no_copy_and_no_library_for_arrays() -> None:
    picture = code("XG1")
    frame = bytearray(picture.tobytes())
    shaped = memoryview(frame).cast("B", (picture.height, picture.width))
    assert [found.text for found in codes_in(shaped, plates_only=True)] == ["XG1"]


def test_a_code_that_is_seen_and_not_read_is_told_with_its_place() -> None:
    luck = random.Random(3)
    spoilt = iced(code(plate(3)), luck, (198, 198), 120, 0.9)
    read_codes, unread = codes_and_unread(memoryview(spoilt.tobytes()).cast("B", (spoilt.height, spoilt.width)))
    assert read_codes == []
    (spot,) = unread
    assert spot.side == pytest.approx(300, abs=30)


def test_what_lies_where_something_is_known_is_not_added() -> None:
    known = [Code("A", Spot(0, 0, 100, 100))]
    same = Code("B", Spot(30, 30, 90, 90))
    around = Code("C", Spot(-100, -100, 200, 200))
    beside = Code("A", Spot(120, 0, 220, 100))
    assert joined(known, [same, around, beside]) == [*known, beside]
