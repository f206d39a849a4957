"""Tablets join: a code serves one key, the desk confirms the digits, the same key is answered alike."""

import asyncio
from base64 import b64decode, b64encode

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.caseapi.errors import DigitsRefused, UnknownGrid
from sync.enrolment import compare_digits
from sync.wire import ENROL_PATH, EnrolReply, decode_message
from tests.sync.caseapi.dumping import rows_of
from tests.sync.caseapi.harness import GRID, Clock, Desk


def digits_of(desk: Desk, code: str, key: Ed25519PrivateKey) -> str:
    return compare_digits(code, key.public_key().public_bytes_raw(), desk.case_api.keys.receipt_public)


async def test_a_tablet_waits_until_the_desk_confirms_its_digits(desk: Desk) -> None:
    key, code = Ed25519PrivateKey.generate(), await desk.code()
    pending = decode_message((await desk.present(code, key)).content, EnrolReply)
    assert (pending.status, pending.device) == ("pending", None)
    waiting = await desk.case_api.desk.waiting(desk.clock())
    assert [(each.digits, each.grid) for each in waiting] == [(pending.digits, GRID)]
    state = await desk.case_api.enrolment.confirm(digits_of(desk, code, key))
    confirmed = decode_message((await desk.present(code, key)).content, EnrolReply)
    assert (confirmed.status, confirmed.device, state.grid) == ("confirmed", str(state.device), GRID)
    assert pending.digits == confirmed.digits == digits_of(desk, code, key)
    assert await desk.case_api.desk.waiting(desk.clock()) == []
    assert b64decode(confirmed.seal_key) == desk.case_api.keys.seal_public


async def test_twenty_tablets_with_one_code_make_one_device(desk: Desk) -> None:
    code = await desk.code()
    keys = [Ed25519PrivateKey.generate() for _ in range(20)]
    answers = await asyncio.gather(*(desk.present(code, key) for key in keys))
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * 19
    winner = keys[[answer.status_code for answer in answers].index(200)]
    await desk.case_api.enrolment.confirm(digits_of(desk, code, winner))
    assert len(await desk.case_api.desk.tablets()) == 1


async def test_another_key_is_refused_also_after_confirmation(desk: Desk) -> None:
    key, code = Ed25519PrivateKey.generate(), await desk.code()
    await desk.present(code, key)
    await desk.case_api.enrolment.confirm(digits_of(desk, code, key))
    answer = await desk.present(code, Ed25519PrivateKey.generate())
    assert (answer.status_code, answer.json()["code"]) == (403, "E-CODE")


async def test_a_code_older_than_ten_minutes_is_refused(desk: Desk, clock: Clock) -> None:
    code = await desk.code()
    clock.now_ms += 600_001
    assert (await desk.present(code, Ed25519PrivateKey.generate())).status_code == 403


async def test_a_tablet_that_waited_over_an_hour_takes_a_new_code(desk: Desk, clock: Clock) -> None:
    key, code = Ed25519PrivateKey.generate(), await desk.code()
    await desk.present(code, key)
    clock.now_ms += 3_600_001
    assert await desk.case_api.desk.waiting(desk.clock()) == []
    with pytest.raises(DigitsRefused):
        await desk.case_api.enrolment.confirm(digits_of(desk, code, key))


async def test_enrolling_again_keeps_the_device_and_its_streams(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(3)
    await tablet.sync()
    code = await desk.code()
    await desk.present(code, tablet.key)
    await desk.case_api.enrolment.confirm(digits_of(desk, code, tablet.key))
    again = decode_message((await desk.present(code, tablet.key)).content, EnrolReply)
    assert again.device == tablet.device
    assert (await tablet.sync()).watermark == 3


async def test_a_code_for_a_grid_that_is_not_imported_is_not_made(desk: Desk) -> None:
    with pytest.raises(UnknownGrid):
        await desk.case_api.enrolment.offer("999999999999999", "http://127.0.0.1")


@pytest.mark.parametrize(
    "body",
    [
        {"protocol": 1, "code": "X", "key": "!"},
        {"protocol": 1, "code": "X", "key": b64encode(b"short").decode()},
        {"protocol": 1, "code": 5, "key": ""},
        {"protocol": 1, "code": "X", "key": "", "admin": True},
        [],
    ],
)
async def test_a_request_of_bad_shape_is_unreadable(desk: Desk, body: object) -> None:
    headers = {"content-type": "application/json"}
    answer = await desk.client.post(ENROL_PATH, content=msgspec.json.encode(body), headers=headers)
    assert answer.status_code == 422


async def test_the_code_itself_is_not_kept(desk: Desk) -> None:
    from sync.caseapi.storage.sqlite.store import SqliteStorage

    code = await desk.code()
    storage = desk.case_api.storage
    assert isinstance(storage, SqliteStorage)
    dump = await storage.desk._readers.read(lambda connection: "".join(rows_of(connection)))
    assert code not in dump
