"""The chain of heads: one comparison proves a whole history."""

from hashlib import sha256
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from sync.chain import HEAD_BYTES, first_head, head_after, next_head, record_digest

STREAM = UUID("01934c2e-7b1a-7c3d-9e4f-0123456789ab")
records = st.lists(st.binary(max_size=40), max_size=12)


def test_the_heads_are_those_of_the_protocol_s_formula() -> None:
    head_0 = sha256(STREAM.bytes).digest()
    head_1 = sha256(head_0 + sha256(b'{"a":1}').digest()).digest()
    assert first_head(STREAM) == head_0
    assert head_after(head_0, [b'{"a":1}']) == head_1
    assert len(head_1) == HEAD_BYTES


def test_known_heads_do_not_move() -> None:
    # If this fails, every tablet in the field would be taken for a fork.
    head = head_after(first_head(STREAM), [b"one", b"two"])
    assert first_head(STREAM).hex() == "35aa93386c41d7c1fb1d2b4370eaf153cafce8a496a596f1b40b666074fa8b2b"
    assert head.hex() == "89161f83a2279266cc937ce2501c2844679c63aa505195777ce5a79ea7932d91"


@given(records, records)
def test_a_history_told_in_two_parts_ends_at_the_same_head(before: list[bytes], after: list[bytes]) -> None:
    start = first_head(STREAM)
    assert head_after(head_after(start, before), after) == head_after(start, before + after)


@given(records)
def test_digests_alone_carry_the_chain_on_after_records_are_erased(history: list[bytes]) -> None:
    head = first_head(STREAM)
    for digest in map(record_digest, history):
        head = next_head(head, digest)
    assert head == head_after(first_head(STREAM), history)


@given(records, records)
def test_two_histories_never_share_a_head(one: list[bytes], other: list[bytes]) -> None:
    assume(one != other)
    start = first_head(STREAM)
    assert head_after(start, one) != head_after(start, other)


@given(st.uuids(), st.uuids(), records)
def test_the_same_records_in_another_stream_have_another_head(one: UUID, other: UUID, history: list[bytes]) -> None:
    assume(one != other)
    assert head_after(first_head(one), history) != head_after(first_head(other), history)
