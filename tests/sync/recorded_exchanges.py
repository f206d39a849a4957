"""Exchanges as they once went over the wire, and how they are played again; see `tests.tools.recorder`."""

from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from sync.caseapi.storage.values import CodeUse, EnrolmentOffer
from sync.enrolment import code_digest
from sync.wire import SyncReply, decode_message
from tests.sync.caseapi.harness import GRID, NOW_MS, ORIGIN, Desk

FOLDER = Path(__file__).parent / "recorded"
"""One folder for each released version, one file for each exchange, in their order."""


class Request(msgspec.Struct):
    """What a tablet sent, to the byte; the body in base64."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


class Reply(msgspec.Struct):
    """What the server of that version answered, to the byte; the body in base64."""

    status: int
    content_type: str
    body: str


class Exchange(msgspec.Struct, kw_only=True):
    """One recorded exchange.

    Attributes:
        about: what it shows.
        before: what happens on the server before it, as in ``fold`` or ``revoke``.
        expected: fields of the reply that every later server answers alike.
    """

    about: str
    device: str
    key: str
    receipt_key: str
    before: list[str]
    request: Request
    reply: Reply
    expected: dict[str, Any]

    @property
    def sent(self) -> bytes:
        """Return the request's body as it went over the wire."""
        return b64decode(self.request.body)

    @property
    def received(self) -> bytes:
        """Return the reply's body as it came over the wire."""
        return b64decode(self.reply.body)


def recorded(version: str) -> list[Exchange]:
    """Return the exchanges of a version, in order."""
    return [msgspec.json.decode(path.read_bytes(), type=Exchange) for path in sorted((FOLDER / version).glob("*.json"))]


def said(status: int, body: bytes) -> dict[str, Any]:
    """Return what a later server must answer alike: nothing that depends on its keys, its clock or its newer feeds."""
    if status != 200:
        return {"status": status, "code": msgspec.json.decode(body)["code"]}
    reply = decode_message(body, SyncReply)
    return {
        "status": status,
        "state": reply.state,
        "watermark": reply.watermark,
        "head": reply.head,
        "agreed": reply.agreed,
        "has_receipt": reply.receipt is not None,
        "verdicts": [[each.n, each.verdict, each.reason] for each in reply.verdicts],
        "scopes": sorted(reply.feeds),
        "media_owed": reply.media_owed,
    }


async def prepare_device(desk: Desk, exchange: Exchange) -> None:
    """Let the tablet of a recording in, under the id and the key that it had."""
    enrolments = desk.case_api.storage.enrolments
    device, key = UUID(exchange.device), b64decode(exchange.key)
    await enrolments.offer(EnrolmentOffer(code_digest("recorded"), GRID, NOW_MS, NOW_MS + 1_000))
    await enrolments.use_code(CodeUse(code_digest("recorded"), key, device, "000000", (), NOW_MS))
    await enrolments.confirm("000000", NOW_MS)


async def play(desk: Desk, exchange: Exchange) -> httpx.Response:
    """Send a recorded request, to the byte, to the server of today."""
    for action in exchange.before:
        await perform(desk, action, exchange.device)
    request = exchange.request
    return await desk.client.request(
        request.method, f"{ORIGIN}{request.path}", content=exchange.sent, headers=request.headers
    )


async def perform(desk: Desk, action: str, device: str) -> None:
    """Do on the server what happened there before an exchange."""
    match action:
        case "fold":
            await desk.fold()
        case "revoke":
            await desk.case_api.storage.enrolments.set_status(UUID(device), "revoked")
        case _:
            raise ValueError(action)
