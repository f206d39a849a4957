"""What is let go of, looked up and told is exactly the thing meant, not its neighbours."""

import sqlite3
from contextlib import closing

import msgspec
import pytest

from sync.errors import RecordRejected
from sync.tablet.errors import StoreError
from sync.tablet.store import Store
from sync.tablet.store.connections import connect_writer
from sync.tablet.store.migrations import migrate
from sync.tablet.store.purging import FULL_DISK, KEPT_ON_A_FULL_DISK_S, KEPT_S
from sync.tablet.store.schema import STEPS, Step
from tests.sync.tablet.fake_server import FakeServer
from tests.sync.tablet.makers import AT_MS, record
from tests.sync.tablet.sessions import Heard, session_over

NOW_S = AT_MS // 1000 + 5


def test_heads_of_purged_records_are_found_by_their_place(store: Store) -> None:
    for _ in range(4):
        store.journal.append(record())
    session_over(store, FakeServer()).run(Heard())
    before = [store.outbox.head_at(n) for n in range(7)]
    assert store.purging.purge(now_s=NOW_S + KEPT_S + 60, most=3) == 3
    assert [store.outbox.head_at(n) for n in range(7)] == before
    assert (len(set(before[:5])), before[5:]) == (5, [None, None])


def test_a_record_that_leaves_takes_only_its_own_photos(store: Store) -> None:
    ids = [store.journal.append(record()).record.id for _ in range(2)]
    with closing(sqlite3.connect(store.path)) as raw, raw:
        for name, owner, acknowledged in (("a" * 64, ids[0], 1), ("a" * 64, ids[1], 1), ("b" * 64, ids[1], 0)):
            raw.execute(
                "insert into media (sha256, record, size_bytes, mime, role, path, acknowledged)"
                " values (?, ?, 1, 'image/jpeg', 'before', ?, ?)",
                (name, owner, name, acknowledged),
            )
    session_over(store, FakeServer()).run(Heard())
    assert store.purging.purge(now_s=NOW_S + KEPT_S + 60) == 1
    with closing(sqlite3.connect(store.path)) as raw:
        left = raw.execute("select sha256, record, acknowledged from media order by sha256").fetchall()
    assert left == [("a" * 64, ids[1], 1), ("b" * 64, ids[1], 0)]


def test_a_full_disk_lets_go_sooner_and_only_from_its_mark_on(store: Store) -> None:
    store.journal.append(record())
    session_over(store, FakeServer()).run(Heard())
    soon = NOW_S + KEPT_ON_A_FULL_DISK_S + 60
    assert (KEPT_S, FULL_DISK) == (30 * 86_400, 0.8)
    assert store.purging.purge(now_s=soon) == 0
    assert store.purging.purge(now_s=soon, disk_used=0.79) == 0
    assert store.purging.purge(now_s=soon, disk_used=0.8) == 1


@pytest.mark.parametrize(("changes", "path"), [({"kind": "of_tomorrow"}, "$.kind"), ({"v": 2}, "$.kind")])
def test_a_record_that_is_refused_is_named_by_its_place(store: Store, changes: dict[str, object], path: str) -> None:
    wrong = {name: msgspec.Raw(value) if name == "body" else value for name, value in changes.items()}
    with pytest.raises(RecordRejected) as caught:
        store.journal.append(msgspec.structs.replace(record(), **wrong))
    assert (caught.value.path, str(caught.value) != path) == (path, True)


def test_a_step_that_fails_is_told_by_what_was_done(store: Store) -> None:
    path = store.path
    store.close()
    connection = connect_writer(path)
    wrong = Step("failing", ("insert into nowhere values (1)",), "0" * 64)
    with pytest.raises(StoreError, match=r"^migrating the database: "):
        migrate(connection, path, steps=(*STEPS, wrong))
    connection.close()
