"""Pictures come from a folder, newest first, or from a command that is run without a shell and never for ever."""

import os
import sys
from pathlib import Path

import pytest

from fieldapp.imaging.camera import FILE_WORD, SPOOL_DAYS_S, Camera
from sync.imaging.photos import Refused

NOW_S = 1_795_392_000.0


def watching(folder: Path) -> Camera:
    return Camera(folder, (), folder.parent / "spool", now=lambda: NOW_S)


def taking(spool: Path, *command: str, timeout_s: float = 20.0) -> Camera:
    return Camera(None, command, spool, timeout_s=timeout_s)


def picture_at(file: Path, seconds_ago: float, data: bytes = b"picture") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    at_ns = int((NOW_S - seconds_ago) * 1e9)
    os.utime(file, ns=(at_ns, at_ns))
    return file


def names(camera: Camera, limit: int = 10) -> list[str]:
    return [picture.name for picture in camera.pictures(limit)]


def refusal(camera: Camera) -> str:
    with pytest.raises(Refused) as refused:
        camera.take()
    return refused.value.reason


def test_the_newest_picture_comes_first_and_sub_folders_count(tmp_path: Path) -> None:
    picture_at(tmp_path / "a.jpg", 300)
    picture_at(tmp_path / "100MEDIA" / "b.JPG", 20)
    picture_at(tmp_path / "c.png", 100)
    assert names(watching(tmp_path)) == ["b.JPG", "c.png", "a.jpg"]
    assert names(watching(tmp_path), limit=1) == ["b.JPG"]


def test_what_is_no_picture_by_name_or_nature_is_not_offered(tmp_path: Path) -> None:
    picture_at(tmp_path / "notes.txt", 20)
    picture_at(tmp_path / ".hidden.jpg", 20)
    picture_at(tmp_path / "deep" / "deeper" / "d.jpg", 20)
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to("/dev/zero")
    assert names(watching(tmp_path)) == []


def test_a_picture_still_being_written_is_not_offered_yet(tmp_path: Path) -> None:
    picture_at(tmp_path / "half.jpg", 0.1)
    assert names(watching(tmp_path)) == []
    picture_at(tmp_path / "half.jpg", 1)
    assert names(watching(tmp_path)) == ["half.jpg"]


def test_a_camera_whose_clock_is_ahead_is_offered_all_the_same(tmp_path: Path) -> None:
    picture_at(tmp_path / "ahead.jpg", -86_400)
    assert names(watching(tmp_path)) == ["ahead.jpg"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert names(watching(tmp_path / "unplugged")) == []


def test_another_picture_of_the_same_name_is_another(tmp_path: Path) -> None:
    picture_at(tmp_path / "a.jpg", 30)
    (before,) = watching(tmp_path).pictures(1)
    picture_at(tmp_path / "a.jpg", 20)
    (after,) = watching(tmp_path).pictures(1)
    assert before.key != after.key


def test_a_name_of_foreign_bytes_is_offered(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jpg"))
    picture_at(file, 20)
    assert len(watching(tmp_path).pictures(5)) == 1


def test_the_command_writes_the_file_it_is_given(tmp_path: Path) -> None:
    spool = tmp_path / "spool; touch harm"
    camera = taking(spool, sys.executable, "-c", "import sys; open(sys.argv[1], 'wb').write(b'taken')", FILE_WORD)
    picture = camera.take()
    assert picture.path.read_bytes() == b"taken"
    assert not (tmp_path / "harm").exists()
    assert picture.path.parent == spool
    camera.used(picture)
    assert not picture.path.exists()


def test_a_command_that_names_no_file_gets_it_last(tmp_path: Path) -> None:
    camera = taking(tmp_path, sys.executable, "-c", "import sys; open(sys.argv[1], 'wb').write(b'taken')")
    assert camera.take().size_bytes == 5


def test_a_picture_of_the_camera_is_never_removed(tmp_path: Path) -> None:
    file = picture_at(tmp_path / "a.jpg", 30)
    camera = watching(tmp_path)
    camera.used(camera.pictures(1)[0])
    assert file.exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((), "no_camera"),
        (("/there/is/no/such/program", FILE_WORD), "camera_missing"),
        ((sys.executable, "-c", "raise SystemExit(1)", FILE_WORD), "camera_failed"),
        ((sys.executable, "-c", "pass", FILE_WORD), "camera_failed"),
        ((sys.executable, "-c", "import sys; open(sys.argv[1], 'w')", FILE_WORD), "camera_failed"),
    ],
    ids=["none", "missing", "status", "no file", "empty file"],
)
def test_a_command_that_takes_nothing_is_said(command: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    assert refusal(taking(tmp_path, *command)) == reason


def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    program = "import subprocess, sys, time; subprocess.Popen(['sleep', '600']); time.sleep(600)"
    camera = taking(tmp_path, sys.executable, "-c", program, FILE_WORD, timeout_s=1.0)
    assert refusal(camera) == "camera_slow"


def test_what_was_taken_and_not_used_is_offered_again_and_goes_in_the_end(tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[1], 'wb').write(b'taken')"
    command = (sys.executable, "-c", program, FILE_WORD)
    taken = taking(tmp_path, *command).take()
    os.utime(taken.path, (NOW_S - 100, NOW_S - 100))
    later = Camera(None, command, tmp_path, now=lambda: NOW_S)
    assert names(later) == [taken.name]
    os.utime(taken.path, (NOW_S - SPOOL_DAYS_S - 1, NOW_S - SPOOL_DAYS_S - 1))
    later.take()
    assert not taken.path.exists()


def test_a_full_disk_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert refusal(taking(tmp_path / "file" / "spool", "true", FILE_WORD)) == "disk_low"
