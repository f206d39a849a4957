"""A disk that refuses while a snapshot comes down is said by name, whatever was being done with the file."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from sync.tablet.download import Download
from sync.tablet.errors import DiskFull

DATA = b"snapshot" * 20
NAME = sha256(DATA).hexdigest()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def part_of(database: Path, name: str = NAME) -> Path:
    """Return where a download lies."""
    return database.with_name(f"{database.name}.snapshot-{name}")


@pytest.mark.parametrize(
    "refused",
    [Download.content, Download.restart, lambda download: download.add(DATA[:1])],
    ids=["reading", "forgetting", "adding"],
)
def test_what_the_disk_refuses_of_a_download_is_named(database: Path, refused: Callable[[Download], object]) -> None:
    download = Download(database, NAME, len(DATA))
    download.add(DATA[:-1])
    part_of(database).unlink()
    # A folder in its place can neither be read, written nor removed as a file, not even by root.
    part_of(database).mkdir()
    with pytest.raises(DiskFull, match="download"):
        refused(download)


@pytest.mark.parametrize("name", [NAME, "another"])
def test_a_download_that_cannot_begin_is_named(database: Path, name: str) -> None:
    (part_of(database, name) / "inside").mkdir(parents=True)
    with pytest.raises(DiskFull, match="download"):
        Download(database, NAME, 1)
