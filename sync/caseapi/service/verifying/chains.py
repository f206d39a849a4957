"""Recomputes every chain and every receipt from the bytes held, and says what does not fit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.service.losing import LostRange, lost_ranges
from sync.caseapi.service.verifying.cases import verify_cases
from sync.caseapi.service.verifying.media import verify_media
from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.inspection import Inspection
from sync.caseapi.storage.rows import ReceiptRow, StreamRow
from sync.chain import first_head, next_head, record_digest
from sync.errors import ReceiptInvalid
from sync.receipts import open_receipt, receipt_code
from sync.text import clean_line

TOLD_EVERY = 100
"""Streams after which progress is said."""

MAX_FINDINGS = 100
"""Most findings said in words; all are counted."""


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """A receipt as the file outside the database has it."""

    code: str
    stream: str
    watermark: int
    signed: bytes


class Report(msgspec.Struct, frozen=True):
    """What verification found; counts over the whole district.

    Attributes:
        records: records held.
        stored: those that are neither quarantined nor parked nor repeated.
        duplicates: record ids stored more than once.
        repeated: places whose record was held already under another place.
        missing: places that should be held and are not.
        broken_chains: streams whose heads do not follow from their bytes.
        receipts: receipts in the database and in the file, each once.
        receipts_valid: those that are signed by our key and true of what is held.
        receipts_lost: those that promise more than is held: a restored database lost it.
        unjudged: records that wait to be judged.
        erased: records of which a contact was erased: their digest stands for the bytes that were received.
        lost: what genuine receipts promise beyond what is held, by stream.
        cases: cases held, also those that were withdrawn.
        cases_astray: those that do not stand where their events lead.
        media: files that records name.
        media_owed: those that a tablet has still to send.
        media_missing: those that were held and are not there any more.
        media_damaged: those that are there and no longer have their hash.
    """

    streams: int
    records: int
    stored: int
    duplicates: int
    repeated: int
    missing: int
    broken_chains: int
    receipts: int
    receipts_valid: int
    receipts_lost: int
    quarantined: int
    parked: int
    unjudged: int
    cases: int
    cases_astray: int
    media: int
    media_owed: int
    media_missing: int
    media_damaged: int
    erased: int
    ok: bool
    lost: tuple[LostRange, ...] = ()
    findings: list[str] = []


@dataclass(slots=True)
class _Book:
    """What is found while reading."""

    heads: dict[UUID, dict[int, bytes]] = field(default_factory=dict)
    missing: int = 0
    broken: int = 0
    lost: int = 0
    findings: list[str] = field(default_factory=list)


def verify(
    inspection: Inspection,
    key: Ed25519PublicKey,
    logged: Iterable[LoggedLine],
    blobs: BlobStore | None = None,
    told: Callable[[str], object] = len,
) -> Report:
    """Return what recomputing everything finds.

    Args:
        blobs: where photos are kept; None leaves them unread, and counts only what is owed.
        told: is told now and then how far it is.
    """
    book = _Book()
    promised = _promised(inspection.receipts(), logged)
    streams = inspection.streams()
    wanted: dict[str, set[int]] = {}
    for stream_id, watermark, _ in promised:
        wanted.setdefault(stream_id, set()).add(watermark)
    for count, stream in enumerate(streams, start=1):
        if count % TOLD_EVERY == 0:
            told(f"{count:,} of {len(streams):,} streams recomputed …")
        book.heads[stream.stream] = _walk(inspection, stream, wanted.get(str(stream.stream), set()), book)
    lost = lost_ranges(streams, (line.signed for line in promised.values()), key)
    book.findings += map(str, lost)
    valid = sum(_is_true(line, key, book) for line in promised.values())
    totals = inspection.totals()
    media = verify_media(inspection.media(), blobs)
    cases = verify_cases(inspection.case_files(), told)
    queues = inspection.queues_astray()
    astray = cases.astray + len(queues)
    book.findings += [*media.findings, *cases.findings, *queues]
    is_whole = not (book.missing or book.broken or totals.duplicate_ids or len(promised) - valid)
    return Report(
        streams=len(streams),
        records=totals.held,
        stored=totals.stored,
        duplicates=totals.duplicate_ids,
        repeated=totals.repeated,
        missing=book.missing,
        broken_chains=book.broken,
        receipts=len(promised),
        receipts_valid=valid,
        receipts_lost=book.lost,
        quarantined=totals.quarantined,
        parked=totals.parked,
        unjudged=totals.unjudged,
        cases=cases.cases,
        cases_astray=astray,
        media=media.named,
        media_owed=media.owed,
        media_missing=media.missing,
        media_damaged=media.damaged,
        erased=totals.erased,
        ok=is_whole and media.is_sound and not astray,
        lost=lost,
        # The file of receipts lies where others may have written, too.
        findings=[clean_line(finding) for finding in book.findings[:MAX_FINDINGS]],
    )


def _promised(receipts: Iterable[ReceiptRow], logged: Iterable[LoggedLine]) -> dict[tuple[str, int, bytes], LoggedLine]:
    """Return every receipt once, whether it stands in the database, in the file or in both."""
    lines = [LoggedLine(row.code, str(row.stream), row.watermark, row.signed) for row in receipts]
    return {(line.stream, line.watermark, line.signed): line for line in (*lines, *logged)}


def _walk(inspection: Inspection, stream: StreamRow, wanted: set[int], book: _Book) -> dict[int, bytes]:
    """Recompute a stream's heads from its bytes and return those at the wanted places."""
    head, reached, is_broken = first_head(stream.stream), 0, False
    heads: dict[int, bytes] = {}
    for row in inspection.held(stream.stream):
        gap = row.n - reached - 1
        if gap:
            book.missing += gap
            book.findings.append(f"stream {stream.stream}: {reached + 1} to {row.n - 1} are missing")
        # After a gap nothing can be recomputed: the rest is checked against itself.
        # Of what was lawfully erased the digest stays, and with it the chain.
        digest = row.digest if row.is_erased else record_digest(row.raw)
        head = row.head if gap else next_head(head, digest)
        if not is_broken and (row.head != head or row.digest != digest):
            is_broken = True
            book.findings.append(f"stream {stream.stream}: the record at {row.n} is not what was received")
        head, reached = row.head, row.n
        if reached in wanted:
            heads[reached] = head
    if reached < stream.watermark:
        book.missing += stream.watermark - reached
        book.findings.append(f"stream {stream.stream}: {reached + 1} to {stream.watermark} are missing")
    if reached != stream.watermark or head != stream.head:
        is_broken = True
        book.findings.append(f"stream {stream.stream}: its watermark {stream.watermark} does not fit what is held")
    book.broken += is_broken
    return heads


def _is_true(line: LoggedLine, key: Ed25519PublicKey, book: _Book) -> bool:
    try:
        receipt = open_receipt(line.signed, key)
    except ReceiptInvalid as exc:
        book.findings.append(f"receipt {line.code}: {exc}")
        return False
    if (str(receipt.stream), receipt.watermark, receipt_code(line.signed)) != (line.stream, line.watermark, line.code):
        book.findings.append(f"receipt {line.code}: its row says something else than its signed bytes")
        return False
    held = book.heads.get(receipt.stream, {}).get(receipt.watermark)
    if held == receipt.head:
        return True
    book.lost += held is None
    what = "is no longer held" if held is None else "has another head now"
    book.findings.append(f"receipt {line.code}: stream {line.stream} to {line.watermark} {what}")
    return False
