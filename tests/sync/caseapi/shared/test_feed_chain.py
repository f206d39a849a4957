"""The running hash of a feed: the same in every version, since the cursors of tablets have its beginning."""

from dataclasses import dataclass, replace
from hashlib import sha256

import pytest

from sync.caseapi.storage.feed_chain import check_of, first_running, next_running


@dataclass(frozen=True)
class Entry:
    number: int = 7
    entry_type: str = "case"
    entry_id: str = "a"
    op: str = "put"
    body: bytes = b"{}"

    def after(self, running: bytes) -> bytes:
        return next_running(
            running,
            number=self.number,
            entry_type=self.entry_type,
            entry_id=self.entry_id,
            op=self.op,
            body=self.body,
        )


def test_a_scope_without_entries_has_a_hash_of_its_own() -> None:
    assert first_running("grid:1") == sha256(b"xunge-feed-1:grid:1").digest()
    assert first_running("grid:1") != first_running("grid:2")


def test_an_entry_is_hashed_by_its_number_type_id_operation_and_body_onto_those_before() -> None:
    before = first_running("grid:1")
    entry = sha256(b"7\0case\0a\0put\0{}").digest()
    assert Entry().after(before) == sha256(before + entry).digest()
    assert Entry().after(Entry().after(before)) == sha256(sha256(before + entry).digest() + entry).digest()


@pytest.mark.parametrize(
    "other", [{"number": 8}, {"entry_type": "notice"}, {"entry_id": "b"}, {"op": "delete"}, {"body": b"[]"}]
)
def test_an_entry_that_differs_in_anything_has_another_hash(other: dict[str, object]) -> None:
    before = first_running("grid:1")
    assert replace(Entry(), **other).after(before) != Entry().after(before)  # type: ignore[arg-type]


def test_where_a_field_ends_is_part_of_the_hash() -> None:
    before = first_running("grid:1")
    assert Entry(entry_type="ca", entry_id="sea").after(before) != Entry().after(before)


def test_the_check_of_a_cursor_is_the_first_eight_bytes() -> None:
    running = bytes(range(32))
    assert check_of(running) == "0001020304050607"
