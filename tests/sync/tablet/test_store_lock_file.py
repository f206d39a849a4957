"""A lock file that cannot be locked is a fault of the disk, and is not taken for another process."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from sync.tablet.errors import DiskFull
from sync.tablet.store.ownership import Ownership


def test_a_lock_that_the_disk_refuses_is_no_other_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", refused)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(DiskFull):
        Ownership(tmp_path / "journal.db")
    assert len(os.listdir("/proc/self/fd")) == before
