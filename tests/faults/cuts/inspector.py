"""A small shift at a tablet whose calls may fail, what the inspector is told in it, and what must be so afterwards.

Drafts, records, a photo that goes up in two parts, and a snapshot that comes down.
"""

import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.storage.blobs import FileBlobs
from sync.chain import first_head, next_head, record_digest
from sync.errors import SyncError
from sync.ids import uuid7_at
from sync.receipts import open_receipt
from sync.records import CaseReport, Envelope, MediaRef, encode
from sync.tablet.config import ExchangeConfig
from sync.tablet.parts import SMALLEST_PART_BYTES
from sync.tablet.tablet import Tablet
from tests.sync.caseapi.harness import BUILDING, MATTER
from tests.sync.caseapi.media_desk import picture
from tests.sync.tablet.makers import AT_MS, record

DATABASE = "journal.db"
FORM = "visit"
RECORDS = 3
SYNCS = 2
PHOTO_BYTES = SMALLEST_PART_BYTES + 3_000
"""So much that it goes up in two parts."""
REFETCHED = "catalogue"
"""The scope that the tablet fetches whole in its shift: its cursor is one that the server does not know."""
UNKNOWN_MARK = "00000000"
TRIES = 2
"""How often the inspector does a thing again that was refused."""
RECOVERIES = 4
"""Syncs without faults after which everything must be there."""

Told = dict[str, Any]


def opened(path: Path, *, is_apart: bool = False) -> Tablet:
    """Open a tablet that waits briefly: nothing here is far away."""
    config = ExchangeConfig(
        connect_timeout_s=2,
        answer_timeout_s=2,
        first_part_bytes=SMALLEST_PART_BYTES,
        again_first_s=0.0,
        again_spread_s=0.0,
    )
    # Loopback without TLS: to load the certificates of the system would be most of the work.
    plain = lambda: httpx.HTTPTransport(verify=False, trust_env=False)  # noqa: E731 - two words of its own
    return Tablet(path, app="fault points", config=config, transport=plain, is_apart=is_apart)


def give_stream(path: Path, stream: UUID) -> None:
    """Give a tablet that has saved nothing a stream of its own and a scope to fetch, so that it can be used again."""
    connection = sqlite3.connect(path)
    connection.execute("update streams set id = ?, base_head = ?", (str(stream), first_head(stream)))
    connection.execute("update feeds set mark = ? where scope = ?", (UNKNOWN_MARK, REFETCHED))
    connection.commit()
    connection.close()


class Shift:
    """Plays the shift; every success is said before the next thing is done."""

    def __init__(self, path: Path, stream: UUID, say: Callable[[Told], None]) -> None:
        self.path = path
        self.say = say
        self._records = [self._record(stream, place) for place in range(RECORDS)]
        self._picture = picture(PHOTO_BYTES, stream.int % 2**32)

    def play(self) -> None:
        """Work until the end of the shift; what is refused is tried again, as a person would."""
        tablet = self._tried(lambda: opened(self.path))
        if tablet is None:
            return
        self._type(tablet, "purpose")
        self._type(tablet, "note")
        first, second, third = self._records
        photo = self._tried(lambda: tablet.store.media.attach(self._picture, mime="image/jpeg", role="before"))
        if photo is not None:
            second = with_photo(second, photo)
        self._save(first, lambda: tablet.store.drafts.save(FORM, first))
        self._save(second, lambda: tablet.store.journal.append(second))
        self._sync(tablet)
        self._save(third, lambda: tablet.store.journal.append(third))
        self._sync(tablet)
        self._tried(tablet.close)

    def _type(self, tablet: Tablet, field: str) -> None:
        def put() -> bool:
            tablet.store.drafts.put(FORM, {field: f"{field} typed"})
            return True

        if self._tried(put):
            self.say({"what": "draft", "field": field, "saved_as": self._records[0].id})

    def _save(self, made: Envelope, save: Callable[[], object]) -> None:
        if self._tried(save) is not None:
            self.say({"what": "saved", "id": made.id, "bytes": b64encode(encode(made)).decode()})

    def _sync(self, tablet: Tablet) -> None:
        status = self._tried(tablet.sync_once)
        if status is None or status.fault is not None:
            if status is not None and status.fault is not None and status.fault.code == "E-SYNC":
                self.say({"what": "unexpected", "error": "a sync ended with an error that nobody named"})
            return
        summary = self._tried(tablet.store.journal.summary)
        if summary is not None and summary.receipt is not None:
            signed = b64encode(summary.receipt.signed).decode()
            self.say({"what": "proven", "unsettled": summary.unsettled, "signed": signed})

    def _tried(self, action: Callable[[], Any]) -> Any:
        for _ in range(TRIES):
            try:
                return action()
            except SyncError as exc:
                self.say({"what": "refused", "code": exc.code})
            except Exception as exc:  # noqa: BLE001 - an error outside the tree is what is looked for
                self.say({"what": "unexpected", "error": repr(exc)})
        return None

    def _record(self, stream: UUID, place: int) -> Envelope:
        random = sha256(stream.bytes + bytes([place])).digest()[:10]
        return record(f"第 {place} 户", record_id=str(uuid7_at(AT_MS, random)))


def with_photo(plain: Envelope, photo: MediaRef) -> Envelope:
    """Return a record of the same id that has a photo."""
    body = CaseReport("national", "matter", "02001", building=str(BUILDING), description="有照片", media=(photo,))
    return msgspec.structs.replace(plain, kind="case_report", body=msgspec.Raw(msgspec.json.encode(body)))


def expect_whole(told: Sequence[Told]) -> None:
    """Assert that a shift without faults did all it was to do."""
    assert sum(said["what"] == "saved" for said in told) == RECORDS, told
    assert sum(said["what"] == "proven" for said in told) == SYNCS, told


def afterwards(path: Path, central: Path, receipt_key: Ed25519PublicKey, told: Sequence[Told]) -> list[str]:
    """Sync without faults and return what contradicts what was told, each as ``sort: sentence``."""
    findings = [f"other: {said['error']}" for said in told if said["what"] == "unexpected"]
    try:
        tablet = opened(path)
    except SyncError as exc:
        return [*findings, f"lost: the tablet does not open any more: {exc}"]
    try:
        fields = tablet.store.drafts.fields(FORM)
        faults = _recovered(tablet)
        if waiting := tablet.store.journal.summary().unsettled or len(faults) == RECOVERIES:
            findings.append(f"stuck: {waiting} waiting after {faults}")
        own = _held_by_tablet(path)
        central_rows = _held_by_server(central, tablet.store.outbox.streams())
        findings += [f"other: {problem}" for problem in tablet.store.problems()]
        findings += _compared(told, own, central_rows)
        findings += _drafts(told, fields, own)
        findings += _receipts(told, central_rows, receipt_key)
        findings += _photos(tablet, central)
        findings += _reference(path)
        return findings
    finally:
        tablet.close()


def _recovered(tablet: Tablet) -> list[str]:
    """Sync until it succeeds and return the faults before."""
    faults: list[str] = []
    while len(faults) < RECOVERIES and (fault := tablet.sync_once().fault) is not None:
        faults.append(f"{fault.code}: {fault.detail}")
    return faults


def _photos(tablet: Tablet, central: Path) -> Iterator[str]:
    """A photo that a record on the tablet names is whole on both ends and counts as sent, and none was given up."""
    progress = tablet.store.media.progress()
    if (progress.sent, progress.lost) != (progress.total, 0):
        yield f"lost: of the photos the tablet says {progress}"
    blobs = FileBlobs(central.with_suffix(".media"))
    with sqlite3.connect(f"file:{tablet.path}?mode=ro", uri=True) as connection:
        names = [name for (name,) in connection.execute("select distinct sha256 from media")]
    connection.close()
    for name in names:
        if (state := tablet.store.media.files.check(name)) != "whole":
            yield f"lost: the photo {name[:12]} is {state} on the tablet"
        if sha256(blobs.read(name) or b"").hexdigest() != name:
            yield f"lost: the photo {name[:12]} counts as sent and is not whole at the server"


def _reference(path: Path) -> Iterator[str]:
    """What was fetched whole is there, and nothing is left of its way."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        matters = [name for (name,) in connection.execute("select id from reference_rows where type = 'matter'")]
        (mark,) = connection.execute("select mark from feeds where scope = ?", (REFETCHED,)).fetchone()
    connection.close()
    if matters != [MATTER] or mark == UNKNOWN_MARK:
        yield f"lost: the catalogue has {matters} and the cursor {mark}"
    yield from (f"other: {left.name} is left of a download" for left in path.parent.glob(f"{path.name}.snapshot-*"))


Held = dict[tuple[str, int], bytes]
"""Bytes by stream and place."""


def _held_by_tablet(path: Path) -> Held:
    query = "select streams.id, n, record from records join streams on streams.number = records.stream"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        rows = {(stream, n): bytes(data) for stream, n, data in connection.execute(query)}
    connection.close()
    return rows


def _held_by_server(central: Path, streams: Sequence[str]) -> Held:
    with sqlite3.connect(f"file:{central}?mode=ro", uri=True) as connection:
        rows = {
            (stream, n): bytes(raw)
            for stream in streams
            for n, raw in connection.execute("select n, raw from inbox where stream = ?", (UUID(stream).bytes,))
        }
    connection.close()
    return rows


def judged(central: Path) -> list[str]:
    """Return what contradicts that every record the server holds was judged, and was stored."""
    held_and_stored = (
        "select (select count(*) from inbox), (select count(*) from judged where verdict = 'stored'),"
        " (select count(*) from judged)"
    )
    with sqlite3.connect(f"file:{central}?mode=ro", uri=True) as connection:
        held, stored, all_judged = connection.execute(held_and_stored).fetchone()
    connection.close()
    if held == stored == all_judged:
        return []
    return [f"other: of {held} records held {all_judged} were judged, {stored} of them as stored"]


def _compared(told: Sequence[Told], own: Held, central: Held) -> list[str]:
    bytes_of = sorted(central.values())
    findings = [f"doubled: {data[:60]!r}" for data in set(bytes_of) if bytes_of.count(data) > 1]
    if set(own.values()) != set(bytes_of):
        findings.append(f"lost: the tablet holds {len(own)} records, the server {len(bytes_of)} of its streams")
    for said in told:
        if said["what"] == "saved" and b64decode(said["bytes"]) not in bytes_of:
            findings.append(f"lost: {said['id']} was told as saved")
    return findings


def _drafts(told: Sequence[Told], fields: dict[str, str], own: Held) -> list[str]:
    typed = {said["field"]: said["saved_as"] for said in told if said["what"] == "draft"}
    return [
        f"lost: the field {field} was told as kept"
        for field, saved_as in typed.items()
        if field not in fields and not any(saved_as.encode() in data for data in own.values())
    ]


def _receipts(told: Sequence[Told], central: Held, key: Ed25519PublicKey) -> list[str]:
    findings: list[str] = []
    for said in told:
        if said["what"] != "proven":
            continue
        receipt = open_receipt(b64decode(said["signed"]), key)
        head = first_head(receipt.stream)
        for n in range(1, receipt.watermark + 1):
            data = central.get((str(receipt.stream), n))
            head = next_head(head, record_digest(data)) if data is not None else b""
        if head != receipt.head:
            findings.append(f"false receipt: to {receipt.watermark} of {receipt.stream}")
    return findings
