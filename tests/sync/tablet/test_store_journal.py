"""The journal: what was appended is there, in order, chained, and nothing else is."""

import sqlite3
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.chain import first_head, head_after
from sync.errors import RecordRejected
from sync.records import Visit, decode_body, encode, kind_of
from sync.tablet.errors import StoreClosed, StoreError
from sync.tablet.store import Store, open_store
from tests.sync.tablet.makers import AT, envelope, record, uuid_text

HOSTILE = "\x1b[31m红\x00\u202e'; drop table records; --\ud7ff\U0010ffff=HYPERLINK(1) 🧑‍🤝‍🧑 \r\n\t\\"


def test_appended_records_are_numbered_from_one_and_wait(store: Store) -> None:
    entries = [store.journal.append(record(str(place))) for place in range(3)]
    assert [(entry.n, entry.state) for entry in entries] == [(1, "waiting"), (2, "waiting"), (3, "waiting")]
    assert store.journal.entries() == entries[::-1]


def test_a_record_is_there_after_the_store_was_closed_and_opened(store: Store, store_path: Path) -> None:
    saved = store.journal.append(record("在家"))
    store.close()
    again = open_store(store_path)
    assert again.journal.get(saved.record.id) == saved
    again.close()


def test_the_heads_chain_the_exact_bytes(store: Store, store_path: Path) -> None:
    records = [record(str(place)) for place in range(4)]
    for one in records:
        store.journal.append(one)
    batch = store.outbox.batch(max_records=100, max_bytes=1_000_000)
    assert batch is not None
    assert [row.data for row in batch.records] == [encode(one) for one in records]
    assert batch.head == head_after(first_head(UUID(batch.stream.id)), [encode(one) for one in records])
    assert store.problems() == []


def test_the_same_record_twice_is_held_once(store: Store) -> None:
    one = record()
    assert store.journal.append(one) == store.journal.append(one)
    assert store.journal.summary().last_n == 1


def test_another_record_with_a_known_id_is_refused(store: Store) -> None:
    first = store.journal.append(record("one"))
    with pytest.raises(StoreError, match="already has the id"):
        store.journal.append(record("two", record_id=first.record.id))
    assert store.journal.summary().last_n == 1


@pytest.mark.parametrize(
    ("kind", "body"), [("visit", b'{"purpose":"care"}'), ("visit", b"nonsense"), ("a_kind_of_tomorrow", b"{}")]
)
def test_a_record_that_breaks_its_rules_is_not_stored(store: Store, kind: str, body: bytes) -> None:
    with pytest.raises(RecordRejected):
        store.journal.append(envelope(kind, body))
    assert store.journal.summary().last_n == 0


@pytest.mark.parametrize("text", [HOSTILE, "平" * 500, ""])
def test_hostile_text_comes_back_as_it_went_in(store: Store, text: str) -> None:
    saved = store.journal.append(record(text))
    got = store.journal.get(saved.record.id)
    assert got is not None
    kind = kind_of(got.record)
    assert kind is not None
    body = decode_body(kind, got.record.body)
    assert isinstance(body, Visit)
    assert body.note == text


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=120), st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_survives_a_draft(store: Store, value: str, field: str) -> None:
    store.drafts.put("any", {field: value})
    assert store.drafts.fields("any")[field] == value


def test_entries_are_found_by_shift_and_kind_and_read_page_by_page(store: Store) -> None:
    shift = store.journal.append(envelope("shift_start", b"{}")).record.id
    inside = [store.journal.append(record(str(place), shift=shift)) for place in range(5)]
    store.journal.append(record("another shift"))
    assert [row.n for row in store.journal.entries(shift=shift)] == [6, 5, 4, 3, 2, 1]
    assert store.journal.entries(shift=shift, kinds=["visit"], limit=2) == inside[:2:-1]
    assert [row.n for row in store.journal.entries(shift=shift, before_n=4, kinds=["visit"])] == [3, 2]
    assert store.journal.entries(kinds=["void"]) == []


def test_the_whole_journal_is_read_across_a_fork(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.tablet.store.journal.PAGE_RECORDS", 2)
    assert list(store.journal.whole()) == []
    ids = [store.journal.append(record(str(place))).record.id for place in range(5)]
    assert store.outbox.fork(stream=UUID(int=9), agreed=3) == 2
    ids.append(store.journal.append(record("after")).record.id)
    assert [row.record.id for row in store.journal.whole()] == ids
    assert [row.n for row in store.journal.entries()] == [3, 2, 1]
    assert store.problems() == []


def test_the_summary_counts_rows(store: Store) -> None:
    empty = store.journal.summary()
    assert (empty.last_n, empty.watermark, empty.unsettled, empty.oldest_unsettled_at) == (0, 0, 0, None)
    store.journal.append(record())
    full = store.journal.summary()
    assert (full.last_n, full.unsettled, full.oldest_unsettled_at, full.receipt) == (1, 1, AT, None)


def test_saving_a_draft_appends_and_discards_together(store: Store) -> None:
    store.drafts.put("visit", {"note": "半", "flat": ""})
    store.drafts.put("case", {"matter": "01001"})
    assert store.drafts.open_forms() == ["case", "visit"]
    assert store.drafts.fields("visit") == {"note": "半", "flat": ""}
    store.drafts.save("visit", record("半句"))
    assert store.drafts.open_forms() == ["case"]
    assert store.journal.summary().last_n == 1


def test_a_refused_record_leaves_its_draft(store: Store) -> None:
    store.drafts.put("visit", {"note": "半"})
    first = store.journal.append(record("one"))
    with pytest.raises(StoreError):
        store.drafts.save("visit", record("two", record_id=first.record.id))
    assert store.drafts.fields("visit") == {"note": "半"}


def test_a_listener_hears_of_every_saved_record(store: Store) -> None:
    heard: list[int] = []
    store.on_append(lambda: heard.append(1))
    store.journal.append(record())
    store.drafts.save("visit", record())
    assert len(heard) == 2


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreClosed):
        store.journal.append(record())
    with pytest.raises(StoreClosed):
        store.journal.summary()


def test_a_record_damaged_on_disk_is_shown_and_named(store: Store, store_path: Path) -> None:
    saved = store.journal.append(record("good", record_id=uuid_text()))
    store.close()
    with sqlite3.connect(store_path) as raw:
        raw.execute("update records set record = ? where id = ?", (b'{"id": broken', saved.record.id))
    raw.close()
    again = open_store(store_path)
    (entry,) = again.journal.entries()
    assert (entry.record.id, entry.record.kind, entry.reason) == (saved.record.id, "visit", "damaged")
    batch = again.outbox.batch(max_records=9, max_bytes=9999)
    assert batch is not None
    assert batch.records[0].damaged
    assert any("is damaged" in line for line in again.problems())
    again.close()
