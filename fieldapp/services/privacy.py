"""Finds what does not belong into free text: identity card and telephone numbers. It warns, it never blocks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

Kind = Literal["id_number", "phone_number"]

_GAPS = re.compile(r"(?<=[0-9])[ \-.·]+(?=[0-9Xx])")
_ID_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_PHONE_NUMBER = re.compile(r"(?<![0-9])(?:\+?86)?1[3-9][0-9]{9}(?![0-9])")


class TextWarning(Struct, frozen=True):
    """A text looks as if it held somebody's number.

    Attributes:
        field: name of the form's field.
        kind: what it looks like.
    """

    field: str
    kind: Kind


def warnings_in(values: Mapping[str, str], fields: Sequence[str]) -> tuple[TextWarning, ...]:
    """Return what is suspicious in some fields of a form, in their order."""
    return tuple(TextWarning(name, kind) for name in fields for kind in numbers_in(values.get(name, "")))


def numbers_in(text: str) -> tuple[Kind, ...]:
    """Return which kinds of number a text seems to hold, however they are spaced."""
    plain = _GAPS.sub("", unicodedata.normalize("NFKC", text))
    has_id = _ID_NUMBER.search(plain) is not None
    has_phone = _PHONE_NUMBER.search(plain) is not None
    kinds: list[Kind] = ["id_number"] if has_id else []
    return (*kinds, "phone_number") if has_phone else tuple(kinds)
