"""Real files in a real folder, decoded by the real process: what is no photo gets a sentence, and the form goes on."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from fieldapp.imaging.camera import FILE_WORD, Camera
from fieldapp.services.photo_field import photos_in
from sync.imaging.darkroom import Darkroom
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, World, make_world
from tests.fieldapp.robot import robot_in
from tests.sync.imaging.made_pictures import as_bytes, as_camera_writes, png_claiming, scene, tags_of

REVIEW = ("2", "1", "1")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'


def world_over(folder: Path, command: Sequence[str] = ()) -> World:
    """Return a tablet whose camera and darkroom are the real ones, its clock in the present."""
    world = make_world().signed_in()
    world.clock.set_wall(time.time_ns() // 1_000_000)
    world.camera = Camera(folder, command, folder.parent / "spool")  # type: ignore[assignment] # the real one
    world.darkroom = Darkroom()  # type: ignore[assignment] # the real one
    return world


def put(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    a_moment_ago_s = time.time() - 5
    os.utime(folder / name, (a_moment_ago_s, a_moment_ago_s))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("svg.jpg", SVG, "This is not a photo"),
        ("cut.jpg", as_bytes(scene(1200, 900))[:6000], "The picture is damaged"),
        ("huge.png", png_claiming(10_000, 10_000), "The picture is too large"),
        ("moving.jpg", as_bytes(scene(), "GIF"), "This is not a photo"),
        ("empty.jpg", b"", "The file is empty"),
        ("[bold]\x1b[2Jevil\u202e.jpg", SVG, "This is not a photo"),
    ],
    ids=["svg", "cut", "100 MP", "gif", "empty", "hostile name"],
)
async def test_a_file_that_is_no_photo_is_said_and_the_report_goes_on(
    name: str, data: bytes, words: str, tmp_path: Path
) -> None:
    put(tmp_path / "camera", name, data)
    async with robot_in(world_over(tmp_path / "camera")) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        assert robot.word == "No photo"
        assert robot.sees(words)
        await robot.press("8")
        assert "\x1b" not in robot.text
        await robot.press("0", "1")
        assert robot.kinds[-1] == "case_report"


async def test_a_photo_of_a_real_file_keeps_nothing_but_its_time(tmp_path: Path) -> None:
    put(tmp_path / "camera", "a.jpg", as_camera_writes(scene(3000, 2000), orientation=6))
    world = world_over(tmp_path / "camera")
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        (photo,) = photos_in(world.services.forms.values("problem"))
        assert [tag for tag, _value in tags_of(world.media.held[photo.sha256])] == [0x9003]
        assert (photo.width, photo.height) == (1067, 1600)


async def test_a_real_command_takes_the_photo_and_leaves_no_picture_behind(tmp_path: Path) -> None:
    (tmp_path / "sample.jpg").write_bytes(as_camera_writes(scene()))
    program = f"import shutil, sys; shutil.copy({str(tmp_path / 'sample.jpg')!r}, sys.argv[1])"
    world = world_over(tmp_path / "camera", (sys.executable, "-c", program, FILE_WORD))
    async with robot_in(world) as robot:
        await robot.scan(PLATE_ENTRANCE_11)
        await robot.press(*REVIEW, "7")
        assert robot.word == "Photo added"
    assert list((tmp_path / "spool").iterdir()) == []
