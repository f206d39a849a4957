"""Requests that are not signed as they must be, also by the rightful key: 401, nothing changed, nothing learnt."""

from pathlib import Path

import httpx
import pytest

from sync.signing import COVERED, TAG
from sync.wire import SYNC_PATH, encode_message
from tests.sync.caseapi.harness import Desk, Tablet
from tests.sync.caseapi.hostile.hostility import refused, unchanged, works_on
from tests.sync.caseapi.hostile.signing import Signature

KEY_AND_TAG = f';keyid="{{keyid}}";tag="{TAG}"'
ALL = f";created={{created}}{KEY_AND_TAG}"

PARAMETERS = {
    "no time": KEY_AND_TAG,
    "no key": f';created={{created}};tag="{TAG}"',
    "no tag": ';created={created};keyid="{keyid}"',
    "another tag": ';created={created};keyid="{keyid}";tag="xunge-2"',
    "another algorithm": f'{ALL};alg="rsa-pss-sha512"',
    "an algorithm without a key": f'{ALL};alg="none"',
    "a symmetric algorithm": f'{ALL};alg="hmac-sha256"',
    "a time that is a text": f';created="{{created}}"{KEY_AND_TAG}',
    "a time that is a word": f";created=now{KEY_AND_TAG}",
    "a time with a fraction": f";created={{created}}.5{KEY_AND_TAG}",
    "a time that is a date": f";created=@{{created}}{KEY_AND_TAG}",
    "a time that is true": f";created{KEY_AND_TAG}",
    "a time that is bytes": f";created=:AAAA:{KEY_AND_TAG}",
    "a time before all times": f";created=-999999999999999{KEY_AND_TAG}",
    "a time after all times": f";created=999999999999999{KEY_AND_TAG}",
    "a time of too many digits": f";created=9999999999999999999{KEY_AND_TAG}",
    "a key that is a word": f';created={{created}};keyid=key;tag="{TAG}"',
    "a key that is a number": f';created={{created}};keyid=7;tag="{TAG}"',
    "a key said twice": f'{ALL};keyid="other"',
    "a tag that is bytes": ';created={created};keyid="{keyid}";tag=:AAAA:',
    "an end that is a word": f"{ALL};expires=never",
    "a parameter without a name": f"{ALL};=1",
    "a parameter in capitals": f"{ALL};Nonce=1",
    "a text that does not end": f'{ALL};nonce="',
    "parameters without end": f"{ALL}" + ";a=1" * 4_000,
}


async def sent(tablet: Tablet, headers: dict[str, str], body: bytes) -> httpx.Response:
    return await tablet.client.post(SYNC_PATH, content=body, headers=headers)


def good_body(tablet: Tablet) -> bytes:
    tablet.fill(1)
    return encode_message(tablet.request())


async def test_the_hand_made_signature_is_taken_when_it_is_right(tablet: Tablet) -> None:
    body = good_body(tablet)
    assert (await sent(tablet, Signature().headers(tablet, body), body)).status_code == 200


@pytest.mark.parametrize("parameters", PARAMETERS.values(), ids=PARAMETERS.keys())
async def test_wrong_parameters_are_refused_although_the_key_is_right(
    tablet: Tablet, database: Path, parameters: str
) -> None:
    body = good_body(tablet)
    async with unchanged(database):
        refused(await sent(tablet, Signature(parameters).headers(tablet, body), body), 401)
    await works_on(tablet)


@pytest.mark.parametrize("missing", COVERED)
async def test_every_component_must_be_covered(tablet: Tablet, database: Path, missing: str) -> None:
    body = good_body(tablet)
    signature = Signature(covered=tuple(name for name in COVERED if name != missing))
    async with unchanged(database):
        assert refused(await sent(tablet, signature.headers(tablet, body), body), 401)["code"] == "E-SIGN"


@pytest.mark.parametrize("covered", [(), (*COVERED, "@method"), (*COVERED, "content-digest")])
async def test_components_that_repeat_or_are_none_are_refused(tablet: Tablet, covered: tuple[str, ...]) -> None:
    body = good_body(tablet)
    refused(await sent(tablet, Signature(covered=covered).headers(tablet, body), body), 401)


@pytest.mark.parametrize("header", ["signature", "signature-input", "content-digest", "content-type"])
async def test_every_header_of_a_signature_must_be_there(tablet: Tablet, database: Path, header: str) -> None:
    body = good_body(tablet)
    headers = Signature().headers(tablet, body)
    del headers[header]
    async with unchanged(database):
        refused(await sent(tablet, headers, body), 401)


WRITTEN = {
    "nothing": "",
    "a word": "xunge=signed",
    "another label": "other=:AAAA:",
    "no bytes": "xunge=::",
    "too short": "xunge=:AAAA:",
    "no base64": "xunge=:!!!!:",
    "all zero": f"xunge=:{'A' * 86}==:",
    "two": f"xunge=:{'A' * 86}==:, xunge=:{'A' * 86}==:",
    "very long": f"xunge=:{'A' * 60_000}:",
    "unprintable": "xunge=:\x01\x02:",
}


@pytest.mark.parametrize("signature", WRITTEN.values(), ids=WRITTEN.keys())
async def test_a_signature_that_is_none_is_refused(tablet: Tablet, database: Path, signature: str) -> None:
    body = good_body(tablet)
    async with unchanged(database):
        refused(await sent(tablet, Signature().headers(tablet, body) | {"signature": signature}, body), 401)


DIGESTS = ("", "sha-256=:AAAA:", "sha-256=word", "md5=:AAAA:", "sha-512=::", "sha-256", "a" * 30_000, "\xff")


@pytest.mark.parametrize("digest", DIGESTS, ids=lambda text: ascii(text[:12]))
async def test_a_digest_of_another_body_is_refused(tablet: Tablet, database: Path, digest: str) -> None:
    body = good_body(tablet)
    given = Signature().headers(tablet, body) | {"content-digest": digest}
    headers = {name.encode(): text.encode("latin-1") for name, text in given.items()}
    async with unchanged(database):
        refused(await tablet.client.post(SYNC_PATH, content=body, headers=headers), 401)


@pytest.mark.parametrize("doubled", ["signature", "signature-input", "content-digest", "content-type"])
async def test_a_header_sent_twice_is_refused(tablet: Tablet, database: Path, doubled: str) -> None:
    body = good_body(tablet)
    headers = list(Signature().headers(tablet, body).items())
    headers.append((doubled, dict(headers)[doubled].replace("xunge", "other")))
    async with unchanged(database):
        refused(await tablet.client.post(SYNC_PATH, content=body, headers=headers), 401)


async def test_two_signatures_in_one_header_are_refused(tablet: Tablet, database: Path) -> None:
    body = good_body(tablet)
    one, other = Signature().headers(tablet, body), Signature(label="other").headers(tablet, body)
    headers = one | {name: f"{one[name]}, {other[name]}" for name in ("signature", "signature-input")}
    async with unchanged(database):
        refused(await sent(tablet, headers, body), 401)


async def test_another_tablets_name_does_not_help(desk: Desk, tablet: Tablet, database: Path) -> None:
    other = await desk.tablet()
    body = good_body(tablet)
    async with unchanged(database):
        refused(await sent(tablet, Signature().headers(tablet, body, keyid=other.device), body), 401)
    await works_on(tablet)
    await works_on(other)


KEY_IDS = ("", "null", "0", "01900000-0000-7000-8000-000000000000", "' or 1=1 --", "../../x", "9" * 40_000)


@pytest.mark.parametrize("keyid", KEY_IDS, ids=lambda text: text[:12])
async def test_a_key_that_nobody_has_is_refused(tablet: Tablet, database: Path, keyid: str) -> None:
    body = good_body(tablet)
    signature = Signature(f';created={{created}};keyid="{keyid}";tag="{TAG}"')
    async with unchanged(database):
        refused(await sent(tablet, signature.headers(tablet, body), body), 401)


@pytest.mark.parametrize("url", [f"{SYNC_PATH}?a=1", "/v1/sync?%00", "/v1/sync/x", "/v1/SYNC"])
async def test_a_signature_counts_for_its_own_path_and_query(tablet: Tablet, database: Path, url: str) -> None:
    body = good_body(tablet)
    async with unchanged(database):
        refused(await tablet.client.post(url, content=body, headers=Signature().headers(tablet, body)), 401, 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "QUERY"])
async def test_a_signature_counts_for_its_own_method(tablet: Tablet, database: Path, method: str) -> None:
    body = good_body(tablet)
    headers = Signature().headers(tablet, body)
    async with unchanged(database):
        refused(await tablet.client.request(method, SYNC_PATH, content=body, headers=headers), 401, 404, 405)


@pytest.mark.parametrize("skew_s", [-301, 301, -(10**9), 10**9])
async def test_a_time_too_far_away_is_told_ours(tablet: Tablet, database: Path, skew_s: int) -> None:
    body = good_body(tablet)
    created = tablet.clock() // 1000 + skew_s
    async with unchanged(database):
        headers = Signature(f";created={created}{KEY_AND_TAG}").headers(tablet, body)
        assert refused(await sent(tablet, headers, body), 401)["code"] == "E-CLOCK"
