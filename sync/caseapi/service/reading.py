"""Reads a held record as far as it can be read, whatever its bytes are. Pure."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import msgspec

from sync.caseapi.storage.judged import Unjudged
from sync.errors import RecordRejected
from sync.records import Body, Envelope, Void, decode_body, decode_envelope, kind_of
from sync.text import clean_line

SENTENCE_CHARS = 200
"""Longest sentence about a quarantined record: it is shown on the tablet."""


class _Peek(msgspec.Struct, frozen=True):
    """Who a record says it is, when nothing else of it can be read."""

    id: str
    kind: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record as far as it can be read.

    Attributes:
        id: None when not even that can be read.
        fault: what is wrong with its shape, or empty.
        is_known_kind: False when this program is too old for the kind or its version.
    """

    source: Unjudged
    id: UUID | None
    kind: str
    actor: str
    envelope: Envelope | None = None
    body: Body | None = None
    fault: str = ""
    is_known_kind: bool = True


# A batch is asked for twice, for what it needs and for its verdicts; nothing is kept beyond that.
@lru_cache(maxsize=1024)
def read_record(source: Unjudged) -> ReadRecord:
    """Return what can be read of a record."""
    if source.mark == "damaged":
        return ReadRecord(source, None, "", "")
    try:
        envelope = decode_envelope(source.raw)
    except RecordRejected as exc:
        return _unreadable(source, exc)
    identity = (UUID(envelope.id), envelope.kind, envelope.actor)
    kind = kind_of(envelope)
    if kind is None:
        return ReadRecord(source, *identity, envelope, is_known_kind=False)
    try:
        return ReadRecord(source, *identity, envelope, decode_body(kind, envelope.body))
    except RecordRejected as exc:
        return ReadRecord(source, *identity, envelope, fault=_sentence(exc))


def _unreadable(source: Unjudged, exc: RecordRejected) -> ReadRecord:
    try:
        peek = msgspec.json.decode(source.raw, type=_Peek)
        return ReadRecord(source, UUID(peek.id), clean_line(peek.kind), clean_line(peek.actor), fault=_sentence(exc))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return ReadRecord(source, None, "", "", fault=_sentence(exc))


def _sentence(exc: RecordRejected) -> str:
    return clean_line(f"{exc} ({exc.path})", max_chars=SENTENCE_CHARS)


def target_of(read: ReadRecord) -> UUID | None:
    """Return the record that this one corrects or withdraws, or None."""
    if isinstance(read.body, Void):
        return UUID(read.body.target)
    return UUID(read.envelope.amends) if read.envelope is not None and read.envelope.amends else None
