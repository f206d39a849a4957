"""What every store of whole files promises, opened as the setting names it; to try another one, add its address."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.media_place import media_place
from tests.contracts.memory_blobs import SCHEME, teach_memory

DATA = b"whole file"
NAME = sha256(DATA).hexdigest()


ADDRESSES: dict[str, Callable[[Path], str]] = {
    "path": lambda folder: str(folder / "blobs"),
    "file": lambda folder: f"file://{folder / 'blobs'}",
    SCHEME: lambda _: f"{SCHEME}://photos",
}


@pytest.fixture(params=ADDRESSES)
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    teach_memory(monkeypatch)
    return media_place(ADDRESSES[request.param](tmp_path), tmp_path / "case.db").blobs()


def staged(folder: Path, data: bytes = DATA) -> Path:
    path = folder / "blobs" / "arriving" / "upload"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_file_that_was_put_is_read_back_whole(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(NAME, staged(tmp_path))
    assert blobs.read(NAME) == DATA
    assert blobs.size(NAME) == len(DATA)


def test_what_was_put_is_gone_where_it_was_staged(blobs: BlobStore, tmp_path: Path) -> None:
    source = staged(tmp_path)
    blobs.put(NAME, source)
    assert not source.exists()


def test_the_same_file_put_twice_is_there_once(blobs: BlobStore, tmp_path: Path) -> None:
    for _ in range(2):
        blobs.put(NAME, staged(tmp_path))
    assert blobs.read(NAME) == DATA


def test_a_file_that_was_discarded_can_be_put_again(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(NAME, staged(tmp_path))
    for _ in range(2):
        blobs.discard(NAME)
    assert blobs.read(NAME) is None
    blobs.put(NAME, staged(tmp_path))
    assert blobs.read(NAME) == DATA


def test_what_was_never_put_is_not_there(blobs: BlobStore) -> None:
    assert blobs.size(NAME) is None
    assert blobs.read(NAME) is None


def test_files_do_not_get_in_one_anothers_way(blobs: BlobStore, tmp_path: Path) -> None:
    files = {sha256(bytes([number])).hexdigest(): bytes([number]) for number in range(20)}
    for name, data in files.items():
        blobs.put(name, staged(tmp_path, data))
    assert {name: blobs.read(name) for name in files} == files
