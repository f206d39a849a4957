"""The outbox: what is sent next, what a proof settles and unsettles, what moves in a fork; stream by stream."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from sync.clock import format_time
from sync.journal import StoredReceipt
from sync.tablet.errors import StoreCorrupt, StreamForked
from sync.tablet.store import Store
from sync.tablet.store.identity import Membership
from sync.tablet.values import ProvenReceipt
from sync.wire import RecordVerdict
from tests.sync.tablet.makers import AT_MS, BUILDING, entry, record, uuid_text

SECOND = UUID("0195a2c0-0000-4000-8000-00000000000b")
WRONG = RecordVerdict(1, "quarantined", reason="bad_shape", sentence="falsch")


def saved(store: Store, count: int, note: str = "") -> list[str]:
    return [store.journal.append(record(note)).record.id for _ in range(count)]


def settled(store: Store, watermark: int, *verdicts: RecordVerdict, at_ms: int = AT_MS) -> None:
    """Settle the open stream to a place, with a receipt of it."""
    head = store.outbox.head_at(watermark)
    assert head is not None
    stream = store.outbox.streams()[-1]
    kept = StoredReceipt(b"signed %d" % watermark, f"CODE{watermark:02}", stream, watermark, at_ms // 1000)
    receipt = ProvenReceipt(kept, head, b"\1" * 8) if watermark else None
    store.outbox.settle(watermark, head, receipt=receipt, verdicts=verdicts, at_ms=at_ms)


def told(store: Store, record_id: str) -> tuple[str, str]:
    row = store.journal.get(record_id)
    assert row is not None
    return row.state, row.reason


def raw(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def sizes(store: Store, *, max_records: int = 100, max_bytes: int = 10**6) -> list[int]:
    batch = store.outbox.batch(max_records=max_records, max_bytes=max_bytes)
    assert batch is not None
    return [len(row.data) for row in batch.records]


def test_a_batch_takes_what_fits_to_the_byte_with_its_commas(store: Store) -> None:
    saved(store, 3)
    (size, *_) = sizes(store)
    assert [len(sizes(store, max_bytes=2 * (size + 1) + more)) for more in (-1, 0, size, size + 1)] == [1, 2, 2, 3]
    assert len(sizes(store, max_bytes=1)) == 1
    assert len(sizes(store, max_records=2)) == 2


def test_a_batch_ends_at_the_first_record_that_does_not_fit(store: Store) -> None:
    saved(store, 1)
    saved(store, 1, "长" * 500)
    saved(store, 1)
    (small, large, _) = sizes(store)
    assert large > 3 * small
    assert sizes(store, max_bytes=3 * (small + 1)) == [small]


@pytest.mark.parametrize("data", [b"{", b"", b'{"note":"\xff"}', b"{} {}"])
def test_a_record_that_is_no_json_any_more_is_damaged_although_its_digest_fits(
    store: Store, store_path: Path, data: bytes
) -> None:
    saved(store, 2)
    raw(store_path, "update records set record = ?, digest = ? where n = 1", data, sha256(data).digest())
    batch = store.outbox.batch(max_records=9, max_bytes=10**6)
    assert batch is not None
    assert [row.damaged for row in batch.records] == [True, False]
    assert len(store.outbox.damaged()) == 2


def test_what_a_proof_settles_is_remembered_with_its_time(store: Store) -> None:
    saved(store, 3)
    assert (store.outbox.proven_at_ms(), store.outbox.incarnation()) == (None, None)
    settled(store, 2, at_ms=AT_MS + 7)
    assert (store.outbox.proven_at_ms(), store.outbox.incarnation()) == (AT_MS + 7, b"\1" * 8)
    assert store.outbox.agreed() == 2
    assert [row.state for row in store.journal.entries()] == ["waiting", "stored", "stored"]


def test_another_head_settles_nothing(store: Store) -> None:
    (first, _) = saved(store, 2)
    before = store.journal.summary()
    with pytest.raises(StreamForked, match="record 2"):
        store.outbox.settle(2, b"\0" * 32, receipt=None, verdicts=(WRONG,), at_ms=AT_MS)
    assert (store.journal.summary(), told(store, first), store.outbox.proven_at_ms()) == (before, ("waiting", ""), None)


def test_a_lower_watermark_forgets_verdicts_only_above_it(store: Store) -> None:
    ids = saved(store, 3)
    settled(store, 3, *(msgspec.structs.replace(WRONG, n=n) for n in (1, 2, 3)))
    settled(store, 2)
    assert [told(store, each)[0] for each in ids] == ["quarantined", "quarantined", "waiting"]
    settled(store, 3)
    assert told(store, ids[2]) == ("stored", "")


def test_a_verdict_without_a_reason_is_kept_as_none(store: Store) -> None:
    (only,) = saved(store, 1)
    settled(store, 1, RecordVerdict(1, "parked"))
    assert told(store, only) == ("parked", "")


def forked(store: Store, agreed: int | None) -> int:
    return store.outbox.fork(stream=SECOND, agreed=agreed)


def test_a_fork_moves_what_lies_behind_the_agreed_place(store: Store) -> None:
    ids = saved(store, 4)
    settled(store, 1)
    (first_stream,) = store.outbox.streams()
    assert forked(store, 2) == 2
    assert store.outbox.streams() == [first_stream, str(SECOND)]
    states = [(row.record.id, row.n, row.state) for row in store.journal.whole()]
    assert states == [(ids[0], 1, "stored"), (ids[1], 2, "stored"), (ids[2], 1, "waiting"), (ids[3], 2, "waiting")]
    assert store.problems() == []


@pytest.mark.parametrize("agreed", [None, 0, -5])
def test_a_fork_without_a_place_moves_everything(store: Store, agreed: int | None) -> None:
    saved(store, 3)
    settled(store, 3)
    assert forked(store, agreed) == 3
    summary = store.journal.summary()
    assert (summary.unsettled, summary.last_n, summary.watermark) == (3, 3, 0)


def test_verdicts_and_watermarks_of_one_stream_leave_the_other_alone(store: Store) -> None:
    old, *moved = saved(store, 3)
    settled(store, 1, WRONG)
    forked(store, 1)
    settled(store, 2, msgspec.structs.replace(WRONG, verdict="parked", reason="unknown_kind"))
    assert [told(store, each) for each in (old, *moved)] == [
        ("quarantined", "bad_shape"),
        ("parked", "unknown_kind"),
        ("stored", ""),
    ]
    settled(store, 0)
    assert [told(store, each)[0] for each in (old, *moved)] == ["quarantined", "waiting", "waiting"]
    settled(store, 2)
    assert [told(store, each)[0] for each in (old, *moved)] == ["quarantined", "stored", "stored"]


def test_the_oldest_that_waits_is_the_one_behind_the_watermark(store: Store) -> None:
    times = [format_time(AT_MS + n * 60_000, 480) for n in range(3)]
    for at in times:
        store.journal.append(msgspec.structs.replace(record(), at=at))
    assert store.journal.summary().oldest_unsettled_at == times[0]
    settled(store, 1)
    assert store.journal.summary().oldest_unsettled_at == times[1]
    settled(store, 3)
    assert store.journal.summary().oldest_unsettled_at is None


def test_receipts_come_newest_first_and_the_newest_is_the_last_proven(store: Store) -> None:
    saved(store, 3)
    assert store.receipts.all() == []
    for watermark in (1, 2, 3):
        settled(store, watermark)
    assert [kept.watermark for kept in store.receipts.all()] == [3, 2, 1]
    assert [kept.watermark for kept in store.receipts.all(limit=2)] == [3, 2]
    settled(store, 2)
    assert [kept.watermark for kept in store.receipts.all()] == [2, 3, 1]
    newest = store.receipts.newest()
    assert newest is not None
    assert newest.watermark == 2


def test_a_journal_without_a_stream_is_corrupt(store: Store, store_path: Path) -> None:
    raw(store_path, "delete from streams")
    with pytest.raises(StoreCorrupt, match="no stream"):
        store.outbox.batch(max_records=1, max_bytes=1)


def test_the_first_device_key_is_kept(store: Store) -> None:
    assert store.identity.device_key() is None
    assert store.identity.keep_device_key(b"a" * 32) == b"a" * 32
    assert store.identity.keep_device_key(b"b" * 32) == b"a" * 32
    assert store.identity.device_key() == b"a" * 32


def test_an_enrolment_that_cannot_be_read_is_corrupt(store: Store, store_path: Path) -> None:
    raw(store_path, "insert into identity (name, value) values ('joined', ?)", b"{")
    with pytest.raises(StoreCorrupt, match="enrolment"):
        store.identity.membership()
    assert isinstance(Membership, type)


def test_drafts_are_listed_by_their_last_touch_and_fields_by_name(store: Store) -> None:
    store.drafts.put("visit", {"b": "1", "a": "2"})
    store.drafts.put("problem", {"note": "x"})
    assert store.drafts.open_forms() == ["problem", "visit"]
    assert list(store.drafts.fields("visit")) == ["a", "b"]
    store.drafts.put("visit", {"b": "3"})
    assert store.drafts.open_forms() == ["visit", "problem"]
    store.drafts.put("problem", {"more": "y"})
    assert store.drafts.open_forms() == ["problem", "visit"]
    kept = store.drafts.save("visit", record("done"))
    assert store.journal.get(kept.record.id) == kept


GRID_SCOPE = "grid:1"


def building(number: int, building_id: str, name: str) -> object:
    return entry(number, "building", building_id, {"name": name, "grid": "g"})


def test_a_snapshot_is_seen_at_once_by_who_has_read_before(store: Store) -> None:
    one, other = uuid_text(), uuid_text()
    store.feeds.apply_page(GRID_SCOPE, [building(1, one, "old")], (1, ""))  # type: ignore[list-item]
    assert [row.name for row in store.reference.buildings().values()] == ["old"]
    store.feeds.replace_scope(GRID_SCOPE, [building(2, other, "new")], (2, ""))  # type: ignore[list-item]
    assert {key: row.name for key, row in store.reference.buildings().items()} == {other: "new"}
    store.feeds.apply_page(GRID_SCOPE, [building(3, other, "newer")], (3, ""))  # type: ignore[list-item]
    assert [row.name for row in store.reference.buildings().values()] == ["newer"]
    store.feeds.keep_only(())
    assert store.reference.buildings() == {}


def test_only_the_entry_that_is_used_and_gone_is_retired(store: Store) -> None:
    other = uuid_text()
    store.journal.append(record())
    rows = [building(1, BUILDING, "used"), building(2, other, "unused")]
    store.feeds.apply_page(GRID_SCOPE, rows, (2, ""))  # type: ignore[arg-type]
    gone = [msgspec.structs.replace(row, op="delete", number=3) for row in rows[:1]]  # type: ignore[type-var]
    store.feeds.apply_page(GRID_SCOPE, gone, (3, ""))  # type: ignore[arg-type]
    assert store.reference.retired() == {("building", BUILDING)}
    assert set(store.reference.buildings()) == {BUILDING, other}


def test_of_two_scopes_the_row_that_stands_counts(store: Store) -> None:
    digest = "a" * 64
    for scope, target in (("grid:1", BUILDING), ("grid:2", "stands")):
        body = {"medium": "qr", "role": "place", "target": target}
        store.feeds.apply_page(scope, [entry(1, "tag", digest, body), building(2, BUILDING, target)], (2, ""))  # type: ignore[list-item]
    store.journal.append(record())
    gone = [entry(3, "building", BUILDING, None, op="delete")]
    store.feeds.apply_page("grid:1", gone, (3, ""))
    assert store.reference.buildings()[BUILDING].name == "stands"
    assert store.reference.tag("b" * 64) is None
    tag = store.reference.tag(digest)
    assert tag is not None
    assert tag.target == BUILDING
