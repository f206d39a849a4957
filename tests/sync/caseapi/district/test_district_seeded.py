"""A seed's values follow from names alone."""

from collections import Counter
from uuid import UUID

import pytest

from sync.caseapi.district.seeded import EPOCH_UNIX_MS, Seeded


def test_the_same_name_gives_the_same_value_whatever_was_asked_before() -> None:
    one, other = Seeded(5), Seeded(5)
    other.bytes_of(16, "something", "else")
    assert one.bytes_of(16, "plate", 3) == other.bytes_of(16, "plate", 3)
    assert one.bytes_of(16, "plate", 3) != one.bytes_of(16, "plate", 4)
    assert one.bytes_of(16, "plate", 3) != Seeded(6).bytes_of(16, "plate", 3)


def test_names_are_not_joined_into_one_another() -> None:
    seeded = Seeded(5)
    assert seeded.bytes_of(8, "ab", "c") != seeded.bytes_of(8, "a", "bc")


def test_weights_say_how_often_a_value_comes() -> None:
    seeded = Seeded(5)
    drawn = Counter(seeded.weighted({1: 1, 2: 9}, "draw", n) for n in range(1_000))
    assert set(drawn) == {1, 2}
    assert 60 < drawn[1] < 140


def test_a_source_without_weights_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        Seeded(5).weighted({}, "draw")


def test_an_id_is_a_version_7_id_that_sorts_by_its_ordinal() -> None:
    first, second = (Seeded(5).id_of(ordinal, "building", 9) for ordinal in (0, 1))
    assert UUID(first).version == 7
    assert UUID(first).int >> 80 == EPOCH_UNIX_MS
    assert first < second
