"""Pictures come from a folder, newest first, or from a command that is run without a shell and never for ever."""

import os
import sys
from pathlib import Path
from typing import IO

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


def test_a_file_that_is_handed_in_is_the_newest_picture_and_its_copy_goes_when_it_is_used(tmp_path: Path) -> None:
    spool, file = tmp_path / "spool", picture_at(tmp_path / "old.jpg", 86_400 * 365)
    camera = Camera(None, (), spool, now=lambda: NOW_S)
    assert not camera.is_there
    handed = camera.hand_in(file)
    assert camera.is_there
    assert not camera.takes_pictures
    assert handed.path.read_bytes() == b"picture"
    later = Camera(picture_at(tmp_path / "watched" / "now.jpg", 10).parent, (), spool, now=lambda: NOW_S + 9)
    assert names(later) == ["old.jpg", "now.jpg"]
    later.used(handed)
    assert names(later) == ["now.jpg"]
    assert file.exists()


def test_files_of_one_name_are_handed_in_side_by_side_and_one_without_an_ending_gets_one(tmp_path: Path) -> None:
    camera = Camera(None, (), tmp_path / "spool")
    file = picture_at(tmp_path / "a.jpg", 0)
    plain = picture_at(tmp_path / "from a mail", 0)
    handed = [camera.hand_in(each).name for each in (file, file, file, plain)]
    assert handed == ["a.jpg", "a-2.jpg", "a-3.jpg", "from a mail.jpg"]


def test_a_file_that_cannot_be_read_and_a_full_disk_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = Camera(None, (), tmp_path / "spool")
    with pytest.raises(FileNotFoundError):
        camera.hand_in(tmp_path / "nowhere.jpg")

    def no_room(_source: object, copy: IO[bytes]) -> None:
        copy.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", no_room)
    with pytest.raises(Refused) as refused:
        camera.hand_in(picture_at(tmp_path / "a.jpg", 0))
    assert refused.value.reason == "disk_low"
    assert list((tmp_path / "spool").iterdir()) == []
