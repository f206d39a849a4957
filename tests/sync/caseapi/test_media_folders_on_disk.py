"""Every new folder on the way to a photo is on disk by name, from the top down, before anything lies in it."""

import os
from pathlib import Path

import pytest

from sync.caseapi.storage.blobs import make_folder


def test_each_new_folder_is_synced_in_the_one_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    folder = tmp_path / "central.media" / "arriving"
    make_folder(folder)
    make_folder(folder)
    assert folder.is_dir()
    assert synced == [str(tmp_path), str(tmp_path / "central.media")]
