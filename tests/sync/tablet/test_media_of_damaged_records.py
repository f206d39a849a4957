"""A photo is missing and the record that names it cannot be read any more: the loss is told, other photos go on."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from sync.tablet.store import Store
from tests.sync.caseapi.media_desk import picture
from tests.sync.tablet.photos import attach, report
from tests.sync.tablet.test_media_session import NAME, PHOTO, FakeUploads, Run, run, server, wire

__all__ = ["run", "server", "wire"]


def spoilt_with_its_photo(store: Store, path: Path, wire: FakeUploads) -> str:
    """Report a problem whose photo is removed and whose record cannot be read any more; return the record's id."""
    lost = picture(5_000)
    name = sha256(lost).hexdigest()
    wire.sizes[name] = len(lost)
    named_by = report(store, attach(store, lost))
    file = store.media.path(name)
    assert file is not None
    file.unlink()
    with closing(sqlite3.connect(path)) as beside:
        beside.execute("update records set record = x'00' where id = ?", (named_by,))
        beside.commit()
    return named_by


def test_a_photo_of_a_record_that_cannot_be_read_is_said_to_be_lost_by_whoever_else_worked_here(
    store: Store, store_path: Path, run: Run, wire: FakeUploads
) -> None:
    named_by = spoilt_with_its_photo(store, store_path, wire)
    report(store, attach(store, PHOTO))

    assert run() == "records_wait"

    entry = store.journal.entries(kinds=["media_lost"])[0]
    assert entry.record.actor == store.journal.entries(kinds=["case_report"])[0].record.actor
    assert named_by.encode() in bytes(entry.record.body)
    assert run() == "sent"
    assert wire.parts[NAME] == PHOTO


def test_a_loss_that_nobody_can_state_stops_no_other_photo(
    store: Store, store_path: Path, run: Run, wire: FakeUploads
) -> None:
    spoilt_with_its_photo(store, store_path, wire)

    assert run() == "nothing"
    assert store.media.waiting() == 1
