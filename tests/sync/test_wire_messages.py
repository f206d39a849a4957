"""The wire: hashed bytes travel untouched, and no body, however hostile, does more than be refused."""

import gzip
import tracemalloc
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BodyTooLarge, WireError
from sync.wire import (
    MAX_BODY_BYTES,
    MAX_RECORDS,
    Damaged,
    EnrolReply,
    EnrolRequest,
    FeedEntry,
    FeedPage,
    Hello,
    Problem,
    SyncReply,
    SyncRequest,
    decode_message,
    encode_message,
    gzip_body,
    inflate_body,
)

STREAM = "01934c2e-7b1a-7c3d-9e4f-0123456789ab"
HEAD = "0123456789abcdef" * 4
HELLO = Hello("0.1.0", "2026-11-23T08:15:03+08:00", 1, "boot", 2)
ODD_VALUES = [
    b'{"a" : "\\u4e2d" ,\n "b":1.0e0}',
    '{"\u4e2d":"\u6587"}'.encode(),
    b'{"a":1,"a":2}',
    b"[1 , 2 ]",
    b"1e400",
    b"123456789012345678901234567890",
    b'"\\/\\u002f"',
    b"null",
]


def request(**changed: Any) -> SyncRequest:
    fields: dict[str, Any] = {
        "protocol": 1,
        "hello": HELLO,
        "stream": STREAM,
        "start": 1,
        "prev": HEAD,
        "head": HEAD,
    }
    return SyncRequest(**fields | changed)


def sent(**changed: Any) -> bytes:
    return encode_message(request(**changed))


MESSAGES = [
    request(records=[msgspec.Raw(b'{"a":1}')], feeds={"grid:1": (3, "00ff")}, forked_from=(STREAM, 4)),
    Damaged("AAAA"),
    SyncReply(
        1, "i", "t", STREAM, "ok", 1, HEAD, "p", feeds={"grid:1": FeedPage((1, "00"), [FeedEntry(1, "t", "i", 1)])}
    ),
    EnrolRequest(1, "code", "key", [STREAM]),
    EnrolReply("pending", "r", "s", "server"),
    Problem("E-CLOCK", "clock", 401),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_reads_back(message: msgspec.Struct) -> None:
    again = decode_message(encode_message(message), type(message))
    assert encode_message(again) == encode_message(message)


@pytest.mark.parametrize("value", ODD_VALUES)
def test_a_records_exact_bytes_travel_untouched(value: bytes) -> None:
    body = sent(records=[msgspec.Raw(b"1"), msgspec.Raw(value), msgspec.Raw(b"2")])
    assert bytes(decode_message(body, SyncRequest).records[1]) == value


def test_space_around_a_record_is_not_part_of_it() -> None:
    body = sent(records=[msgspec.Raw(b"1")]).replace(b"[1]", b'[ {"a" : 1}\t,\n2 ]')
    assert [bytes(record) for record in decode_message(body, SyncRequest).records] == [b'{"a" : 1}', b"2"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(json_values.map(msgspec.json.encode), max_size=5))
def test_any_json_records_travel_byte_for_byte(values: list[bytes]) -> None:
    body = inflate_body(gzip_body(sent(records=[msgspec.Raw(value) for value in values])), "gzip")
    assert [bytes(record) for record in decode_message(body, SyncRequest).records] == values


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"stream": "s"}, "$.stream"),
        ({"stream": STREAM + "\n"}, "$.stream"),
        ({"stream": "urn:uuid:" + STREAM}, "$.stream"),
        ({"start": 0}, "$.start"),
        ({"start": 2**32}, "$.start"),
        ({"prev": HEAD.upper()}, "$.prev"),
        ({"head": HEAD[:-1]}, "$.head"),
        ({"records": [msgspec.Raw(b"1")] * (MAX_RECORDS + 1)}, "$.records"),
        ({"feeds": {"grid:1": (-1, "00")}}, "$.feeds[...][0]"),
        ({"feeds": {"grid:1": (10**30, "00")}}, "$.feeds[...][0]"),
        ({"hello": msgspec.structs.replace(HELLO, mono_ms=10**30)}, "$.hello.mono_ms"),
        ({"hello": msgspec.structs.replace(HELLO, free_bytes=-1)}, "$.hello.free_bytes"),
        ({"forked_from": (STREAM, -1)}, "$.forked_from[1]"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(WireError, match="SyncRequest: ") as refused:
        decode_message(sent(**changed), SyncRequest)
    assert f"`{path}`" in str(refused.value)


def test_a_field_of_a_newer_tablet_is_passed_over_so_that_its_records_are_still_stored() -> None:
    body = sent(protocol=2)[:-1] + b',"of_tomorrow":{"a":[1]}}'
    assert decode_message(body, SyncRequest).protocol == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Log in to this network</title></html>",
        b"null",
        b"[" * 200_000,
        b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        sent()[:-1] + b',"records":[' + b'{"a":' * 200_000 + b"1" + b"}" * 200_000 + b"]}",
        sent()[:-1],
        sent() + b"x",
        b"\xef\xbb\xbf" + sent(),
        sent().replace(b'"start":1', b'"start":NaN'),
        sent().replace(b'"start":1', b'"start":Infinity'),
        sent().replace(b'"start":1', b'"start":1e400'),
        sent().replace(b'"start":1', b'"start":"1"'),
        sent().replace(b'"start":1', b'"start":' + b"9" * 5000),
        sent().replace(b"boot", b"\xff"),
        sent().replace(b'"boot":"boot"', b'"boot":"\\ud800"'),
        sent().replace(b'"boot":"boot"', b'"boot":"a\nb"'),
        sent()[:-1] + b',"records":[NaN]}',
        sent()[:-1] + b',"records":["\\ud800 lone"]}',
        sent()[:-1] + b',"records":[{"a":1,}]}',
        sent()[:-1] + b',"records":[01]}',
    ],
    ids=lambda body: repr(body[-24:]),
)
def test_a_body_that_is_no_message_is_refused_in_one_way(body: bytes) -> None:
    with pytest.raises(WireError) as refused:
        decode_message(body, SyncRequest)
    assert refused.value.code == "E-WIRE"


def test_a_field_named_twice_counts_as_last_said() -> None:
    assert decode_message(sent()[:-1] + b',"start":7}', SyncRequest).start == 7


@given(st.binary(max_size=80), st.integers(0, 400), st.integers(0, 20))
def test_no_damage_raises_anything_but_a_wire_error(noise: bytes, place: int, lost: int) -> None:
    good = sent(records=[msgspec.Raw(b'{"a":1}')])
    try:
        decode_message(good[:place] + noise + good[place + lost :], SyncRequest)
    except WireError:
        return


@given(st.binary(max_size=2000))
def test_a_body_compressed_reads_back_and_is_the_same_each_time(body: bytes) -> None:
    assert inflate_body(gzip_body(body), "gzip") == body
    assert gzip_body(body) == gzip_body(body)
    assert gzip.decompress(gzip_body(body)) == body


@pytest.mark.parametrize("encoding", ["", "identity"])
def test_a_plain_body_passes(encoding: str) -> None:
    assert inflate_body(b"{}", encoding) == b"{}"


@pytest.mark.parametrize("encoding", ["br", "deflate", "x-xunge-9", "gzip, gzip", "GZIP\r\n"])
def test_an_unknown_encoding_is_named(encoding: str) -> None:
    with pytest.raises(WireError, match="content encoding"):
        inflate_body(gzip_body(b"{}"), encoding)


def test_the_limit_is_exact_before_and_after_inflating() -> None:
    full = bytes(MAX_BODY_BYTES)
    assert inflate_body(full, "") == full
    assert inflate_body(gzip_body(full), "gzip") == full
    for body, encoding in ((full + b"x", ""), (gzip_body(full + b"x"), "gzip")):
        with pytest.raises(BodyTooLarge) as refused:
            inflate_body(body, encoding)
        assert refused.value.code == "E-SIZE"


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    assert len(bomb) < MAX_BODY_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLarge):
            inflate_body(bomb, "gzip")
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


def test_a_bomb_within_a_bomb_stays_packed() -> None:
    inner = gzip_body(bytes(500_000))
    assert inflate_body(gzip_body(inner), "gzip") == inner


def test_a_body_cut_anywhere_is_refused() -> None:
    packed = gzip_body(b'{"protocol":1}' * 20)
    for length in range(len(packed)):
        with pytest.raises(WireError):
            inflate_body(packed[:length], "gzip")


def test_a_flipped_bit_anywhere_behind_the_header_is_found() -> None:
    body = b'{"protocol":1}' * 20
    packed = gzip_body(body)
    for place in range(10, len(packed)):
        try:
            unfolded = inflate_body(packed[:place] + bytes([packed[place] ^ 1]) + packed[place + 1 :], "gzip")
        except WireError:
            continue
        assert unfolded == body, "zlib passes padding bits only"


@pytest.mark.parametrize("behind", [b"x", b"\0", gzip_body(b"second")])
def test_what_stands_behind_the_body_is_refused_not_lost(behind: bytes) -> None:
    with pytest.raises(WireError, match="behind the end"):
        inflate_body(gzip_body(b"first") + behind, "gzip")


@given(st.binary(max_size=300))
def test_no_bytes_inflate_to_anything_but_a_body_or_a_wire_error(data: bytes) -> None:
    try:
        inflate_body(data, "gzip")
    except WireError:
        return
