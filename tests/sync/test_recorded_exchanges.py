"""Apps of every released version are understood by this server, and servers of every released version by this app."""

from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.service.case_api import CaseApi
from sync.tablet.engine import read_reply
from sync.tablet.speaking import Answer
from sync.wire import SyncRequest, decode_message, encode_message, inflate_body
from tests.sync.caseapi.harness import Clock, Desk, open_case_api, prepare
from tests.sync.recorded_exchanges import FOLDER, Exchange, play, prepare_device, recorded, said
from tests.tools.recorder import DAY, VERSION, record

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
ANSWERED = [
    pytest.param(exchange, id=f"{version} {exchange.about}")
    for version in VERSIONS
    for exchange in recorded(version)
    if exchange.reply.status == 200
]


@pytest.fixture
async def desk(tmp_path: Path):  # type: ignore[no-untyped-def]  # yields a Desk
    clock = Clock()
    case_api: CaseApi = open_case_api(prepare(tmp_path / "case.db", clock), clock)
    opened = Desk(case_api, clock)
    await opened.import_small_district()
    async with opened.serving():
        yield opened
    await case_api.storage.close()


def test_the_present_version_is_recorded() -> None:
    assert VERSION in VERSIONS, "python -m tests.tools.recorder"
    assert [exchange.about for exchange in recorded(VERSION)] == [step.about for step in DAY]


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_app_of_that_version_is_understood(desk: Desk, version: str) -> None:
    exchanges = recorded(version)
    await prepare_device(desk, exchanges[0])
    for exchange in exchanges:
        answer = await play(desk, exchange)
        assert said(answer.status_code, answer.content) == exchange.expected, exchange.about


@pytest.mark.parametrize("exchange", ANSWERED)
def test_a_server_of_that_version_is_understood(exchange: Exchange) -> None:
    sent = exchange.sent
    body = inflate_body(sent, exchange.request.headers.get("content-encoding", ""))
    request = decode_message(body, SyncRequest)
    key = Ed25519PublicKey.from_public_bytes(b64decode(exchange.receipt_key))
    answer = Answer(exchange.reply.content_type, exchange.received, sent)
    proven = read_reply(answer, stream=request.stream, receipt_key=key)
    assert (proven.reply.state, proven.reply.watermark) == (exchange.expected["state"], exchange.expected["watermark"])
    assert (proven.receipt is not None) == exchange.expected["has_receipt"]


@pytest.mark.parametrize("exchange", ANSWERED)
def test_a_request_of_that_version_still_holds_the_bytes_that_were_hashed(exchange: Exchange) -> None:
    body = inflate_body(exchange.sent, exchange.request.headers.get("content-encoding", ""))
    request = decode_message(body, SyncRequest)
    assert all(bytes(raw) in body for raw in request.records)
    assert encode_message(request)


async def test_the_recorder_writes_what_can_be_played(tmp_path: Path) -> None:
    assert await record(tmp_path) == len(DAY)
    assert len(list(tmp_path.glob("*.json"))) == len(DAY)
