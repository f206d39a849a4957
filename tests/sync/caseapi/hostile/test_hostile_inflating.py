"""Bodies that unfold: bombs in every coding, layers, trailing bytes, wrong names; refused before they take memory."""

import gzip
import tracemalloc
import zlib
from pathlib import Path

import pytest

from sync.coding import XUNGE_1, dictionary, xunge_body
from sync.wire import MAX_BODY_BYTES, encode_message, gzip_body
from tests.sync.caseapi.harness import Tablet
from tests.sync.caseapi.hostile.hostility import all_refused, refused, unchanged, works_on

CODINGS = {"gzip": gzip_body, XUNGE_1: xunge_body}
BOMB_BYTES = 256 * 1024 * 1024


def bomb(coding: str) -> bytes:
    """Return a body of less than 1 MiB that unfolds to `BOMB_BYTES`."""
    words = (9, zlib.DEFLATED, 31) if coding == "gzip" else (9, zlib.DEFLATED, 15, 9, 0, dictionary(XUNGE_1))
    packer = zlib.compressobj(*words)
    block = b" " * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(BOMB_BYTES >> 20)) + packer.flush()


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_bomb_is_refused_and_takes_no_memory(tablet: Tablet, database: Path, coding: str) -> None:
    body = bomb(coding)
    assert len(body) < MAX_BODY_BYTES
    async with unchanged(database):
        tracemalloc.start()
        try:
            answer = await tablet.post(body, content_encoding=coding)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert refused(answer, 413)["code"] == "E-SIZE"
    assert most < 16 * MAX_BODY_BYTES
    await works_on(tablet)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("excess", [1, 1000])
async def test_a_body_just_over_the_limit_once_unfolded_is_refused(tablet: Tablet, coding: str, excess: int) -> None:
    body = CODINGS[coding](b" " * (MAX_BODY_BYTES + excess))
    assert refused(await tablet.post(body, content_encoding=coding), 413)["code"] == "E-SIZE"


def odd_bodies(tablet: Tablet, coding: str) -> dict[str, bytes]:
    whole = encode_message(tablet.request())
    packed = CODINGS[coding](whole)
    return {
        "plain": whole,
        "empty": b"",
        "one byte": packed[:1],
        "in the other coding": CODINGS["gzip" if coding != "gzip" else XUNGE_1](whole),
        "twice": CODINGS[coding](packed),
        "two members": packed + packed,
        "bytes behind": packed + b"\0",
        "raw deflate": zlib.compress(whole, wbits=-15),
        "a bomb of bombs": CODINGS[coding](gzip.compress(b" " * (MAX_BODY_BYTES - 1))),
        "a sum that does not fit": packed[:-4] + bytes(4),
    }


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_body_that_does_not_unfold_to_a_request_is_refused(tablet: Tablet, database: Path, coding: str) -> None:
    bodies = odd_bodies(tablet, coding).values()
    await all_refused(tablet, database, bodies, 422, content_encoding=coding)


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_packed_body_with_one_byte_turned_never_fails(tablet: Tablet, database: Path, coding: str) -> None:
    body = CODINGS[coding](encode_message(tablet.request()))
    bodies = (body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :] for place in range(10, len(body)))
    await all_refused(tablet, database, bodies, 413, 422, content_encoding=coding)


@pytest.mark.parametrize("name", ["GZIP, gzip", "x-gzip", "zstd", "x-xunge-0", "gzip;q=1", "*", "chunked", "a" * 9000])
async def test_a_coding_that_nobody_knows_is_refused(tablet: Tablet, database: Path, name: str) -> None:
    body = gzip_body(encode_message(tablet.request()))
    await all_refused(tablet, database, [body], 415, content_encoding=name)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json-patch+json", "multipart/form-data", "/"])
async def test_a_type_that_is_not_ours_is_refused(tablet: Tablet, database: Path, content_type: str) -> None:
    await all_refused(tablet, database, [encode_message(tablet.request())], 401, 415, content_type=content_type)
