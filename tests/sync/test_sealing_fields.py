"""Sealed fields: written by every tablet, read by the handling chain alone."""

import re
from base64 import b64decode, b64encode
from typing import get_args

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.records.base import Sealed
from sync.sealing import seal, unseal

KEY = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = KEY.public_key().public_bytes_raw()
FIELD = re.compile(get_args(Sealed)[1].pattern)


@given(st.text(max_size=200))
def test_what_was_sealed_opens_to_the_same_text(text: str) -> None:
    assert unseal(seal(text, PUBLIC), KEY) == text


@given(st.text(max_size=1000))
def test_a_sealed_text_fits_the_records_field(text: str) -> None:
    assert FIELD.search(seal(text, PUBLIC))


def test_the_same_flat_sealed_twice_looks_different() -> None:
    assert seal("3-201", PUBLIC) != seal("3-201", PUBLIC)


def test_nothing_of_the_text_shows() -> None:
    assert b"3-201" not in b64decode(seal("3-201", PUBLIC))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(InvalidTag):
        unseal(seal("3-201", PUBLIC), X25519PrivateKey.from_private_bytes(bytes(range(32))))


def test_a_change_of_any_byte_is_found() -> None:
    data = b64decode(seal("3-201", PUBLIC))
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(InvalidTag):
            unseal(b64encode(changed).decode(), KEY)


@given(st.one_of(st.text(), st.binary().map(lambda data: b64encode(data).decode())))
def test_what_was_never_sealed_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(InvalidTag):
        unseal(text, KEY)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32), PUBLIC + b"\0"])
def test_a_seal_key_that_is_none_is_refused_before_anything_is_written(key: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the library's
        seal("3-201", key)
