"""The coding with a shipped dictionary: what one end packs the other reads for ever, and a bad body is only refused."""

import zlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.coding import REQUEST_CODINGS, SMALL_BYTES, XUNGE_1, accepts, dictionary, xunge_body
from sync.errors import BodyTooLarge, WireError
from sync.wire import MAX_BODY_BYTES, gzip_body, inflate_body
from tests.sync.day_of_records import request_of_a_day

DIGESTS = {XUNGE_1: "2f22527c9db6e83d169ae1637a2d7613cee2ef887211dc36040571c1a2c712c8"}
"""Released dictionaries; one that changes could not read what tablets in the field send."""


def test_a_released_dictionary_never_changes() -> None:
    assert {coding: sha256(dictionary(coding)).hexdigest() for coding in DIGESTS} == DIGESTS
    assert set(REQUEST_CODINGS) == {"gzip", *DIGESTS}


def test_a_dictionary_fits_the_window() -> None:
    assert len(dictionary(XUNGE_1)) <= 32 * 1024


@given(st.binary(max_size=4096))
def test_what_was_packed_is_unfolded_byte_for_byte(body: bytes) -> None:
    assert inflate_body(xunge_body(body), XUNGE_1) == body


def test_a_body_packed_by_the_first_version_is_read() -> None:
    packed = bytes.fromhex("78f9d6925fe3432b91914b2e44d9145b0b0006790ce8")
    assert inflate_body(packed, XUNGE_1) == b'{"protocol":1,"stream":"","records":[]}'


def test_a_record_of_an_even_day_takes_at_most_105_bytes() -> None:
    body = request_of_a_day(40)
    assert len(xunge_body(body)) / 40 <= 105
    assert len(xunge_body(body)) < len(gzip_body(body))


def test_a_single_record_is_a_third_smaller_than_with_gzip() -> None:
    body = request_of_a_day(1)
    assert len(xunge_body(body)) < len(gzip_body(body)) * 2 / 3


def test_a_small_body_is_packed_in_little_memory_and_no_larger_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [request_of_a_day(records) for records in (1, 3, 5)]
    little = [len(xunge_body(body)) for body in bodies]
    monkeypatch.setattr("sync.coding.SMALL_BYTES", 0)
    assert all(len(body) < SMALL_BYTES for body in bodies)
    assert little == [len(xunge_body(body)) for body in bodies]


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    with pytest.raises(BodyTooLarge):
        inflate_body(xunge_body(bytes(50 * MAX_BODY_BYTES)), XUNGE_1)


@given(st.integers(min_value=0, max_value=400))
def test_a_body_cut_short_is_refused(length: int) -> None:
    packed = xunge_body(request_of_a_day(1))
    with pytest.raises(WireError):
        inflate_body(packed[: min(length, len(packed) - 1)], XUNGE_1)


@pytest.mark.parametrize(
    "body",
    [b"", b"x", gzip_body(b"{}"), xunge_body(b"{}") + b"x", zlib.compressobj(zdict=b"another").flush()],
    ids=["empty", "noise", "gzip", "something behind", "another dictionary"],
)
def test_a_body_of_another_making_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        inflate_body(body, XUNGE_1)


@pytest.mark.parametrize(
    ("header", "is_accepted"),
    [
        ("x-xunge-1", True),
        ("gzip, X-Xunge-1;q=0.5", True),
        ("x-xunge-1; q=0", False),
        ("x-xunge-1;q=0.000", False),
        ("gzip, x-xunge-10", False),
        ("", False),
        (",;,", False),
    ],
)
def test_a_coding_is_accepted_when_it_is_listed_with_a_weight(header: str, is_accepted: bool) -> None:
    assert accepts(header, XUNGE_1) is is_accepted
