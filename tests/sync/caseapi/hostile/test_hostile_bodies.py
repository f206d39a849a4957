"""Bodies that cannot be read: cut short, nested, oversized, not UTF-8. Each is named, none changes anything."""

from pathlib import Path

import msgspec
import pytest

from sync.wire import MAX_BODY_BYTES, MAX_RECORDS, SyncRequest, encode_message, gzip_body
from tests.sync.caseapi.harness import Tablet
from tests.sync.caseapi.hostile.hostility import all_refused, refused, unchanged, works_on
from tests.sync.caseapi.hostile.wrong_values import Wrong, missing_fields, plain, without, wrong_values


def whole_request(tablet: Tablet) -> bytes:
    """Return the bytes of a request that has every field."""
    tablet.fill(1)
    message = plain(tablet.request(feeds={"some": (1, "0" * 16)}))
    return msgspec.json.encode(message | {"forked_from": [str(tablet.clock.uuid()), 1], "behind": [1, "0" * 64]})


async def test_a_body_cut_at_any_byte_is_refused(tablet: Tablet, database: Path) -> None:
    body = whole_request(tablet)
    await all_refused(tablet, database, (body[:end] for end in range(len(body))), 422)


async def test_a_packed_body_cut_at_any_byte_is_refused(tablet: Tablet, database: Path) -> None:
    body = gzip_body(whole_request(tablet))
    cuts = (body[:end] for end in range(len(body)))
    await all_refused(tablet, database, cuts, 422, content_encoding="gzip")


async def test_a_body_with_one_byte_turned_is_answered_and_never_fails(tablet: Tablet) -> None:
    body = whole_request(tablet)
    for place in range(0, len(body), 3):
        turned = body[:place] + bytes([body[place] ^ 0xA5]) + body[place + 1 :]
        answer = await tablet.post(turned)
        assert answer.status_code in (200, 422, 426), (place, answer.text)
        if answer.status_code != 200:
            refused(answer, 422, 426)


DEEP = 100_000
NESTED = {
    "lists": b"[" * DEEP,
    "closed lists": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"a":' * DEEP,
    "in an unknown field": b'{"protocol":1,"more":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "in hello": b'{"protocol":1,"hello":' + b'{"app":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "in feeds": b'{"protocol":1,"feeds":{"a":' + b"[" * DEEP + b"]" * DEEP + b"}}",
}


@pytest.mark.parametrize("body", NESTED.values(), ids=NESTED.keys())
async def test_a_deeply_nested_body_is_refused(tablet: Tablet, database: Path, body: bytes) -> None:
    await all_refused(tablet, database, [body], 422)


ODD = {
    "nothing": b"",
    "a space": b" ",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"text"',
    "two objects": b"{}{}",
    "a mark of byte order": b"\xef\xbb\xbf{}",
    "UTF-16": '{"protocol": 1}'.encode("utf-16"),
    "no UTF-8 in a key": b'{"\xff":1}',
    "no UTF-8 in a text": b'{"hello":{"app":"\xff"}}',
    "a lone surrogate": b'{"hello":{"app":"\\ud800"}}',
    "a raw NUL": b'{"protocol":\x001}',
    "not a number": b'{"protocol":NaN}',
    "endless": b'{"protocol":Infinity}',
    "beyond a double": b'{"protocol":1e400}',
    "many digits": b'{"start":' + b"9" * 100_000 + b"}",
    "many digits below zero": b'{"start":-' + b"9" * 100_000 + b"}",
    "a comment": b'{"protocol":1/* */}',
    "a trailing comma": b'{"protocol":1,}',
    "form data": b"protocol=1&stream=2",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
async def test_a_body_that_is_no_request_is_refused(tablet: Tablet, database: Path, body: bytes) -> None:
    await all_refused(tablet, database, [body], 422)


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, MAX_BODY_BYTES * 4])
async def test_an_oversized_body_is_refused(tablet: Tablet, database: Path, size: int) -> None:
    await all_refused(tablet, database, [b" " * size], 413)


async def test_too_many_records_are_refused(tablet: Tablet, database: Path) -> None:
    async with unchanged(database):
        body = plain(tablet.request()) | {"records": [0] * (MAX_RECORDS + 1)}
        problem = refused(await tablet.post(msgspec.json.encode(body)), 422)
    assert problem["path"] == "$.records"
    await works_on(tablet)


def _spoilt(tablet: Tablet) -> object:
    return msgspec.json.decode(whole_request(tablet))


WRONG = [wrong for wrong in wrong_values(SyncRequest) if wrong.keys]


async def test_every_field_with_every_wrong_value_is_named_by_its_path(tablet: Tablet, database: Path) -> None:
    assert len(WRONG) > 200
    message = _spoilt(tablet)
    async with unchanged(database):
        for wrong in WRONG:
            problem = refused(await tablet.post(msgspec.json.encode(wrong.put_into(message))), 422)
            assert problem["code"] == "E-WIRE"
            assert problem["path"].startswith(wrong.path), (wrong, problem)
    await works_on(tablet)


@pytest.mark.parametrize("wrong", missing_fields(SyncRequest), ids=lambda wrong: ".".join(map(str, wrong.keys)))
async def test_a_missing_field_is_named(tablet: Tablet, database: Path, wrong: Wrong) -> None:
    async with unchanged(database):
        answer = await tablet.post(msgspec.json.encode(without(_spoilt(tablet), wrong.keys)))
    problem = refused(answer, 422)
    assert (problem["path"], str(wrong.keys[-1]) in problem["detail"]) == (wrong.path, True)


async def test_of_a_field_said_twice_the_last_counts(tablet: Tablet, database: Path) -> None:
    tablet.fill(1)
    body = encode_message(tablet.request())
    refused(await tablet.post(body[:-1] + b',"start":0}'), 422)
    answer = await tablet.post(b'{"start":9,"stream":"x",' + body[1:])
    assert (answer.status_code, refused(answer, 422)["path"]) == (422, "$.stream")
    answer = await tablet.post(b'{"start":9,' + body[1:])
    assert (answer.status_code, answer.json()["watermark"]) == (200, 1)


@pytest.mark.parametrize("text", ["\x00", "\x1b]0;x\x07", "\u202e", "\ud7ff\uffff", "x" * 900_000], ids=ascii)
async def test_what_hello_says_never_harms(tablet: Tablet, text: str) -> None:
    hello = msgspec.structs.replace(
        tablet.request().hello, app=text, time=text, boot=text, oldest_unsettled=text, last_fault=text
    )
    answer = await tablet.post(gzip_body(encode_message(tablet.request(hello=hello))), content_encoding="gzip")
    assert answer.status_code in (200, 413)
    await works_on(tablet)


async def test_scopes_that_nobody_has_are_not_answered(tablet: Tablet, database: Path) -> None:
    scopes = ["", "\x00", "grid:*", "grid:' or 1=1 --", "device:" + "9" * 5000, "../catalogue", "district:%"]
    await works_on(tablet)
    answer = await tablet.post(encode_message(tablet.request(feeds=dict.fromkeys(scopes, (0, "")))))
    assert answer.status_code == 200
    assert not set(scopes) & set(answer.json()["feeds"])


@pytest.mark.parametrize(
    "cursor",
    [(0, "\x00"), (2**53, ""), (1, "z" * 16), (2**53, "0" * 16), (1, "0" * 100_000)],
    ids=lambda c: str(c)[:20],
)
async def test_a_cursor_of_nowhere_brings_a_snapshot_or_the_feed_anew(tablet: Tablet, cursor: tuple[int, str]) -> None:
    await works_on(tablet)
    scopes = list((await works_on(tablet)).feeds)
    answer = await tablet.post(encode_message(tablet.request(feeds=dict.fromkeys(scopes, cursor))))
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["feeds"]) == set(scopes)
