"""The server at which recorded talks take place: keys, clock and chance are fixed, so that it says the same again."""

import gzip
import os
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.caseapi.api.problems import spread_s
from sync.caseapi.app import make_app
from sync.caseapi.keys import KeyFile
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.storage.values import CodeUse, EnrolmentOffer
from sync.enrolment import code_digest, compare_digits
from sync.signing import Message, sign_request
from sync.wire import MAX_REPLY_BYTES, inflate_body
from tests.sync.caseapi.harness import GRID, NOW_MS, ORIGIN, Clock, open_case_api, prepare
from tests.sync.recorded_talk import DEVICE, KEY, RECEIPT_KEY, Piece, Spoken, missed
from tests.tools.ample_district import ample_district

CODE, USED_CODE = "K7QM2XW9", "K7QM2XWA"
"""One-time codes: one that is offered, one that another tablet uses."""

_SEAL_KEY = X25519PrivateKey.from_private_bytes(b"a synthetic key, to seal to.....")
_OTHER_EACH_TIME = ("incarnation", "proof", "agreed_proof", "signed", "device", "detail", "sentence")
"""Fields of answers that follow from chance, from other fields, or are free words; each must be there."""

_SIGNED_ANEW = ("content-digest", "signature-input", "signature")


class TalkWorld:
    """A served case API, and what is done to it."""

    def __init__(self, case_api: CaseApi) -> None:
        self.case_api = case_api
        self.client = _client(case_api)
        self._renamed: dict[str, str] = {}

    async def perform(self, action: str) -> None:
        """Do on the server what happened there before a piece.

        Args:
            action: ``offer``, ``confirm``, ``used``, ``enrolled``, ``fold``, ``hurry``, ``calm`` or ``close``.
        """
        enrolments = self.case_api.storage.enrolments
        public, receipt = KEY.public_key().public_bytes_raw(), RECEIPT_KEY.public_key().public_bytes_raw()
        match action:
            case "offer":
                await enrolments.offer(EnrolmentOffer(code_digest(CODE), GRID, NOW_MS, NOW_MS + 600_000))
            case "confirm":
                await self.case_api.enrolment.confirm(compare_digits(CODE, public, receipt))
            case "used":
                await enrolments.offer(EnrolmentOffer(code_digest(USED_CODE), GRID, NOW_MS, NOW_MS + 600_000))
                await enrolments.use_code(CodeUse(code_digest(USED_CODE), bytes(32), UUID(int=9), "999999", (), NOW_MS))
            case "enrolled":
                await self.perform("offer")
                await enrolments.use_code(CodeUse(code_digest(CODE), public, UUID(DEVICE), "000000", (), NOW_MS))
                await enrolments.confirm("000000", NOW_MS)
            case "fold":
                await self.case_api.judging.catch_up()
            case "hurry":
                self.client = _client(self.case_api, exchanges_per_minute=1)
            case "calm":
                self.client = _client(self.case_api)
            case "close":
                await self.case_api.storage.close()
            case _:
                raise ValueError(action)

    async def play(self, piece: Piece) -> list[str]:
        """Send a recorded request to the server of today; return what its answer lacks of the recorded one."""
        for action in piece.before:
            await self.perform(action)
        request = piece.request
        path, headers = request.path, dict(request.headers)
        for old, new in self._renamed.items():
            if old in path and old != new:
                # A snapshot is named by its bytes, which a newer server may write otherwise.
                path = path.replace(old, new)
                headers = {name: text for name, text in headers.items() if name not in _SIGNED_ANEW}
                message = Message(request.method, f"{ORIGIN}{path}", headers)
                sign_request(message, b"", device=DEVICE, key=KEY, now_s=NOW_MS // 1000)
        url, body = f"{ORIGIN}{path}", b64decode(request.body)
        async with self.client.stream(request.method, url, content=body, headers=headers) as answer:
            received = b"".join([part async for part in answer.aiter_raw()])
        return self._missed(piece.reply, Spoken(answer.status_code, dict(answer.headers), b64encode(received).decode()))

    def _missed(self, before: Spoken, now: Spoken) -> list[str]:
        lacks = missed([before.status, _steady_headers(before)], [now.status, _steady_headers(now)])
        if lacks:
            return lacks
        match before.headers.get("content-type", ""):
            case "application/gzip" if before.status == 200:
                return missed(_entries(before.received), _entries(now.received))
            case "application/json" | "application/problem+json":
                old, new = _json(before), _json(now)
                self._learn(old, new)
                return missed(_steady(old), _steady(new))
        # Of a part of a file the headers say all that is the same each time.
        return []

    def _learn(self, before: Any, now: Any) -> None:
        for scope, page in before.get("feeds", {}).items():
            if "snapshot" in page and "snapshot" in now["feeds"].get(scope, {}):
                self._renamed[page["snapshot"]["sha256"]] = now["feeds"][scope]["snapshot"]["sha256"]


@asynccontextmanager
async def talk_world(folder: Path) -> AsyncIterator[TalkWorld]:
    """Serve an ample district with the keys of recorded talks."""
    clock, path = Clock(), folder / "case.db"
    write_keys(path)
    case_api = open_case_api(prepare(path, clock), clock)
    await case_api.storage.feeds.publish(ample_district())
    try:
        yield TalkWorld(case_api)
    finally:
        await case_api.storage.close()


def write_keys(database: Path) -> None:
    """Write the server's synthetic keys beside a database that is not there yet."""
    receipt = (RECEIPT_KEY.public_key().public_bytes_raw(), RECEIPT_KEY.private_bytes_raw())
    seal = (_SEAL_KEY.public_key().public_bytes_raw(), _SEAL_KEY.private_bytes_raw())
    _write_key(database.with_suffix(".receipt-key.json"), "ed25519", *receipt)
    _write_key(database.with_suffix(".seal-key.json"), "x25519", *seal)


def _write_key(path: Path, alg: str, public: bytes, private: bytes) -> None:
    key = KeyFile(alg, sha256(public).hexdigest()[:16], b64encode(private).decode())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(msgspec.json.encode(key))


def _client(case_api: CaseApi, *, exchanges_per_minute: int = 0) -> httpx.AsyncClient:
    spread = partial(spread_s, chance=Random(1))
    app = make_app(case_api, exchanges_per_minute=exchanges_per_minute, has_desk=False, spread=spread)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


def _steady_headers(answer: Spoken) -> dict[str, str]:
    """Return an answer's headers without what follows from chance, or from bytes that may be written otherwise."""
    told = dict(answer.headers)
    told.pop("content-encoding", None)
    if "etag" in told:
        told["etag"] = "there"
    if "retry-after" in told:
        told["retry-after"] = f"seconds: {told['retry-after'].isdecimal()}"
    if "content-range" in told:
        told["content-range"] = told["content-range"].partition("-")[0]
    return told


def _json(answer: Spoken) -> Any:
    data = answer.received
    if packing := answer.headers.get("content-encoding", ""):
        data = inflate_body(data, packing, limit_bytes=MAX_REPLY_BYTES)
    return msgspec.json.decode(data) if data else {}


def _steady(value: Any) -> Any:
    """Return a JSON value with feeds by what they are about, and without what is other each time."""
    if isinstance(value, list):
        return [_steady(each) for each in value]
    if not isinstance(value, dict):
        return value
    told = {name: "there" if name in _OTHER_EACH_TIME else _steady(each) for name, each in value.items()}
    if "feeds" in value:
        told["feeds"] = {scope: _page(page) for scope, page in value["feeds"].items()}
    return told


def _page(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page says; a newer server may have more to say, and number it otherwise."""
    entries = {
        f"{each['type']} {each['id']} {each['op']}": {"fields": sorted(each), "body": _steady(each["body"])}
        for each in page.get("entries", ())
    }
    told: dict[str, Any] = {"cursor": len(page["cursor"]), "entries": entries}
    return told | ({"snapshot": dict.fromkeys(page["snapshot"])} if "snapshot" in page else {})


def _entries(data: bytes) -> dict[str, Any]:
    found = msgspec.json.decode(gzip.decompress(data))
    return {f"{each['type']} {each['id']}": each["body"] for each in found}
