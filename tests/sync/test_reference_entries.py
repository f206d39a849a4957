"""Feed entries: a newer server's fields and types pass, a wrong field of a known one is named."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WireError
from sync.reference import (
    ENTRY_TYPES,
    BuildingEntry,
    CaseEntry,
    ContactEntry,
    EntranceEntry,
    Entry,
    GridEntry,
    HandoffEntry,
    MatterEntry,
    NoticeEntry,
    PersonEntry,
    SeenEntry,
    TagEntry,
    TaskEntry,
    VerdictEntry,
    decode_entry,
)

SAMPLES: dict[str, Entry] = {
    "grid": GridEntry("\u7f51\u683c 1", "c1", "\u793e\u533a 1", "\u8857\u9053 1", "d1", "\u5e73\u623f\u533a"),
    "building": BuildingEntry("1 \u53f7\u697c", "g1", initials="1hl yhl", lat=45.6, lon=126.6),
    "entrance": EntranceEntry("b1", "1 \u5355\u5143"),
    "tag": TagEntry("qr", "place", "b1"),
    "person": PersonEntry("\u7f51\u683c\u5458 1", "inspector_1", "g1", "$argon2id$", "2027-01-01T00:00:00+08:00"),
    "matter": MatterEntry("local", "matter", "10998", "\u5ba4\u6e29\u4e0d\u8fbe\u6807", "cold flat", "l", "local"),
    "task": TaskEntry("recheck", "c1", "\u5ba4\u6e29\u4e0d\u8fbe\u6807", building="b1", ask="\u6696\u4e86\u5417"),
    "handoff": HandoffEntry("seat-1", "seat-2", cases=("c1",), note="\u76ef\u4e00\u4e0b"),
    "notice": NoticeEntry("\u660e\u5929\u505c\u6c34", "\u793e\u533a 1", until="2027-01-01T00:00:00+08:00", urgent=True),
    "seen": SeenEntry("2026-11-23T08:00:00Z", "normal"),
    "contact": ContactEntry("\u7269\u4e1a\u503c\u73ed", "0000-0001", building="b1"),
    "case": CaseEntry("reported", "\u5ba4\u6e29\u4e0d\u8fbe\u6807", building="b1"),
    "verdict": VerdictEntry("quarantined", "bad_shape", "a field is wrong"),
}


def test_every_type_has_a_sample_here() -> None:
    assert SAMPLES.keys() == ENTRY_TYPES.keys()


@pytest.mark.parametrize("name", ENTRY_TYPES)
def test_an_entry_reads_back(name: str) -> None:
    assert decode_entry(name, msgspec.json.encode(SAMPLES[name])) == SAMPLES[name]


@pytest.mark.parametrize("name", ENTRY_TYPES)
def test_fields_of_a_newer_server_are_passed_over(name: str) -> None:
    body = msgspec.json.decode(msgspec.json.encode(SAMPLES[name]))
    assert decode_entry(name, msgspec.json.encode({**body, "of_tomorrow": {"a": [1, None]}})) == SAMPLES[name]


@pytest.mark.parametrize("name", ENTRY_TYPES)
def test_a_missing_field_is_named(name: str) -> None:
    required = next(iter(type(SAMPLES[name]).__struct_fields__))
    with pytest.raises(WireError, match=f"type {name}: .*`{required}`"):
        decode_entry(name, b"{}")


@pytest.mark.parametrize("body", [b"{}", b"null", b"[1,2]", b"", b"\xff", b"not even JSON"])
def test_a_type_of_a_newer_server_is_left_alone(body: bytes) -> None:
    assert decode_entry("of_tomorrow", body) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"medium":"qr","role":"owner","target":"b1"}',
        b'{"medium":"qr","role":"place","target":"b1","status":"lost"}',
        b'{"medium":1,"role":"place","target":"b1"}',
        b'{"medium":"\xff","role":"place","target":"b1"}',
        b'{"medium":"\\ud800","role":"place","target":"b1"}',
        b'{"extra":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_a_wrong_value_of_a_known_type_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        decode_entry("tag", body)


@given(st.sampled_from(sorted(ENTRY_TYPES)), st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_wire_error(name: str, body: bytes) -> None:
    with pytest.raises(WireError):
        decode_entry(name, body)
