"""Which byte is an upload's follows from its name in every version, since servers of two versions share a folder."""

import fcntl
import os
import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from sync.caseapi.errors import Overloaded, StorageFailed
from sync.caseapi.storage.blobs import Folders
from sync.caseapi.storage.holding import LOCK_NAME, Hold

UPLOAD = "ab.cd"
PLACE = int.from_bytes(sha256(UPLOAD.encode()).digest()[:8], "big") >> 2


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Hold]:
    made = held_by(tmp_path)
    yield made
    made.close()


def held_by(folder: Path, upload: str = UPLOAD) -> Hold:
    return Hold(Folders(folder), folder, upload, is_shared=True)


def is_free(folder: Path, place: int) -> bool:
    """Tell whether one byte of the file could be locked."""
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0))
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_one_byte_is_locked_and_no_other(hold: Hold, tmp_path: Path) -> None:
    hold.take()
    found = [is_free(tmp_path, place) for place in (0, PLACE - 1, PLACE, PLACE + 1)]
    assert found == [True, True, False, True]


def test_the_file_stays_empty_and_its_owners(hold: Hold, tmp_path: Path) -> None:
    hold.take()
    status = (tmp_path / LOCK_NAME).stat()
    assert (status.st_size, status.st_mode & 0o777) == (0, 0o600)


def test_two_holds_of_one_upload_exclude_each_other_and_those_of_two_do_not(hold: Hold, tmp_path: Path) -> None:
    hold.take()
    second, other = held_by(tmp_path), held_by(tmp_path, "another upload")
    with pytest.raises(Overloaded):
        second.take()
    other.take()
    for each in (second, other):
        each.close()
    assert not is_free(tmp_path, PLACE)


def test_closing_lets_go_of_lock_and_file_and_may_be_done_twice(hold: Hold, tmp_path: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    hold.close()
    hold.take()
    hold.close()
    hold.close()
    assert is_free(tmp_path, PLACE)
    assert set(os.listdir("/proc/self/fd")) == before
    hold.take()
    assert not is_free(tmp_path, PLACE)


def test_the_folder_is_made_where_it_is_missing_and_a_refusal_of_the_disk_is_told(tmp_path: Path) -> None:
    hold = Hold(Folders(tmp_path / "media"), tmp_path / "media" / "arriving", UPLOAD, is_shared=True)
    hold.take()
    hold.close()
    assert (tmp_path / "media" / "arriving" / LOCK_NAME).is_file()
    (tmp_path / "file").touch()
    with pytest.raises(StorageFailed, match="could not be held"):
        held_by(tmp_path / "file").take()
