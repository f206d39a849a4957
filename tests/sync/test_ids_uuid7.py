"""UUIDv7 as RFC 9562 lays it out, under every clock a tablet may have."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ids import RANDOM_BYTES, uuid7_at

MAX_MS = (1 << 48) - 1
noise = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_the_example_of_rfc_9562_is_made_bit_for_bit() -> None:
    # Appendix A.6: unix_ts_ms 0x017F22E279B0, rand_a 0xCC3, rand_b 0b01, 0x8C4DC0C0C07398F.
    random_bits = (0xCC3 << 64) | 0x18C4DC0C0C07398F
    made = uuid7_at(0x017F22E279B0, random_bits.to_bytes(RANDOM_BYTES, "big"))
    assert made == uuid.UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(st.integers(0, MAX_MS), noise)
def test_version_variant_and_time_stand_where_the_rfc_puts_them(unix_ms: int, random_bytes: bytes) -> None:
    made = uuid7_at(unix_ms, random_bytes)
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == unix_ms


@given(st.tuples(st.integers(0, MAX_MS), noise), st.tuples(st.integers(0, MAX_MS), noise))
def test_a_later_millisecond_sorts_later_as_bytes_and_as_text(one: tuple[int, bytes], other: tuple[int, bytes]) -> None:
    early, late = sorted((one, other))
    if early[0] < late[0]:
        assert uuid7_at(*early).bytes < uuid7_at(*late).bytes
        assert str(uuid7_at(*early)) < str(uuid7_at(*late))


@given(st.integers(), noise)
def test_a_clock_outside_48_bits_is_clamped_not_refused(unix_ms: int, random_bytes: bytes) -> None:
    assert uuid7_at(unix_ms, random_bytes).int >> 80 == min(max(unix_ms, 0), MAX_MS)


def test_74_random_bits_reach_the_id() -> None:
    zero = uuid7_at(0, bytes(RANDOM_BYTES)).int
    reached = 0
    for place in range(RANDOM_BYTES * 8):
        changed = uuid7_at(0, (1 << place).to_bytes(RANDOM_BYTES, "big")).int ^ zero
        assert changed.bit_count() <= 1
        reached |= changed
    assert reached.bit_count() == 74


@pytest.mark.parametrize("length", [0, RANDOM_BYTES - 1, RANDOM_BYTES + 1, 16])
def test_another_number_of_random_bytes_is_a_programming_error(length: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        uuid7_at(0, bytes(length))
