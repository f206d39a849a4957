"""A revoked tablet hands over what it holds, then erases; only an answered erase receipt locks it out."""

from base64 import b64decode

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.caseapi.errors import CommandRefused
from sync.caseapi.service.administration.commands import run_command
from sync.receipts import check_proof
from sync.wire import SyncReply, decode_message, encode_message
from tests.sync.caseapi.harness import Desk, Tablet


async def revoke(desk: Desk, tablet: Tablet) -> None:
    await run_command(desk.case_api, "device-status", {"device": tablet.device, "status": "revoked"})


async def wipe(desk: Desk, tablet: Tablet, administrator: str) -> dict[str, object]:
    return await run_command(desk.case_api, "device-wipe", {"device": tablet.device, "administrator": administrator})


def holding(tablet: Tablet, records: int) -> dict[str, object]:
    return {"hello": msgspec.structs.replace(tablet.request().hello, unsettled=records)}


async def test_a_revoked_tablet_drains_then_erases(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(3)
    await revoke(desk, tablet)
    first = await tablet.sync(end=2, **holding(tablet, 3))
    assert (first.state, first.watermark) == ("drain", 2)
    second = await tablet.sync(start=3, **holding(tablet, 1))
    assert (second.state, second.watermark) == ("drain", 3)
    assert (await tablet.sync(start=4, **holding(tablet, 1))).state == "drain"
    assert (await tablet.sync(start=4, **holding(tablet, 0))).state == "erase"


async def test_what_a_revoked_tablet_sends_is_kept_apart(desk: Desk) -> None:
    tablet = await desk.tablet()
    await revoke(desk, tablet)
    tablet.fill(2)
    await tablet.sync()
    await desk.fold()
    assert [row.reason for row in await desk.case_api.desk.quarantined()] == ["revoked"]
    assert [verdict.reason for verdict in (await tablet.sync()).verdicts] == ["revoked", "revoked"]


async def test_an_erase_is_signed_for_this_request(desk: Desk) -> None:
    tablet = await desk.tablet()
    await revoke(desk, tablet)
    body = encode_message(tablet.request())
    reply = decode_message((await tablet.post(body)).content, SyncReply)
    assert reply.state == "erase"
    check_proof(b64decode(reply.proof), "erase", body, Ed25519PublicKey.from_public_bytes(tablet.receipt_key))


async def test_the_door_closes_only_after_the_erase_receipt_was_answered(desk: Desk) -> None:
    tablet = await desk.tablet()
    await revoke(desk, tablet)
    for _ in range(2):
        assert (await tablet.sync()).state == "erase"
    assert (await tablet.sync(erased=True)).state == "erase"
    refused = await tablet.post(encode_message(tablet.request()))
    assert (refused.status_code, refused.json()["code"]) == (403, "E-LOCKED")
    (row,) = await desk.case_api.desk.tablets()
    assert row.status == "erased"


async def test_an_erase_receipt_whose_answer_was_lost_is_answered_again(desk: Desk) -> None:
    tablet = await desk.tablet()
    await revoke(desk, tablet)
    assert [(await tablet.sync(erased=True)).state for _ in range(2)] == ["erase", "erase"]


async def test_an_active_tablet_cannot_lock_itself_out(desk: Desk) -> None:
    tablet = await desk.tablet()
    assert (await tablet.sync(erased=True)).state == "ok"
    tablet.fill(1)
    assert (await tablet.sync()).state == "ok"


async def test_records_never_travel_as_an_erase_receipt(desk: Desk) -> None:
    tablet = await desk.tablet()
    await revoke(desk, tablet)
    tablet.fill(1)
    await tablet.sync(erased=True)
    (row,) = await desk.case_api.desk.tablets()
    assert (row.status, row.held) == ("revoked", 1)


async def test_an_erased_tablet_stays_erased(desk: Desk) -> None:
    tablet = await desk.tablet()
    await revoke(desk, tablet)
    await tablet.sync(erased=True)
    await revoke(desk, tablet)
    (row,) = await desk.case_api.desk.tablets()
    assert row.status == "erased"


async def test_an_immediate_wipe_needs_two_administrators_and_says_what_would_be_lost(desk: Desk) -> None:
    tablet, other = await desk.tablet(), await desk.tablet()
    tablet.fill(5)
    await tablet.sync(end=1, **holding(tablet, 5))
    first = await wipe(desk, tablet, "Administrator 1")
    assert (first["confirmations"], first["wiped"], first["unsettled"]) == (1, False, 4)
    assert (await wipe(desk, tablet, "administrator 1 "))["wiped"] is False
    assert (await tablet.sync(end=1, **holding(tablet, 4))).state == "ok"
    assert (await wipe(desk, tablet, "Administrator 2"))["wiped"] is True
    reply = await tablet.sync(**holding(tablet, 4))
    assert (reply.state, reply.watermark) == ("erase", 5)
    assert (await other.sync()).state == "ok"


async def test_an_administrators_word_for_a_wipe_lapses(desk: Desk) -> None:
    tablet = await desk.tablet()
    await wipe(desk, tablet, "Administrator 1")
    desk.clock.now_ms += 2 * 3_600_000
    assert (await wipe(desk, tablet, "Administrator 2"))["wiped"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        {"device": "01900000-0000-7000-8000-000000000001", "administrator": "Administrator 1"},
        {"device": "no id", "administrator": "Administrator 1"},
        {"administrator": "Administrator 1"},
        {"device": "01900000-0000-7000-8000-000000000001", "administrator": ""},
    ],
    ids=["unknown", "no id", "no device", "no name"],
)
async def test_a_wipe_of_nothing_is_refused(desk: Desk, arguments: dict[str, str]) -> None:
    with pytest.raises(CommandRefused):
        await run_command(desk.case_api, "device-wipe", arguments)
