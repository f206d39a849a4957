"""A kept photo is small and upright, and says when it was taken and nothing else."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from sync.imaging.photos import AIM_BYTES, SIDE, Refused
from sync.imaging.recipe import LADDER, developed, preview
from tests.sync.imaging.made_pictures import (
    TAKEN,
    as_bytes,
    as_camera_writes,
    noise,
    png_claiming,
    scene,
    tags_of,
)

DATE_TIME_ORIGINAL = 0x9003


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def corner(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """Return the colour at a place, as a share of width and height, with each channel on or off."""
    pixel = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(pixel, tuple)
    return tuple(round(channel / 255) for channel in pixel)


def test_of_all_a_camera_writes_only_the_time_taken_stays() -> None:
    before = as_camera_writes(scene())
    assert len(dict(tags_of(before))) > 10, "the sample must hold something to take out"
    photo = developed(before)
    assert dict(tags_of(photo.data)) == {DATE_TIME_ORIGINAL: TAKEN}
    assert b"SYNTHETIC" in before
    assert b"SYNTHETIC" not in photo.data
    assert b"GPS" not in photo.data
    assert photo.taken == TAKEN


def test_nothing_hangs_on_a_photo_beside_its_pixels_and_its_time() -> None:
    kept = opened(developed(as_camera_writes(scene())).data)
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "exif"}
    assert kept.format == "JPEG"


@pytest.mark.parametrize(
    "taken", ["", "0000:00:00 00:00:00", "2026:13:45 99:00:00", "1970:01:01 00:00:00", "$(reboot)"]
)
def test_a_time_that_is_none_is_left_out(taken: str) -> None:
    photo = developed(as_camera_writes(scene(), taken=taken))
    assert photo.taken == ""
    assert dict(tags_of(photo.data)) == {}


def test_a_large_photo_is_scaled_to_the_longest_side() -> None:
    photo = developed(as_bytes(scene(4000, 3000)))
    assert (photo.width, photo.height) == (1600, 1200)
    assert opened(photo.data).size == (1600, 1200)


def test_size_and_weight_can_be_configured() -> None:
    photo = developed(as_bytes(noise(1200, 900)), side=1000, aim_bytes=100_000)
    assert max(photo.width, photo.height) <= 1000
    assert len(photo.data) <= 100_000


def test_a_small_photo_is_never_enlarged() -> None:
    assert opened(developed(as_bytes(scene(200, 100))).data).size == (200, 100)


def test_what_compresses_badly_is_made_smaller_until_it_fits() -> None:
    photo = developed(as_bytes(noise(1600, 1200), quality=95))
    assert len(photo.data) <= AIM_BYTES
    assert max(photo.width, photo.height) >= SIDE * LADDER[-1][0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(320, 240), (2400, 1800)])
def test_every_orientation_comes_out_upright(orientation: int, size: tuple[int, int]) -> None:
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = scene(*size)
    if orientation in turned:
        picture = picture.transpose(turned[orientation])
    upright = opened(developed(as_camera_writes(picture, orientation=orientation)).data)
    assert upright.width > upright.height
    assert corner(upright, 0.1, 0.1) == (1, 0, 0)
    assert corner(upright, 0.9, 0.1) == (0, 1, 0)
    assert corner(upright, 0.9, 0.9) == (0, 0, 1)


def test_the_same_picture_gives_the_same_photo() -> None:
    assert developed(as_camera_writes(scene(3000, 2000))) == developed(as_camera_writes(scene(3000, 2000)))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
    ],
)
def test_every_usual_kind_of_picture_becomes_a_jpeg(kind: str, mode: str) -> None:
    source = scene(1800, 900)
    data = as_bytes(Image.new(mode, (1800, 900)) if mode == "I;16" else source.convert(mode), kind)
    kept = opened(developed(data).data)
    assert (kept.format, kept.mode) == ("JPEG", "RGB")
    assert kept.width == kept.height * 2 >= 1000


def test_what_is_transparent_becomes_white() -> None:
    kept = opened(developed(as_bytes(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")).data)
    assert corner(kept, 0.5, 0.5) == (1, 1, 1)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (SVG, "not_a_picture"),
        (b"\xff\xd8", "not_a_picture"),
        (as_bytes(scene(), "GIF"), "not_a_picture"),
        (as_bytes(scene(), "BMP"), "not_a_picture"),
        (as_bytes(scene(), "TIFF"), "not_a_picture"),
        (as_bytes(scene(1000, 800))[:5000], "damaged"),
        (as_bytes(scene(), "PNG")[:400], "damaged"),
        (png_claiming(10_000, 10_000), "too_many_pixels"),
        (png_claiming(60_000, 60_000), "too_many_pixels"),
        (png_claiming(60_000, 2), "too_many_pixels"),
        (png_claiming(3_000, 3_000), "damaged"),
    ],
    ids=[
        "empty",
        "svg",
        "jpeg head",
        "gif",
        "bmp",
        "tiff",
        "cut jpeg",
        "cut png",
        "100 MP",
        "bomb",
        "long",
        "false head",
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        developed(data)
    assert refused.value.reason == reason


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_picture_with_broken_bytes_is_kept_clean_or_refused(data: st.DataObject) -> None:
    whole = bytearray(as_camera_writes(scene(64, 48)))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        photo = developed(bytes(whole))
    except Refused:
        return
    assert set(dict(tags_of(photo.data))) <= {DATE_TIME_ORIGINAL}
    assert b"SYNTHETIC" not in photo.data


@given(st.binary(max_size=300))
def test_bytes_from_anywhere_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        developed(data)


def test_a_preview_keeps_the_shape_and_its_bytes_are_its_pixels() -> None:
    pixels = preview(as_bytes(scene(1600, 1200)), 80, 40)
    assert (pixels.width, pixels.height) == (53, 40)
    assert len(pixels.data) == 53 * 40 * 3
    assert [round(channel / 255) for channel in pixels.data[:3]] == [1, 0, 0]
