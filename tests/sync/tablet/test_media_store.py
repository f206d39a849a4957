"""A photo is on disk before its record, survives a kill with its draft, and is removed only when nothing names it."""

import errno
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from sync.journal import Delivery, MediaProgress
from sync.media import MAX_MEDIA_BYTES
from sync.records import MediaRef
from sync.records.media_lost import MediaLost
from sync.tablet.errors import DiskFull, PhotoRefused
from sync.tablet.store import Store, open_store
from tests.sync.caseapi.media_desk import picture
from tests.sync.tablet.makers import envelope, uuid_text
from tests.sync.tablet.photos import attach, report

PHOTO = picture(1_000)
NAME = sha256(PHOTO).hexdigest()


def files(store_path: Path) -> set[str]:
    folder = store_path.with_name(f"{store_path.name}.media")
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_an_attached_photo_is_there_under_its_hash_and_readable_by_its_owner_alone(store: Store) -> None:
    ref = attach(store, PHOTO)
    path = store.media.path(ref.sha256)
    assert ref == MediaRef(NAME, 1_000, "image/jpeg", "before")
    assert path is not None
    assert path.read_bytes() == PHOTO
    assert path.stat().st_mode & 0o077 == 0


def test_a_photo_is_attached_from_a_file_too(store: Store, tmp_path: Path) -> None:
    (tmp_path / "camera.jpg").write_bytes(PHOTO)
    assert store.media.attach(tmp_path / "camera.jpg", mime="image/jpeg", role="after").sha256 == NAME


def test_file_and_folder_are_on_disk_before_the_photo_is_attached(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    sync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        calls.append("folder" if target.is_dir() else "file")
        sync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        calls.append("named")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    attach(store, PHOTO)
    assert calls == ["folder", "file", "named", "folder"]


def test_a_folder_that_a_killed_run_left_is_put_on_disk_by_name_once_before_it_is_used(
    store: Store, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_path.with_name(f"{store_path.name}.media").mkdir()
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    attach(store, PHOTO)
    attach(store, picture(500))
    assert synced.count(str(store_path.parent)) == 1
    assert synced[0] == str(store_path.parent)


def test_the_same_photo_twice_is_one_file_and_one_to_send(store: Store, store_path: Path) -> None:
    first, second = report(store, attach(store, PHOTO)), report(store, attach(store, PHOTO))
    assert files(store_path) == {NAME}
    assert store.media.progress() == MediaProgress(0, 1)
    assert store.media.progress(record=first) == store.media.progress(record=second) == MediaProgress(0, 1)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", b"\x89PNG\r\n\x1a\n0000", b"\xff\xd8\xff" + bytes(MAX_MEDIA_BYTES)],
    ids=["empty", "text", "of another type", "too large"],
)
def test_what_is_no_such_picture_is_refused(store: Store, store_path: Path, data: bytes) -> None:
    with pytest.raises(PhotoRefused):
        attach(store, data)
    assert files(store_path) == set()


def test_a_picture_that_cannot_be_read_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(PhotoRefused):
        store.media.attach(tmp_path / "none.jpg", mime="image/jpeg", role="before")


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_disk_attaches_nothing_and_the_next_try_works(
    store: Store, store_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    attach(store, picture(500))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, full)
        with pytest.raises(DiskFull):
            attach(store, PHOTO)
    assert len(files(store_path)) == 1
    assert store.media.path(attach(store, PHOTO).sha256) is not None


def test_a_record_that_names_a_photo_and_its_row_are_saved_together(store: Store) -> None:
    shift = uuid_text()
    record = report(store, attach(store, PHOTO), shift=shift)
    assert store.media.progress(record=record) == store.media.progress(shift=shift) == MediaProgress(0, 1)
    assert store.media.delivery() == Delivery(1, MediaProgress(0, 1))
    assert not store.media.delivery().may_switch_off


def test_a_record_may_name_a_photo_that_is_not_there(store: Store) -> None:
    report(store, MediaRef(NAME, 1_000, "image/jpeg", "before"))
    assert store.media.progress() == MediaProgress(0, 1)


@pytest.fixture
def restarted(store_path: Path) -> Callable[[Store], Store]:
    """End a store and open its database again, as the next start of the program does."""

    def again(store: Store) -> Store:
        store.close()
        return open_store(store_path)

    return again


def test_a_photo_of_an_unsaved_draft_survives_the_end_of_the_program(
    store: Store, store_path: Path, restarted: Callable[[Store], Store]
) -> None:
    ref = attach(store, PHOTO)
    store.drafts.put("problem", {"media": msgspec.json.encode([ref]).decode(), "note": ""})
    again = restarted(store)
    assert again.media.tidy() == 0
    assert files(store_path) == {NAME}
    report(again, ref)
    again.drafts.discard("problem")
    once_more = restarted(again)
    assert once_more.media.tidy() == 0
    once_more.close()


def test_a_photo_that_nothing_names_goes_at_a_later_start_and_never_before(
    store: Store, store_path: Path, restarted: Callable[[Store], Store]
) -> None:
    kept = picture(500)
    attach(store, PHOTO)
    report(store, attach(store, kept))
    assert store.media.tidy() == 0
    assert len(files(store_path)) == 2
    again = restarted(store)
    assert again.media.tidy() == 1
    assert files(store_path) == {sha256(kept).hexdigest()}
    again.close()


def test_a_photo_attached_again_is_not_removed_under_its_form(
    store: Store, store_path: Path, restarted: Callable[[Store], Store]
) -> None:
    attach(store, PHOTO)
    again = restarted(store)
    attach(again, PHOTO)
    assert again.media.tidy() == 0
    assert files(store_path) == {NAME}
    again.close()


def test_what_a_kill_left_unfinished_goes_at_the_next_start(
    store: Store, store_path: Path, restarted: Callable[[Store], Store]
) -> None:
    attach(store, PHOTO)
    report(store, attach(store, PHOTO))
    (store_path.with_name(f"{store_path.name}.media") / f"{'a' * 64}.unfinished").write_bytes(b"half")
    again = restarted(store)
    assert again.media.tidy() == 1
    assert files(store_path) == {NAME}
    again.close()


def test_a_photo_that_the_server_holds_already_is_not_sent_for_another_record(store: Store) -> None:
    report(store, attach(store, PHOTO))
    store.media.acknowledge(NAME)
    report(store, attach(store, PHOTO))
    assert store.media.progress() == MediaProgress(1, 1)
    assert store.media.waiting() == 0


def test_a_photo_is_sent_only_after_its_record_is_held(store: Store) -> None:
    report(store, attach(store, PHOTO))
    assert store.media.uploads() == []
    assert store.media.waiting() == 1


def test_what_the_server_has_come_to_lack_is_sent_again_and_what_is_lost_is_not(store: Store) -> None:
    other = picture(500)
    record = report(store, attach(store, PHOTO), attach(store, other))
    store.media.acknowledge(NAME)
    body = MediaLost(sha256(other).hexdigest(), record, "damaged")
    store.lose_photo(body.sha256, envelope("media_lost", msgspec.json.encode(body)))
    assert store.media.progress() == MediaProgress(1, 2, 1)
    assert store.media.owe([NAME, body.sha256, "c" * 64]) == 1
    assert store.media.progress() == MediaProgress(0, 2, 1)


def test_a_photo_lost_here_and_taken_again_counts_as_sent_once_the_server_holds_it(store: Store) -> None:
    body = MediaLost(NAME, report(store, attach(store, PHOTO)), "missing")
    store.lose_photo(NAME, envelope("media_lost", msgspec.json.encode(body)))
    assert store.media.progress() == MediaProgress(sent=0, total=1, lost=1)
    report(store, attach(store, PHOTO))
    assert not store.media.delivery().may_switch_off
    assert store.media.progress() == MediaProgress(sent=0, total=1, lost=0)
    store.media.acknowledge(NAME)
    assert store.media.progress() == MediaProgress(sent=1, total=1, lost=0)


def test_an_erased_tablet_holds_no_photo(store: Store, store_path: Path) -> None:
    report(store, attach(store, PHOTO))
    attach(store, picture(500))
    store.media.files.remove_all()
    assert files(store_path) == set()
