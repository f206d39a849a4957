"""The demo's camera: pictures that are plainly synthetic, offered at once, and kept without place and maker."""

from pathlib import Path

from fieldapp.demo.camera import SIZE, EmulatedCamera
from fieldapp.imaging.camera import Camera
from sync.imaging.recipe import developed
from tests.sync.imaging.made_pictures import tags_of


def test_each_picture_is_another_and_the_newest_is_offered_first(tmp_path: Path) -> None:
    camera = EmulatedCamera(tmp_path)
    taken = [camera.take() for _ in range(3)]
    assert len({file.read_bytes() for file in taken}) == 3
    offered = Camera(tmp_path, (), tmp_path / "spool").pictures(5)
    assert [picture.path for picture in offered] == taken[::-1]


def test_a_picture_says_it_is_synthetic_and_loses_place_and_maker_as_a_photo(tmp_path: Path) -> None:
    data = EmulatedCamera(tmp_path).take().read_bytes()
    assert b"SYNTHETIC CAMERA" in data
    assert any(tag == 1 and value == "N" for tag, value in tags_of(data))
    photo = developed(data)
    assert b"SYNTHETIC" not in photo.data
    assert [tag for tag, _value in tags_of(photo.data)] == [0x9003]
    assert photo.width < SIZE[0]
