"""Whatever comes in is answered with a stable code, never with a traceback, and changes nothing."""

import asyncio
import gzip
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.wire import MAX_BODY_BYTES, SYNC_PATH, encode_message
from tests.sync.caseapi.harness import ORIGIN, Clock, Desk, Tablet

JSON = {"content-type": "application/json"}


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()


async def test_an_unsigned_request_is_refused(desk: Desk) -> None:
    answer = await desk.client.post(SYNC_PATH, content=b"{}", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (401, "E-SIGN")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_device_is_told_so(tablet: Tablet) -> None:
    tablet.device = str(tablet.clock.uuid())
    answer = await tablet.post(b"{}")
    assert (answer.status_code, answer.json()["code"]) == (401, "E-DEVICE")


@pytest.mark.parametrize("device", ["nobody", "", "é", "1" * 5000])
async def test_a_strange_device_name_is_refused(tablet: Tablet, device: str) -> None:
    headers = tablet.signed("POST", f"{ORIGIN}{SYNC_PATH}", b"{}")
    named = headers["Signature-Input"].replace(tablet.device, device).encode("latin-1")
    answer = await tablet.client.post(SYNC_PATH, content=b"{}", headers={**headers, "Signature-Input": named})
    assert answer.status_code == 401


async def test_a_body_changed_on_the_way_is_refused(tablet: Tablet) -> None:
    headers = tablet.signed("POST", f"{ORIGIN}{SYNC_PATH}", b"{}")
    answer = await tablet.client.post(SYNC_PATH, content=b"[]", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "E-SIGN")


async def test_a_wrong_clock_is_told_the_servers_time(tablet: Tablet, clock: Clock) -> None:
    late = Clock(clock.now_ms - 301_000)
    tablet.clock = late
    answer = await tablet.post(b"{}")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["title"]) == (401, "E-CLOCK", "clock_skew")
    assert problem["time"] == "2026-11-23T08:00:00.000+00:00"


async def test_an_erased_device_is_locked_out(desk: Desk, tablet: Tablet) -> None:
    await desk.case_api.storage.enrolments.set_status(UUID(tablet.device), "erased")
    answer = await tablet.post(encode_message(tablet.request()))
    assert (answer.status_code, answer.json()["code"]) == (403, "E-LOCKED")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/sync/x", "/v2/sync", "/v1/media", "/.git/config", "/%00"])
async def test_an_unknown_path_is_a_problem_too(desk: Desk, path: str) -> None:
    answer = await desk.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_another_method_is_a_problem_too(desk: Desk) -> None:
    answer = await desk.client.put(SYNC_PATH)
    assert (answer.status_code, answer.json()["code"]) == (405, "E-HTTP-405")


async def test_a_body_over_the_limit_is_refused_before_it_is_read(tablet: Tablet) -> None:
    answer = await tablet.post(b" " * (MAX_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "E-SIZE")


async def test_a_body_without_an_announced_length_is_counted(desk: Desk) -> None:
    async def endless() -> object:
        for _ in range(40):
            yield b" " * 32_768

    answer = await desk.client.post(SYNC_PATH, content=endless(), headers=JSON)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (413, "E-SIZE")


async def test_a_bomb_is_refused_before_it_unfolds(tablet: Tablet) -> None:
    answer = await tablet.post(gzip.compress(b" " * (200 * 1024 * 1024), 1), content_encoding="gzip")
    assert (answer.status_code, answer.json()["code"]) == (413, "E-SIZE")


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "x-xunge-9"])
async def test_an_unknown_encoding_is_refused(tablet: Tablet, encoding: str) -> None:
    answer = await tablet.post(b"{}", content_encoding=encoding)
    assert (answer.status_code, answer.json()["code"]) == (415, "E-MEDIA")


async def test_another_content_type_is_refused(tablet: Tablet) -> None:
    answer = await tablet.post(b"{}", content_type="text/html")
    assert (answer.status_code, answer.json()["code"]) == (415, "E-MEDIA")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"start": 0}, "$.start"),
        ({"start": "1"}, "$.start"),
        ({"stream": "nonsense"}, "$.stream"),
        ({"stream": "0192A3B4-0000-7000-8000-000000000000"}, "$.stream"),
        ({"prev": "zz"}, "$.prev"),
        ({"head": "00"}, "$.head"),
        ({"forked_from": ["x", 1]}, "$.forked_from[0]"),
        ({"behind": [1, "x"]}, "$.behind[1]"),
        ({"behind": [-1, "00" * 32]}, "$.behind[0]"),
        ({"forked_from": ["01900000-0000-7000-8000-000000000000", -1]}, "$.forked_from[1]"),
        ({"hello": {}}, "$.hello"),
        ({"feeds": {"catalogue": [1]}}, "$.feeds[...]"),
    ],
)
async def test_a_field_of_bad_shape_is_named_by_its_path(tablet: Tablet, change: dict[str, object], path: str) -> None:
    tablet.fill(1)
    body = msgspec.json.decode(encode_message(tablet.request())) | change
    answer = await tablet.post(msgspec.json.encode(body))
    assert (answer.status_code, answer.json()["code"], answer.json()["path"]) == (422, "E-WIRE", path)


async def test_a_protocol_nobody_knows_is_answered_426(tablet: Tablet) -> None:
    tablet.fill(1)
    answer = await tablet.post(encode_message(tablet.request(protocol=99)))
    assert (answer.status_code, answer.json()["code"]) == (426, "E-PROTOCOL")


async def test_what_a_tablet_says_of_itself_is_cleaned(desk: Desk, tablet: Tablet) -> None:
    hello = msgspec.structs.replace(tablet.request().hello, app="1.0\x1b]0;x\x07", last_fault="\x1b[2J" * 999)
    await tablet.sync(hello=hello)
    (row,) = await desk.case_api.desk.tablets()
    assert "\x1b" not in row.app + (row.last_fault or "")
    assert len(row.last_fault or "") <= 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"protocol":1,"records":[' + b"[" * 100_000,
        b"\xff\xfe",
        b'{"protocol":NaN}',
        b'{"protocol":1e400}',
        b'{"hello":{"app":"\\ud800"}}',
        b'{"start":' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: body[:12].decode("ascii", "replace"),
)
async def test_a_hostile_body_is_unreadable_not_an_error_of_ours(tablet: Tablet, body: bytes) -> None:
    assert (await tablet.post(body)).status_code == 422


HOSTILE_RECORDS = st.one_of(
    st.binary(max_size=40).map(lambda data: msgspec.json.encode({"damaged": data})),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ).map(msgspec.json.encode),
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str) | st.text(max_size=5),
            "kind": st.sampled_from(["check_in", "void", "case_report", "other", ""]),
            "v": st.integers(-1, 3),
            "at": st.sampled_from(
                ["2026-11-23T08:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
            ),
            "clock": st.fixed_dictionaries(
                {"boot": st.just("b"), "mono_ms": st.integers(), "offset_ms": st.none() | st.integers()}
            ),
            "actor": st.just("01900000-0000-7000-8000-0000000000aa"),
            "seat": st.just("s"),
            "grid": st.just("g"),
            "body": st.one_of(
                st.just({"building": "01900000-0000-7000-8000-000000000001", "method": "list"}),
                st.fixed_dictionaries({"target": st.uuids().map(str), "reason": st.just("undo")}),
                st.just({}),
            ),
        },
        optional={"amends": st.uuids().map(str), "shift": st.uuids().map(str)},
    ).map(msgspec.json.encode),
)


@given(records=st.lists(HOSTILE_RECORDS, min_size=1, max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_records_are_held_and_judged(desk: Desk, records: list[bytes]) -> None:
    tablet = await desk.tablet()
    tablet.records = records
    reply = await tablet.sync()
    assert reply.watermark in (0, len(records))
    await desk.fold()
    assert (await desk.case_api.desk.lag()).records == 0


@pytest.mark.parametrize(
    "record",
    [
        b'{"actor":"\xff"}',
        b'{"id":"\xff\xfe"}',
        b'{"\xff":1}',
        b"[" * 400 + b"]" * 400,
        b"9" * 5000,
        b"1e999",
        b'"' + b"x" * 70_000 + b'"',
    ],
    ids=["value", "id", "key", "deep", "digits", "float", "large"],
)
async def test_a_record_that_only_its_bytes_can_tell_is_held_and_kept_apart(desk: Desk, record: bytes) -> None:
    tablet = await desk.tablet()
    tablet.check_in()
    tablet.records.append(record)
    tablet.check_in()
    body = encode_message(tablet.request())
    answer = await tablet.post(body)
    assert (answer.status_code, answer.json().get("watermark")) == (200, 3)
    await desk.fold()
    again = await tablet.sync()
    assert [verdict.verdict for verdict in again.verdicts] == ["duplicate", "quarantined", "duplicate"]


@given(body=st.binary(max_size=200))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_bytes_are_refused_with_a_problem(desk: Desk, body: bytes) -> None:
    answer = await desk.client.post("/v1/enrol", content=body, headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_one_device_cannot_take_every_place_in_the_queue(tablet: Tablet) -> None:
    tablet.fill(1)
    body = encode_message(tablet.request())
    answers = await asyncio.gather(*(tablet.post(body) for _ in range(30)))
    codes = {answer.status_code for answer in answers}
    assert codes <= {200, 429}
    assert 200 in codes


async def test_answers_carry_security_headers(desk: Desk) -> None:
    for path in ("/livez", "/nope"):
        headers = (await desk.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]


async def test_it_is_not_ready_once_nothing_can_be_written(desk: Desk) -> None:
    await desk.case_api.storage.close()
    answer = await desk.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "E-STORE")
    assert "retry-after" in answer.headers


async def test_it_says_that_it_lives_and_is_ready(desk: Desk) -> None:
    assert (await desk.client.get("/livez")).json() == {"status": "ok"}
    assert (await desk.client.get("/readyz")).json() == {"status": "ok", "fold_lag_records": 0}
