"""What is let go of, looked up and told is exactly the thing meant, not its neighbours."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from sync.errors import RecordRejected
from sync.reference import HandoffEntry, VerdictEntry
from sync.tablet.errors import StoreCorrupt, StoreError
from sync.tablet.store import Store, media_files, open_store
from sync.tablet.store.connections import connect_writer
from sync.tablet.store.migrations import migrate
from sync.tablet.store.purging import FULL_DISK, KEPT_ON_A_FULL_DISK_S, KEPT_S
from sync.tablet.store.schema import STEPS, Step
from tests.sync.tablet.fake_server import FakeServer
from tests.sync.tablet.makers import AT_MS, entry, record, uuid_text
from tests.sync.tablet.photos import attach, report
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


def test_a_step_that_is_not_listed_any_more_is_damage(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.execute("delete from migration_steps where number = (select max(number) from migration_steps)")
    with pytest.raises(StoreCorrupt, match=rf"has had {len(STEPS)} steps and lists {len(STEPS) - 1}"):
        open_store(store.path)


def test_a_row_that_refers_to_nothing_is_named_by_its_table(store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.execute("insert into settlings (stream, watermark, at_s) values (77, 1, 1)")
    assert store.problems() == ["settlings"]


def test_a_database_that_cannot_be_opened_is_let_go_of_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tablet.db"
    path.write_bytes(b"no database " * 100)
    with pytest.raises(StoreCorrupt) as held:
        connect_writer(path)
    links = {
        os.readlink(f"/proc/self/fd/{each}")
        for each in os.listdir("/proc/self/fd")
        if os.path.lexists(f"/proc/self/fd/{each}")
    }
    assert held.value is not None
    assert str(path) not in links


def test_verdicts_and_handoffs_are_found_by_what_they_are_about(store: Store) -> None:
    ids = [uuid_text() for _ in range(3)]
    entries = [
        entry(1, "verdict", ids[0], {"verdict": "parked", "reason": "unknown_kind", "sentence": "later"}),
        entry(2, "handoff", ids[1], {"from_seat": "a", "seat": "b", "at": "2026-11-22"}),
        entry(3, "handoff", ids[2], {"from_seat": "a", "seat": "b", "at": "2026-11-23"}),
    ]
    store.feeds.apply_page("device:1", entries, (3, "0" * 16))
    assert store.reference.verdicts() == {ids[0]: VerdictEntry("parked", "unknown_kind", "later")}
    assert store.reference.handoffs()[ids[1]] == HandoffEntry("a", "b", at="2026-11-22")
    assert list(store.reference.handoffs()) == [ids[2], ids[1]]


def test_an_entry_that_changes_while_it_is_read_is_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (entry(n, "handoff", uuid_text(), {"from_seat": "a", "seat": "b"}) for n in (1, 2))
    store.feeds.apply_page("grid:1", [first], (1, "0" * 16))
    read = store.reference._read

    def meanwhile(entry_type: str) -> object:
        found = read(entry_type)
        monkeypatch.setattr(store.reference, "_read", read)
        store.feeds.apply_page("grid:1", [second], (2, "0" * 16))
        return found

    monkeypatch.setattr(store.reference, "_read", meanwhile)
    assert len(store.reference.handoffs()) == 1
    assert len(store.reference.handoffs()) == 2


def test_what_another_scope_says_of_a_record_stays_when_a_scope_is_replaced(store: Store) -> None:
    record_id = store.journal.append(record()).record.id
    session_over(store, FakeServer()).run(Heard())
    said = entry(1, "verdict", record_id, {"verdict": "parked", "reason": "unknown_kind", "sentence": "later"})
    store.feeds.apply_page("device:other", [said], (1, "0" * 16))
    store.feeds.replace_scope("grid:1", [], (1, "1" * 16))
    assert [found.state for found in store.journal.whole()] == ["parked"]


def test_times_of_settling_are_told_from_the_very_second_on(store: Store) -> None:
    store.journal.append(record())
    session_over(store, FakeServer()).run(Heard())
    [(at_s, settled)] = store.journal.settled_since(0)
    assert settled == 1
    assert store.journal.settled_since(at_s) == [(at_s, 1)]
    assert store.journal.settled_since(at_s + 1) == []


def test_what_names_something_is_looked_for_in_the_open_stream_alone(store: Store) -> None:
    ids = [store.journal.append(record("of this tag")).record.id for _ in range(3)]
    store.outbox.fork(stream=UUID(int=9), agreed=1)
    assert [found.record.id for found in store.journal.naming("of this tag", ["visit"])] == [ids[2], ids[1]]


def test_no_photo_is_owed_again_where_none_is_asked_for_or_known(store: Store) -> None:
    assert store.media.owe([]) == 0
    assert store.media.owe(["a" * 64]) == 0


def test_photos_that_nothing_names_are_looked_for_once_in_a_run(store: Store) -> None:
    attach(store, b"\xff\xd8\xff" + b"x" * 100)
    path = store.path
    store.close()
    again = open_store(path)
    assert again.media.tidy() == 1
    (path.with_name(f"{path.name}.media") / ("a" * 64)).write_bytes(b"of an earlier run")
    assert again.media.tidy() == 0
    again.close()


def test_the_name_of_the_photos_folder_is_put_on_disk_once_in_a_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(media_files, "_sync_folder", synced.append)
    for number in range(3):
        attach(store, b"\xff\xd8\xff" + bytes([number]) * 100)
    folder = store.path.with_name(f"{store.path.name}.media")
    assert synced == [folder.parent, folder, folder, folder]


def test_records_of_a_shift_are_told_newest_first_across_a_fork(store: Store) -> None:
    shift = uuid_text()
    ids = [store.journal.append(record(shift=shift)).record.id for _ in range(3)]
    store.outbox.fork(stream=UUID(int=9), agreed=2)
    ids.append(store.journal.append(record(shift=shift)).record.id)
    assert [found.record.id for found in store.journal.entries(shift=shift)] == ids[::-1]


def test_a_record_that_is_damaged_on_disk_is_told_with_its_place(store: Store) -> None:
    saved = store.journal.append(record("to be spoilt"))
    with closing(sqlite3.connect(store.path)) as raw, raw:
        raw.execute("update records set record = ?", (b"\xff" * 20,))
    [found] = store.journal.whole()
    assert (found.n, found.stream, found.reason) == (1, saved.stream, "damaged")


def test_a_batch_ends_before_the_record_that_makes_it_too_large(store: Store) -> None:
    sizes = [len(store.journal.append(record(note)).record.body) for note in ("一" * 9, "一" * 90, "一" * 9)]
    assert sizes[1] > sizes[0]
    whole = store.outbox.batch(max_records=9, max_bytes=1 << 20)
    assert whole is not None
    first, second, _third = (len(each.data) + 1 for each in whole.records)
    cut = store.outbox.batch(max_records=9, max_bytes=first + second - 1)
    assert cut is not None
    assert [each.data for each in cut.records] == [whole.records[0].data]


def test_nothing_is_erased_unless_it_is_wished_at_once_while_something_waits(store: Store) -> None:
    store.journal.append(record())
    assert store.erasing.erase() is False
    assert len(list(store.journal.whole())) == 1
    session_over(store, FakeServer()).run(Heard())
    assert store.erasing.erase() is True
    assert list(store.journal.whole()) == []
    store.journal.append(record())
    assert store.erasing.erase(at_once=True) is True


def test_entrances_and_tasks_are_found_in_their_order(store: Store) -> None:
    ids = [uuid_text() for _ in range(3)]
    entries = [
        entry(1, "entrance", ids[0], {"building": "b", "name": "2", "order": 2}),
        entry(2, "entrance", ids[1], {"building": "b", "name": "1", "order": 1}),
        entry(3, "task", ids[2], {"type": "verify", "case": "c", "matter_name": "m"}),
    ]
    store.feeds.apply_page("grid:1", entries, (3, "0" * 16))
    assert list(store.reference.entrances()) == [ids[1], ids[0]]
    assert list(store.reference.tasks()) == [ids[2]]


def test_a_photo_that_the_server_holds_is_not_owed_again_for_anothers_sake(store: Store) -> None:
    ref = attach(store, b"\xff\xd8\xff" + b"x" * 100)
    report(store, ref)
    store.media.acknowledge(ref.sha256)
    assert store.media.owe(["a" * 64]) == 0
    assert store.media.owe([ref.sha256]) == 1
    assert store.media.owe([ref.sha256]) == 0
