"""What must be true of the case API's database, whatever happened: all that was answered is there, byte for byte."""

import asyncio
from base64 import b64decode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.caseapi.errors import CaseApiError
from sync.caseapi.keys import read_keys
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.verifying.chains import LoggedLine, verify
from sync.caseapi.storage.receipt_log import ReceiptLog
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from tests.faults.cuts.server_shift import DATABASE
from tests.sync.caseapi.harness import Clock, open_case_api


class RememberingKey:
    """A public key that checks each signature once: thousands of states hold the same few receipts."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self._known: set[tuple[bytes, bytes]] = set()

    def verify(self, signature: bytes, data: bytes) -> None:
        if (signature, data) not in self._known:
            self._key.verify(signature, data)
            self._known.add((signature, data))


@cache
def _receipt_key(private: bytes) -> RememberingKey:
    return RememberingKey(Ed25519PrivateKey.from_private_bytes(private).public_key())


@cache
def _loop() -> asyncio.Runner:
    return asyncio.Runner()


def check_server(folder: Path, told: Sequence[dict[str, Any]]) -> list[str]:
    """Open the database as the server does and return what contradicts what was answered."""
    database = folder / DATABASE
    receipts = ReceiptLog(database.with_suffix(".receipts.log"))
    logged = {line.signed for line in receipts.lines()}
    held = [said for said in told if said["what"] == "held"]
    findings = [
        f"the receipt to {said['watermark']} was given and is not in the file"
        for said in held
        if said["signed"] not in logged
    ]
    try:
        judged, photos = _loop().run(_restarted(database, told))
        with SqliteInspection(database) as inspection:
            return [
                *findings,
                *_held(inspection, told, held),
                *_verified(database, inspection),
                *_known(inspection, told, judged),
                *photos,
            ]
    except CaseApiError as exc:
        return [*findings, f"the database cannot be used: {exc}"]


async def _restarted(database: Path, told: Sequence[dict[str, Any]]) -> tuple[int, list[str]]:
    """Open for writing, as a server that starts; judge what was left; say what is wrong with the photos; close."""
    case_api = open_case_api(database, Clock())
    try:
        judged = await case_api.judging.catch_up()
        # What was told last of a photo holds what was told of it before.
        taken = {(said["sha256"], said["device"]): said for said in told if said["what"] == "taken"}.values()
        left = {path: path.read_bytes() for path in {_staged(case_api, said) for said in taken} if path.exists()}
        found = await asyncio.gather(*(_photo(case_api, said, left) for said in taken))
        return judged, [line for lines in found for line in lines]
    finally:
        await case_api.storage.close()


def _staged(case_api: CaseApi, said: dict[str, Any]) -> Path:
    return case_api.storage.staging.path(said["sha256"], UUID(said["device"]))


async def _photo(case_api: CaseApi, said: dict[str, Any], all_left: Mapping[Path, bytes]) -> list[str]:
    name, left = said["sha256"], all_left.get(_staged(case_api, said), b"")
    upload = await case_api.media.state(UUID(said["device"]), name)
    if upload.is_complete:
        data = case_api.storage.blobs.read(name) or b""
        return [] if sha256(data).hexdigest() == name else [f"the photo {name[:12]} counts as held and is not whole"]
    # What was told is there. Where the torn rest of a later part made the file as long as the whole one, the server
    # has found out by the hash and begins again: that costs an upload.
    is_begun_again = len(left) >= upload.length and not upload.offset
    is_there = sha256(left[: said["offset"]]).hexdigest() == said["begun"]
    if said["offset"] < upload.length and is_there and (is_begun_again or upload.offset >= said["offset"]):
        return []
    return [f"{said['offset']} bytes of the photo {name[:12]} were told as held, {len(left)} are there"]


def _held(inspection: SqliteInspection, told: Sequence[dict[str, Any]], held: Sequence[dict[str, Any]]) -> list[str]:
    offered: dict[str, list[bytes]] = defaultdict(list)
    for said in told:
        if said["what"] == "offered":
            offered[said["stream"]] += map(b64decode, said["records"])
    rows = {stream: {row.n: row.raw for row in inspection.held(UUID(stream))} for stream in offered}
    signed = {row.signed for row in inspection.receipts()}
    findings = [
        f"stream {said['stream']}: record {n} of {said['watermark']} proven is lost or has other bytes"
        for said in held
        for n in range(1, said["watermark"] + 1)
        if rows[said["stream"]].get(n) != offered[said["stream"]][n - 1]
    ]
    findings += [
        f"the receipt to {said['watermark']} is not in the database"
        for said in held
        if b64decode(said["signed"]) not in signed
    ]
    for stream, records in rows.items():
        if sorted(records) != list(range(1, len(records) + 1)):
            findings.append(f"stream {stream} has a gap: {sorted(records)}")
    return findings


def _verified(database: Path, inspection: SqliteInspection) -> list[str]:
    keys = read_keys(database.with_suffix(".receipt-key.json"), database.with_suffix(".seal-key.json"))
    lines = ReceiptLog(database.with_suffix(".receipts.log")).lines()
    report = verify(
        inspection,
        cast(Ed25519PublicKey, _receipt_key(keys.receipt.private_bytes_raw())),
        [LoggedLine(line.code, line.stream, line.watermark, line.signed_bytes) for line in lines],
    )
    findings = list(report.findings)
    if not report.ok or report.unjudged or report.quarantined:
        findings.append(f"verify: {report}")
    integrity = inspection.integrity()
    return findings if integrity == "ok" else [*findings, f"integrity: {integrity}"]


def _known(inspection: SqliteInspection, told: Sequence[dict[str, Any]], judged: int) -> list[str]:
    reading = inspection._connection
    devices = {str(UUID(bytes=row[0])) for row in reading.execute("select device from device")}
    entries = {row[0] for row in reading.execute("select id from feed_entry")}
    was_judged = max((said["records"] for said in told if said["what"] == "judged"), default=0)
    total = inspection.totals().held
    findings = [
        f"device {said['device']} had joined"
        for said in told
        if said["what"] == "joined" and said["device"] not in devices
    ]
    findings += [
        f"{name} was published"
        for said in told
        if said["what"] == "published"
        for name in said["entries"]
        if name not in entries
    ]
    if total - judged < was_judged:
        findings.append(f"{was_judged} records were judged, {judged} of {total} had to be again")
    return findings
