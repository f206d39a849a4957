"""What is said to be held of an upload is on disk; what failed is cut back to what was held before it."""

import errno
import os
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage import staging as module
from sync.caseapi.storage.staging import STAGING_FOLDER, Staging

DEVICE = UUID(int=7)
NAME = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media" / STAGING_FOLDER


@pytest.fixture
def staging(folder: Path) -> Staging:
    return Staging(folder)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: names.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    return names


def fails(*_: object) -> int:
    raise OSError(errno.EIO, "Input/output error")


def keep(staging: Staging, data: bytes, offset: int = 0) -> None:
    part = staging.open(NAME, DEVICE, offset)
    part.write(data)
    part.sync()
    part.close()


def test_parts_are_appended_and_what_lies_beyond_the_offset_goes(staging: Staging) -> None:
    assert staging.held(NAME, DEVICE) == 0
    keep(staging, b"abcdef")
    keep(staging, b"ghi", 6)
    assert (staging.held(NAME, DEVICE), staging.path(NAME, DEVICE).read_bytes()) == (9, b"abcdefghi")
    keep(staging, b"XY", 4)
    assert staging.path(NAME, DEVICE).read_bytes() == b"abcdXY"


def test_an_upload_is_its_tablets_alone_and_only_the_servers_to_read(staging: Staging, folder: Path) -> None:
    keep(staging, b"abc")
    assert staging.held(NAME, UUID(int=8)) == 0
    assert staging.path(NAME, DEVICE) == folder / f"{NAME}.{DEVICE}"
    assert staging.path(NAME, DEVICE).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_part_says_how_far_it_is_and_how_much_is_held(staging: Staging) -> None:
    part = staging.open(NAME, DEVICE, 0)
    part.write(b"abcdef")
    part.write(b"gh")
    assert (part.offset, part.sync()) == (8, 8)
    part.drop()
    assert (part.offset, staging.held(NAME, DEVICE)) == (0, 0)
    part.close()
    part.close()


def test_whoever_asks_what_is_held_puts_it_on_disk(staging: Staging, synced: list[str]) -> None:
    keep(staging, b"abc")
    synced.clear()
    assert staging.held(NAME, DEVICE) == 3
    assert synced == [str(staging.path(NAME, DEVICE))]


def test_the_name_of_a_new_upload_is_put_on_disk_once_unless_it_moves_on(
    staging: Staging, folder: Path, synced: list[str]
) -> None:
    path = str(staging.path(NAME, DEVICE))
    part = staging.open(NAME, DEVICE, 0)
    synced.clear()
    part.sync(is_whole=True)
    assert synced == [path]
    part.sync()
    part.sync()
    assert synced == [path, path, str(folder), path]
    part.close()
    synced.clear()
    keep(staging, b"a", 0)
    assert synced == [path]


def test_a_write_that_takes_some_bytes_is_gone_on_with(staging: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda descriptor, data, offset: write(descriptor, data[:3], offset))
    keep(staging, b"abcdefgh")
    keep(staging, b"ijkl", 8)
    assert staging.path(NAME, DEVICE).read_bytes() == b"abcdefghijkl"


@pytest.mark.parametrize("call", ["pwrite", "fsync"])
def test_what_fails_is_cut_back_to_what_was_held(staging: Staging, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    keep(staging, b"abc")
    part = staging.open(NAME, DEVICE, 3)
    part.write(b"def")
    assert part.offset == 6

    def go_on() -> None:
        part.write(b"ghi")
        part.sync()

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fails)
        with pytest.raises(StorageFailed, match="upload could not be"):
            go_on()
    assert part.offset == 3
    assert staging.path(NAME, DEVICE).read_bytes() == b"abc"
    part.close()


def test_a_part_that_failed_and_cannot_be_cut_back_still_says_so(
    staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = staging.open(NAME, DEVICE, 0)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fails)
        broken.setattr(os, "ftruncate", fails)
        with pytest.raises(StorageFailed, match="Input/output"):
            part.sync()
        assert part.offset == 0
        with pytest.raises(StorageFailed, match="cut back"):
            part.drop()
    part.close()


def test_an_upload_that_cannot_be_cut_back_is_not_opened(staging: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(staging, b"abcdef")
    before = set(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as broken:
        broken.setattr(os, "ftruncate", fails)
        with pytest.raises(StorageFailed, match="cut back"):
            staging.open(NAME, DEVICE, 3)
    assert set(os.listdir("/proc/self/fd")) == before
    assert staging.held(NAME, DEVICE) == 6


def test_nothing_stays_open_once_it_was_closed(staging: Staging) -> None:
    keep(staging, b"abcdef")
    before = set(os.listdir("/proc/self/fd"))
    keep(staging, b"g", 6)
    staging.held(NAME, DEVICE)
    staging.has_hash(NAME, DEVICE)
    assert set(os.listdir("/proc/self/fd")) == before


def test_the_hash_is_of_the_whole_file_however_long(staging: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", 4)
    name = sha256(b"abcdefghij").hexdigest()
    part = staging.open(name, DEVICE, 0)
    part.write(b"abcdefghi")
    assert not staging.has_hash(name, DEVICE)
    part.write(b"j")
    assert staging.has_hash(name, DEVICE)
    part.close()
    with pytest.raises(StorageFailed, match="could not be read"):
        staging.has_hash(NAME, DEVICE)


def test_uploads_are_listed_by_name_and_what_is_none_is_passed_over(staging: Staging, folder: Path) -> None:
    assert list(staging.uploads()) == []
    for name, device in (("cd" * 32, 1), ("ab" * 32, 2), ("ab" * 32, 1)):
        staging.open(name, UUID(int=device), 0).close()
    (folder / ".lock").touch()
    (folder / f"{NAME}.nobody").touch()
    listed = [("ab" * 32, UUID(int=1)), ("ab" * 32, UUID(int=2)), ("cd" * 32, UUID(int=1))]
    assert list(staging.uploads()) == listed
    for _ in range(2):
        staging.discard(*listed[0])
    assert list(staging.uploads()) == listed[1:]


def test_a_folder_that_is_none_is_told_as_a_refusal(staging: Staging, folder: Path) -> None:
    folder.parent.mkdir()
    folder.touch()
    for ask in (staging.held, staging.discard, lambda *upload: staging.open(*upload, 0)):
        with pytest.raises(StorageFailed, match="upload could not be"):
            ask(NAME, DEVICE)


def test_a_hold_of_one_server_alone_needs_no_file_and_that_of_several_excludes_the_others(folder: Path) -> None:
    alone = Staging(folder)
    with_others = Staging(folder, is_shared=True)
    first, second = alone.hold(NAME, DEVICE), alone.hold(NAME, DEVICE)
    first.take()
    second.take()
    assert not folder.exists()
    hold = with_others.hold(NAME, DEVICE)
    hold.take()
    assert [path.name for path in folder.iterdir()] == [".lock"]
    hold.close()
