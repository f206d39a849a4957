"""Every new folder on the way to a photo is on disk by name, from the top down, before anything lies in it."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.storage.blobs import FileBlobs, Folders
from sync.caseapi.storage.staging import STAGING_FOLDER, Staging


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: names.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    return names


def test_each_new_folder_is_synced_in_the_one_above_it(tmp_path: Path, synced: list[str]) -> None:
    folder = tmp_path / "central.media" / "arriving"
    folders = Folders(folder.parent)
    folders.make(folder)
    folders.make(folder)
    assert folder.is_dir()
    assert synced == [str(tmp_path), str(tmp_path / "central.media")]


def test_a_folder_above_that_is_missing_is_made_and_one_that_is_there_is_left_alone(
    tmp_path: Path, synced: list[str]
) -> None:
    Folders(tmp_path / "disk" / "central.media").make(tmp_path / "disk" / "central.media")
    assert synced == [str(tmp_path), str(tmp_path / "disk")]


def test_a_folder_that_another_has_just_made_is_synced_before_it_is_used(tmp_path: Path, synced: list[str]) -> None:
    root = tmp_path / "central.media"
    name = "ab" * 32
    (root / "ab").mkdir(parents=True)
    whole = tmp_path / "whole"
    whole.write_bytes(b"photo")
    FileBlobs(root).put(name, whole)
    assert synced == [str(tmp_path), str(root), str(root / "ab")]


def test_an_upload_does_not_believe_that_the_folder_of_uploads_lasts(tmp_path: Path, synced: list[str]) -> None:
    root = tmp_path / "central.media"
    (root / STAGING_FOLDER).mkdir(parents=True)
    staging = Staging(root / STAGING_FOLDER)
    for number in range(2):
        staging.open("ab" * 32, UUID(int=number), 0).close()
    assert synced == [str(tmp_path), str(root)]
