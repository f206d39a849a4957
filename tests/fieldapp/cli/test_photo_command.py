"""`fieldapp photo`: a picture file from anywhere becomes a photo of the report that is being written."""

from pathlib import Path

import pytest
from PIL import Image

from fieldapp.bootstrap import photo_gear
from fieldapp.config import TabletConfig
from tests.fieldapp.cli.command_line import Home


def picture(file: Path) -> Path:
    Image.new("RGB", (40, 30), "red").save(file)
    return file


def offered(home: Home) -> list[str]:
    pictures = photo_gear(TabletConfig(), home.database.parent).camera.pictures(9)
    return sorted(each.name for each in pictures)


def test_files_are_offered_to_the_app_without_any_camera(home: Home, tmp_path: Path) -> None:
    files = [picture(tmp_path / "door.jpg"), picture(tmp_path / "lamp.png")]
    ended = home.call("photo", *map(str, files))
    assert (ended.status, ended.out, ended.err) == (0, "", "2 pictures are offered\n")
    assert offered(home) == ["door.jpg", "lamp.png"]
    assert all(file.exists() for file in files)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "The picture is gone."),
        (b"", "The file is empty."),
        (b"no picture at all", "This is not a photo: use JPEG, PNG or WebP."),
    ],
)
def test_of_several_files_with_a_bad_one_none_is_offered(
    home: Home, tmp_path: Path, data: bytes | None, why: str
) -> None:
    bad = tmp_path / "bad.jpg"
    if data is not None:
        bad.write_bytes(data)
    ended = home.call("photo", str(picture(tmp_path / "good.jpg")), str(bad))
    assert (ended.status, ended.err) == (1, f"{bad}: {why} (E-PHOTO)\n")
    assert offered(home) == []
