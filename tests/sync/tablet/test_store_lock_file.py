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


def test_a_lock_file_whose_closing_fails_is_given_back_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Ownership(tmp_path / "journal.db")
    real_close = os.close

    def closed_with_an_error(descriptor: int) -> None:
        real_close(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "close", closed_with_an_error)
        held.release()
        held.release()
    Ownership(tmp_path / "journal.db").release()
