"""Tablets of another age: older ones are heard and told to upgrade, newer words are passed over."""

from pathlib import Path

import msgspec
import pytest

from sync.caseapi.service.exchange import app_version
from sync.wire import PROTOCOL, SyncReply, decode_message, encode_message
from tests.sync.caseapi.harness import Clock, Desk, open_case_api, prepare


async def test_records_in_an_older_protocol_are_stored_and_the_tablet_is_told_to_upgrade(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(2)
    reply = await tablet.sync(protocol=PROTOCOL - 1)
    assert (reply.state, reply.watermark) == ("upgrade", 2)
    assert reply.receipt is not None


async def test_a_newer_protocol_is_named_as_unknown(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(1)
    answer = await tablet.post(encode_message(tablet.request(protocol=PROTOCOL + 1)))
    assert (answer.status_code, answer.json()["code"]) == (426, "E-PROTOCOL")
    (row,) = await desk.case_api.desk.tablets()
    assert row.held == 0


async def test_an_app_below_the_oldest_allowed_is_stored_and_told_to_upgrade(tmp_path: Path, clock: Clock) -> None:
    case_api = open_case_api(prepare(tmp_path / "old.db", clock), clock, oldest_app=(0, 2))
    desk = Desk(case_api, clock)
    await desk.import_small_district()
    async with desk.serving():
        tablet = await desk.tablet()
        tablet.fill(1)
        hello = tablet.request().hello
        told = [
            (await tablet.sync(hello=msgspec.structs.replace(hello, app=app))).state
            for app in ("fieldapp 0.1.9", "fieldapp 0.2.0", "fieldapp 10.0", "unreadable")
        ]
    await case_api.storage.close()
    assert told == ["upgrade", "ok", "ok", "upgrade"]


@pytest.mark.parametrize(
    ("app", "version"),
    [("fieldapp 0.1.0", (0, 1, 0)), ("0.10", (0, 10)), ("x", ()), ("", ()), ("v1.2.3.4.5", (1, 2, 3, 4))],
)
def test_the_version_in_an_apps_own_words(app: str, version: tuple[int, ...]) -> None:
    assert app_version(app) == version


async def test_fields_of_a_newer_app_are_passed_over(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(1)
    plain = encode_message(tablet.request())
    newer = plain.replace(b'{"protocol"', b'{"mood":{"deep":[1,null]},"protocol"').replace(
        b'{"app"', b'{"battery":0.7,"app"'
    )
    assert len(newer) > len(plain) + 30
    reply = decode_message((await tablet.post(newer)).content, SyncReply)
    assert (reply.state, reply.watermark) == ("ok", 1)


async def test_a_tablet_without_room_is_told_its_verdicts_alone(desk: Desk) -> None:
    tablet = await desk.tablet()
    reply = await tablet.sync(feeds={}, pull=False)
    assert list(reply.feeds) == [f"device:{tablet.device}"]
