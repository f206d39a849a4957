"""Turns a request as decoded into what a storage takes: ids, digests, marks, tidy hello facts."""

import binascii
import re
from base64 import b64decode
from functools import lru_cache
from uuid import UUID

import msgspec
from msgspec import Raw

from sync.caseapi.errors import ProtocolUnknown
from sync.caseapi.storage.values import ArrivedRecord, BootTold, Incoming
from sync.chain import HEAD_BYTES, record_digest
from sync.clock import MAX_BOOT_CHARS, NO_BOOT, parse_time
from sync.errors import WireError
from sync.media import naming_of
from sync.text import clean_line
from sync.wire import PROTOCOL, Damaged, Hello, SyncRequest

_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAMAGED_MARK = b'"damaged"'


class _Peek(msgspec.Struct, frozen=True):
    """What the counts beside a receipt need of a record, whatever else it says."""

    actor: str = ""
    shift: str | None = None


_PEEKS = msgspec.json.Decoder(_Peek)
_NOTHING = _Peek()


def to_incoming(request: SyncRequest, device: UUID, received_ms: int) -> Incoming:
    """Return an exchange as a storage takes it.

    Raises:
        ProtocolUnknown: the request speaks a newer protocol; of an older one the records are taken.
        WireError: an id or a head is no such thing; the sentence ends in the JSON path.
    """
    if request.protocol > PROTOCOL:
        raise ProtocolUnknown(f"this server speaks protocol {PROTOCOL}, the request {request.protocol}")
    clock_offset_ms = _clock_offset_ms(request.hello.time, received_ms)
    return Incoming(
        device=device,
        stream=_uuid(request.stream, "$.stream"),
        start=request.start,
        prev=_head(request.prev, "$.prev"),
        head=_head(request.head, "$.head"),
        records=tuple(arrived(record) for record in request.records),
        hello=_tidy(request.hello),
        received_ms=received_ms,
        forked_from=_forked_from(request.forked_from),
        clock_offset_ms=clock_offset_ms,
        protocol=request.protocol,
        is_erased=request.erased,
        boot=_boot_told(request.hello, clock_offset_ms, received_ms),
        behind=None if request.behind is None else (request.behind[0], _head(request.behind[1], "$.behind[1]")),
    )


def arrived(record: Raw) -> ArrivedRecord:
    """Return one element of the request's records: its exact bytes, unwrapped when they came as damaged."""
    raw = bytes(record)
    if raw.find(_DAMAGED_MARK, 0, 16) >= 0 and (inner := _damaged_bytes(raw)) is not None:
        return ArrivedRecord(inner, record_digest(inner), "damaged", naming=naming_of(inner))
    try:
        peek = _PEEKS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        peek = _NOTHING
    actor, shift = _id_or_empty(peek.actor), _id_or_empty(peek.shift or "")
    return ArrivedRecord(raw, record_digest(raw), "", actor, shift, naming_of(raw))


def _damaged_bytes(raw: bytes) -> bytes | None:
    try:
        return b64decode(msgspec.json.decode(raw, type=Damaged).damaged, validate=True)
    except (msgspec.DecodeError, binascii.Error, ValueError):
        return None


@lru_cache(maxsize=4096)  # a day names one person and one shift in every record
def _id_or_empty(text: str) -> str:
    return text if _UUID.fullmatch(text) else ""


def _uuid(text: str, path: str) -> UUID:
    try:
        value = UUID(text)
    except ValueError as exc:
        raise WireError(f"not a UUID - at `{path}`") from exc
    if str(value) != text:
        raise WireError(f"a UUID is written in lower case with hyphens - at `{path}`")
    return value


def _head(text: str, path: str) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError as exc:
        raise WireError(f"not hex digits - at `{path}`") from exc
    if len(value) != HEAD_BYTES:
        raise WireError(f"a head has {HEAD_BYTES * 2} hex digits - at `{path}`")
    return value


def _forked_from(forked_from: tuple[str, int] | None) -> tuple[UUID, int] | None:
    if forked_from is None:
        return None
    stream, n = forked_from
    return _uuid(stream, "$.forked_from[0]"), n


def _clock_offset_ms(told: str, received_ms: int) -> int | None:
    try:
        return parse_time(told) - received_ms
    except ValueError:
        return None


def _boot_told(hello: Hello, clock_offset_ms: int | None, received_ms: int) -> BootTold | None:
    boot = clean_line(hello.boot, max_chars=MAX_BOOT_CHARS)
    if boot != hello.boot or boot in ("", NO_BOOT):
        return None
    return BootTold(boot, received_ms - hello.mono_ms, None if clock_offset_ms is None else -clock_offset_ms)


def _tidy(hello: Hello) -> Hello:
    """Return a hello that any table and any page can hold."""
    return msgspec.structs.replace(
        hello,
        app=clean_line(hello.app, max_chars=64),
        oldest_unsettled=None if hello.oldest_unsettled is None else clean_line(hello.oldest_unsettled, max_chars=40),
        last_fault=None if hello.last_fault is None else clean_line(hello.last_fault, max_chars=200),
    )
