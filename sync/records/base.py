"""The envelope of every record, and what a kind of record is.

The exact bytes of a record are made once, by `encode`, hashed, stored and sent as they are. The bytes hold no stream
and no number: those are columns beside them, so that a fork moves a record and changes nothing in it.
"""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from sync.clock import Stamp, parse_time
from sync.errors import RecordRejected

MAX_RECORD_BYTES = 64 * 1024
"""Largest record, enforced when it is saved and when it is read."""


def whole(pattern: str) -> str:
    """Return a pattern that a whole text must match; ``$`` alone would let a line end pass behind it."""
    return f"^{pattern}$(?!\\n)"


Uuid = Annotated[str, Meta(pattern=whole("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"))]
"""A UUID in canonical lower-case text."""

Digest = Annotated[str, Meta(pattern=whole("[0-9a-f]{64}"))]
"""A SHA-256 digest in lower-case hex."""

Code = Annotated[str, Meta(pattern=whole("[0-9A-Za-z_.-]{1,64}"))]
"""A code of a closed or configured list."""

Moment = Annotated[str, Meta(min_length=20, max_length=35)]
"""RFC 3339 with an explicit offset."""

Sealed = Annotated[str, Meta(pattern=whole("[A-Za-z0-9+/=]{44,8192}"))]
"""Base64 of what only the handling chain can open; see `sync.sealing`."""


class Body(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one kind of record says, apart from who, when and where in the organisation."""


class Envelope(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all records say.

    Attributes:
        id: UUIDv7, minted once on the tablet, before "saved" is shown.
        kind: name of the kind.
        v: version of the kind, from 1.
        at: the tablet's wall time, RFC 3339.
        clock: what else the tablet knew of time.
        actor: id of the person who made it.
        seat: the seat that person sat in.
        grid: id of the responsibility grid.
        body: the kind's own fields, as raw JSON.
        shift: id of the shift_start record it belongs to.
        amends: id of the record that this one replaces.
    """

    id: Uuid
    kind: Code
    v: Annotated[int, Meta(ge=1, le=9999)]
    at: Moment
    clock: Stamp
    actor: Uuid
    seat: Code
    grid: Code
    body: msgspec.Raw
    shift: Uuid | None = None
    amends: Uuid | None = None


class Kind(Struct, frozen=True):
    """One kind of record.

    Attributes:
        name: the kind's name in the envelope.
        version: newest version that this program writes.
        body: type of the body.
        check: raises `RecordRejected` for what the type cannot say; None when the type says all.
    """

    name: str
    version: int
    body: type[Body]
    check: Callable[[Any], None] | None = None


class Record(Struct, frozen=True):
    """A decoded record: its envelope and its typed body."""

    envelope: Envelope
    body: Body


def encode(envelope: Envelope) -> bytes:
    """Return the record's exact bytes, to be hashed, stored and sent.

    Raises:
        RecordRejected: larger than `MAX_RECORD_BYTES`, or with a text that is not Unicode (a lone surrogate).
    """
    try:
        data = msgspec.json.encode(envelope)
    except UnicodeEncodeError as exc:
        raise RecordRejected(f"a text is not Unicode: {exc}") from exc
    _check_size(data)
    return data


def decode_envelope(data: bytes) -> Envelope:
    """Return the envelope of a record's bytes, whatever its kind.

    Raises:
        RecordRejected: too large, not JSON, or a field is missing, unknown or of a wrong type; says which.
    """
    _check_size(data)
    try:
        envelope = _ENVELOPES.decode(data)
        parse_time(envelope.at)
    except msgspec.ValidationError as exc:
        raise _rejected(exc, "$") from exc
    except (msgspec.DecodeError, ValueError, RecursionError) as exc:
        raise RecordRejected(f"not a readable record: {exc}") from exc
    return envelope


def decode_body(kind: Kind, body: bytes | msgspec.Raw) -> Body:
    """Return the typed, checked body of a record.

    Raises:
        RecordRejected: a field breaks the kind's rules; the path says which.
    """
    value = read_body(kind, body)
    if kind.check is not None:
        kind.check(value)
    return value


def read_body(kind: Kind, body: bytes | msgspec.Raw) -> Body:
    """Return the typed body of a record that was saved: it keeps the rules of its day, which may be fewer than today's.

    Raises:
        RecordRejected: it is not even of the kind's types; the path says where.
    """
    try:
        return _decoder_of(kind.body).decode(body)
    except msgspec.ValidationError as exc:
        raise _rejected(exc, "$.body") from exc
    except (msgspec.DecodeError, ValueError, RecursionError) as exc:
        raise RecordRejected(f"not a readable body: {exc}", "$.body") from exc


@cache
def _decoder_of(body: type[Body]) -> msgspec.json.Decoder[Body]:
    # Made anew for each record it would take ten times as long as the record.
    return msgspec.json.Decoder(body)


def _check_size(data: bytes) -> None:
    if len(data) > MAX_RECORD_BYTES:
        raise RecordRejected(f"a record has at most {MAX_RECORD_BYTES} bytes, this one {len(data)}")


def _rejected(exc: msgspec.ValidationError, root: str) -> RecordRejected:
    # The sentence ends in "- at `$.body.note`", or in "- at `key` in `$.body.checks`", or has no place.
    sentence, mark, place = str(exc).rpartition(" - at ")
    if not mark:
        return RecordRejected(place, root)
    return RecordRejected(sentence, root + place.rstrip("`").rpartition("`")[2].removeprefix("$"))


_ENVELOPES = msgspec.json.Decoder(Envelope)
