"""Records: what the types and checks of each kind let through, and what they name when they do not."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import Stamp
from sync.errors import RecordRejected
from sync.records import (
    KINDS,
    Envelope,
    Record,
    decode_body,
    decode_envelope,
    decode_record,
    encode,
    kind_of,
    read_saved,
)
from sync.records.base import MAX_RECORD_BYTES

ID = "01934c2e-7b1a-7c3d-9e4f-000000000001"
BUILDING = "01934c2e-7b1a-7c3d-9e4f-0000000000b1"
DIGEST = "0123456789abcdef" * 4
OTHER_DIGEST = "fedcba9876543210" * 4
TAG, OTHER_TAG = ({"medium": "qr", "digest": digest} for digest in (DIGEST, OTHER_DIGEST))
BODIES: dict[str, dict[str, Any]] = {
    "shift_start": {},
    "shift_end": {},
    "check_in": {"building": BUILDING, "method": "list"},
    "case_report": {
        "standard": "local",
        "matter_kind": "matter",
        "matter_code": "10996",
        "building": BUILDING,
        "description": "dark",
    },
    "visit": {"building": BUILDING, "purpose": "care", "outcome": "met"},
    "void": {"target": ID, "reason": "undo"},
    "media_lost": {"sha256": DIGEST, "record": ID, "reason": "damaged"},
    "tag_bind": {"tag": TAG, "building": BUILDING, "method": "qr"},
    "tag_replace": {"old": TAG, "new": OTHER_TAG, "building": BUILDING, "method": "qr", "reason": "lost"},
    "task_result": {"task": ID, "type": "recheck", "answer": "yes"},
    "case_note": {"case": ID, "text": "物业说明天来"},
    "handoff": {"seat": "inspector_2"},
}


def envelope(kind: str = "void", *, body: bytes | None = None, **changed: Any) -> Envelope:
    fields: dict[str, Any] = {
        "id": ID,
        "kind": kind,
        "v": 1,
        "at": "2026-11-23T08:15:03.120+08:00",
        "clock": Stamp("boot", 1),
        "actor": ID,
        "seat": "inspector_1",
        "grid": "g1",
        "body": msgspec.Raw(body if body is not None else msgspec.json.encode(BODIES[kind])),
    }
    return Envelope(**fields | changed)


def rejected(kind: str, body: dict[str, Any]) -> RecordRejected:
    """Return the refusal of a body."""
    with pytest.raises(RecordRejected) as refused:
        decode_body(KINDS[kind], msgspec.json.encode(body))
    assert refused.value.code == "E-RECORD"
    return refused.value


EITHER_OR = {("case_report", "building"), ("case_report", "description"), ("case_note", "text")}
"""Fields of the smallest bodies that another one may stand for."""


def test_every_kind_has_a_smallest_body_here() -> None:
    assert BODIES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_record_of_a_kind_reads_back(kind: str) -> None:
    made = envelope(kind)
    record = decode_record(encode(made))
    assert isinstance(record, Record)
    assert encode(record.envelope) == encode(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_required_field_left_out_is_named(kind: str) -> None:
    for name in BODIES[kind]:
        if (kind, name) in EITHER_OR:
            continue
        refused = rejected(kind, {field: value for field, value in BODIES[kind].items() if field != name})
        assert f"`{name}`" in str(refused)


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_another_version_is_refused_not_dropped(kind: str) -> None:
    refused = rejected(kind, BODIES[kind] | {"of_tomorrow": 1})
    assert "of_tomorrow" in str(refused)
    assert refused.path == "$.body"


def test_a_scan_alone_claims_nothing_that_nobody_looked_at() -> None:
    body = decode_body(KINDS["check_in"], msgspec.json.encode(BODIES["check_in"]))
    assert (body.result, body.checks, body.geofence) == ("not_stated", {}, "unknown")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "changed", "path"),
    [
        ("check_in", {"method": "qr"}, "$.body.tag"),
        ("check_in", {"method": "rfid"}, "$.body.tag"),
        ("check_in", {"result": "normal", "checks": {"stair": "issue"}}, "$.body.result"),
        ("check_in", {"checks": {"roof": "ok"}}, "$.body.checks"),
        ("check_in", {"geofence": {"lat": 45.6}}, "$.body.geofence"),
        ("check_in", {"round": 3}, "$.body.round"),
        ("check_in", {"floor": 100}, "$.body.floor"),
        ("check_in", {"building": BUILDING + "\n"}, "$.body.building"),
        ("check_in", {"building": BUILDING.upper()}, "$.body.building"),
        ("check_in", {"tag": {"medium": "qr", "digest": "XG104", "quality": "verified"}}, "$.body.tag.digest"),
        ("check_in", {"tag": {"medium": "qr", "digest": DIGEST, "quality": "good"}}, "$.body.tag.quality"),
        ("case_report", {"building": None}, "$.body.building"),
        ("case_report", {"description": ""}, "$.body.description"),
        ("case_report", {"description": "x" * 2001}, "$.body.description"),
        ("case_report", {"self_resolved": True}, "$.body.action"),
        ("case_report", {"severity": 4}, "$.body.severity"),
        ("case_report", {"matter_code": "10996\n"}, "$.body.matter_code"),
        ("case_report", {"matter_code": "\u0661\u0660\u0669\u0669\u0666"}, "$.body.matter_code"),
        ("case_report", {"point": {"lat": 91, "lon": 0, "crs": "WGS84"}}, "$.body.point.lat"),
        ("case_report", {"point": {"lat": 45, "lon": 126, "crs": "GCJ02"}}, "$.body.point.crs"),
        ("case_report", {"contact": "13800000000"}, "$.body.contact"),
        ("visit", {"follow_up_on": "2026-02-30"}, "$.body.follow_up_on"),
        ("visit", {"follow_up_on": "2026-11-30\n"}, "$.body.follow_up_on"),
        ("visit", {"flat": "3-201"}, "$.body.flat"),
        ("visit", {"needs": ["two words"]}, "$.body.needs[0]"),
        ("void", {"reason": "because"}, "$.body.reason"),
        ("shift_start", {"temp_c": -61}, "$.body.temp_c"),
        ("shift_end", {"note": "x" * 501}, "$.body.note"),
        ("tag_bind", {"tag": TAG | {"digest": "XG104HMASW9NF6YY09345"}}, "$.body.tag.digest"),
        ("tag_bind", {"tag": TAG | {"medium": "line"}}, "$.body.tag.medium"),
        ("tag_bind", {"tag": TAG | {"code": "XG104HMASW9NF6YY09345"}}, "$.body.tag"),
        ("tag_bind", {"method": "list"}, "$.body.method"),
        ("tag_bind", {"building": "the red one"}, "$.body.building"),
        ("tag_bind", {"entrance": "2"}, "$.body.entrance"),
        ("tag_replace", {"new": TAG}, "$.body.new"),
        ("tag_replace", {"reason": "because"}, "$.body.reason"),
        ("tag_replace", {"old": None}, "$.body.old"),
        ("task_result", {"task": "the first"}, "$.body.task"),
        ("task_result", {"type": "look"}, "$.body.type"),
        ("task_result", {"answer": "perhaps"}, "$.body.answer"),
        ("task_result", {"note": "x" * 501}, "$.body.note"),
        ("case_note", {"text": ""}, "$.body.text"),
        ("case_note", {"text": "x" * 501}, "$.body.text"),
        ("case_note", {"case": "10996"}, "$.body.case"),
        ("handoff", {"seat": "two words"}, "$.body.seat"),
        ("handoff", {"person": "Li"}, "$.body.person"),
        ("handoff", {"cases": [ID] * 51}, "$.body.cases"),
    ],
)
def test_a_wrong_field_is_refused_with_its_path(kind: str, changed: dict[str, Any], path: str) -> None:
    assert rejected(kind, BODIES[kind] | changed).path == path


PHOTO = {"sha256": DIGEST, "bytes": 250_000, "mime": "image/jpeg", "role": "before"}
SAID_NOWHERE_ELSE: list[tuple[str, str, dict[str, Any]]] = [
    ("case_report", "place", {"building": None}),
    ("case_report", "description", {}),
    ("case_report", "action", {"self_resolved": True}),
    ("case_note", "text", {}),
]
"""Every text that a record needs, by kind and name, with what makes it needed."""
BLANKS = ["\u200b", " ", "\u3000\t", "\n" * 3, "\u202e\ufeff", "\x00", "\ue000", "\ufe0f", "\n" * 250 + "x"]
"""Texts of which nothing is left that somebody could read."""


@pytest.mark.parametrize(("kind", "name", "beside"), SAID_NOWHERE_ELSE)
@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_a_text_of_which_nothing_is_left_says_nothing(kind: str, name: str, beside: dict[str, Any], blank: str) -> None:
    path = "building" if name == "place" else name
    assert rejected(kind, BODIES[kind] | beside | {name: blank}).path == f"$.body.{path}"
    decode_body(KINDS[kind], msgspec.json.encode(BODIES[kind] | beside | {name: blank[:20] + "字"}))


@pytest.mark.parametrize("kind", ["case_report", "case_note"])
def test_beside_a_photo_a_text_may_say_nothing(kind: str) -> None:
    name = "text" if kind == "case_note" else "description"
    decode_body(KINDS[kind], msgspec.json.encode(BODIES[kind] | {name: "\u200b", "media": [PHOTO]}))


@pytest.mark.parametrize(("kind", "name", "beside"), SAID_NOWHERE_ELSE)
def test_what_was_saved_before_such_a_rule_stays_readable(kind: str, name: str, beside: dict[str, Any]) -> None:
    said = BODIES[kind] | beside | {name: "\u200b"}
    saved = encode(envelope(kind, body=msgspec.json.encode(said)))
    record = read_saved(saved)
    assert record is not None
    assert getattr(record.body, name) == "\u200b"
    with pytest.raises(RecordRejected):
        decode_record(saved)


def test_what_cannot_be_read_is_not_read_as_saved_either() -> None:
    assert read_saved(encode(envelope(kind="of_tomorrow", body=b"{}"))) is None
    with pytest.raises(RecordRejected) as refused:
        read_saved(encode(envelope("case_note", body=b'{"case":"10996"}')))
    assert refused.value.path == "$.body.case"


@pytest.mark.parametrize("instead", [{"place": "yard gate"}, {"point": {"lat": 45.6, "lon": 126.6, "crs": "CGCS2000"}}])
def test_a_problem_may_lie_where_no_building_is(instead: dict[str, Any]) -> None:
    decode_body(KINDS["case_report"], msgspec.json.encode(BODIES["case_report"] | {"building": None} | instead))


def test_a_photo_may_stand_for_the_sentence() -> None:
    decode_body(
        KINDS["case_report"], msgspec.json.encode(BODIES["case_report"] | {"description": "", "media": [PHOTO]})
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": ID + "\n"}, "id"),
        ({"id": "{" + ID + "}"}, "id"),
        ({"seat": "two words"}, "seat"),
        ({"v": 0}, "v"),
        ({"actor": "me"}, "actor"),
        ({"seat": ""}, "seat"),
        ({"grid": "g\x1b[2J"}, "grid"),
        ({"clock": Stamp("boot", 10**30)}, "clock.mono_ms"),
        ({"clock": Stamp("boot", -1)}, "clock.mono_ms"),
        ({"clock": Stamp("boot", 1, offset_ms=-(10**30))}, "clock.offset_ms"),
        ({"clock": Stamp("b" * 65, 1)}, "clock.boot"),
        ({"amends": "none"}, "amends"),
    ],
)
def test_a_wrong_envelope_is_refused_with_its_path(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordRejected) as refused:
        decode_envelope(encode(envelope(**changed)))
    assert refused.value.path == f"$.{field}"


@pytest.mark.parametrize(
    "at", ["2026-11-23T08:15:03.120", "2026-11-23\x1b08:15:03Z0", "2026-13-23T08:15:03Z", "now" * 8]
)
def test_a_time_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(RecordRejected):
        decode_envelope(encode(envelope(at=at)))


def test_a_kind_or_version_of_tomorrow_is_parked_not_refused() -> None:
    for changed in ({"kind": "of_tomorrow"}, {"v": 2}):
        made = envelope(body=b'{"anything":[1,2]}', **changed)
        assert kind_of(made) is None
        assert decode_record(encode(made)) is None


def test_a_field_named_twice_counts_as_last_said_on_both_ends() -> None:
    # The same decoder reads it on the tablet and on the server, and the hashed bytes keep both.
    other = ID.replace("7c3d", "7c3e")
    data = encode(envelope())[:-1] + f',"id":"{other}"}}'.encode()
    assert decode_envelope(data).id == other


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"{" * 200_000,
        b'{"body":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        encode(envelope()) + b"x",
        encode(envelope())[:-1],
        b"\xef\xbb\xbf" + encode(envelope()),
        encode(envelope()).replace(b"inspector_1", b"\\ud800"),
        encode(envelope()).replace(b"inspector_1", b"\xed\xa0\x80"),
        encode(envelope()).replace(b'"v":1', b'"v":NaN'),
        encode(envelope()).replace(b'"v":1', b'"v":1e400'),
        encode(envelope()).replace(b'"v":1', b'"v":true'),
    ],
    ids=lambda data: repr(data[:24]),
)
def test_bytes_that_are_no_record_are_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(RecordRejected):
        decode_record(data)


@pytest.mark.parametrize("body", [b"[" * 30_000 + b"]" * 30_000, b"\xff", b"", b'{"target":"\\ud800"}', b"null"])
def test_a_body_that_is_none_is_refused_at_its_path(body: bytes) -> None:
    with pytest.raises(RecordRejected) as refused:
        decode_body(KINDS["void"], body)
    assert refused.value.path == "$.body"


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_no_damage_to_a_record_raises_anything_but_a_refusal(kind: str, data: st.DataObject) -> None:
    good = encode(envelope(kind))
    place = data.draw(st.integers(0, len(good)))
    damaged = good[:place] + data.draw(st.binary(max_size=6)) + good[place + data.draw(st.integers(0, 6)) :]
    try:
        record = decode_record(damaged)
    except RecordRejected:
        return
    assert record is None or decode_record(encode(record.envelope)) == record or isinstance(record, Record)


def test_64_kib_are_kept_and_one_byte_more_is_refused_when_saved_and_when_read() -> None:
    room = MAX_RECORD_BYTES - len(encode(envelope(kind="of_tomorrow", body=b'""')))
    full = encode(envelope(kind="of_tomorrow", body=b'"' + b"x" * room + b'"'))
    assert len(full) == MAX_RECORD_BYTES
    assert decode_envelope(full).kind == "of_tomorrow"
    with pytest.raises(RecordRejected, match="65536 bytes, this one 65537"):
        encode(envelope(kind="of_tomorrow", body=b'"' + b"x" * (room + 1) + b'"'))
    with pytest.raises(RecordRejected, match="65536 bytes, this one 65537"):
        decode_envelope(full + b" ")


def test_a_text_that_is_not_unicode_is_refused_before_it_is_saved() -> None:
    with pytest.raises(RecordRejected, match="not Unicode"):
        encode(envelope(seat="\ud800"))


def test_the_body_s_bytes_are_kept_as_they_came() -> None:
    odd = b'{ "target" :"01934c2e-7b1a-7c3d-9e4f-00000000000\\u0031" , "reason":"undo"}'
    data = encode(envelope(body=odd))
    assert bytes(decode_envelope(data).body) == odd
    assert encode(decode_envelope(data)) == data
