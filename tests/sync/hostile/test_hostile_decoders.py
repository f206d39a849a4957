"""The pure decoders take any bytes and any text: a value comes out, or an error of their own, never anything else."""

import contextlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from sync.clock import parse_time
from sync.coding import REQUEST_CODINGS, accepts
from sync.enrolment import parse_offer
from sync.errors import SyncError
from sync.media import naming_of, upload_state
from sync.receipts import open_receipt, receipt_of_text, receipt_text
from sync.records import decode_record
from sync.reference import decode_entry
from sync.signing import signer_of
from sync.tags import Tag as ReadTag
from sync.tags import is_plate_code, looks_like_plate, parse_plate_code, tag_digest
from sync.text import clean_line, clean_text
from sync.wire import EnrolReply, EnrolRequest, Problem, SyncReply, SyncRequest, decode_message, inflate_body

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
ENTRIES = ("grid", "building", "entrance", "tag", "person", "matter", "case", "verdict", "of_tomorrow", "")

BYTES: dict[str, Callable[[bytes], object]] = {
    **{
        f"the message {kind.__name__}": lambda data, kind=kind: decode_message(data, kind)  # type: ignore[misc]  # bound
        for kind in (SyncRequest, SyncReply, EnrolRequest, EnrolReply, Problem)
    },
    **{f"a body in {coding}": lambda data, coding=coding: inflate_body(data, coding) for coding in REQUEST_CODINGS},  # type: ignore[misc]  # bound
    **{f"an entry {kind!r}": lambda data, kind=kind: decode_entry(kind, data) for kind in ENTRIES},  # type: ignore[misc]  # bound
    "a receipt": lambda data: open_receipt(data, KEY),
    "a receipt of the right length": lambda data: open_receipt(b"\1" + data[:128].ljust(128, b"\0"), KEY),
    "a record": decode_record,
    "what a record names": naming_of,
    "what a record with media names": lambda data: naming_of(b'{"media' + data),
}
TEXTS: dict[str, Callable[[str], object]] = {
    "a plate": parse_plate_code,
    "a plate's looks": lambda text: (looks_like_plate(text), is_plate_code(text)),
    "a plate's digits": lambda text: parse_plate_code(f"XG1{text[:18]}"),
    "a receipt's text": receipt_of_text,
    "an offer": parse_offer,
    "an offer's tail": lambda text: parse_offer(f"XGE1 https://a {text}"),
    "a cleaned line": lambda text: clean_line(text, max_chars=20),
    "a cleaned text": clean_text,
    "a signature": lambda text: signer_of({"signature-input": text}),
    "a signature's tail": lambda text: signer_of({"signature-input": f"xunge=(){text}"}),
    "codings": lambda text: accepts(text, "gzip"),
    "an upload": lambda text: upload_state({"Upload-Offset": text, "Upload-Length": text}),
}
NASTY = st.one_of(
    st.text(max_size=80),
    st.text('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:;="()?@\\', max_size=80),
    st.text("01XG1EILO０１ＸＧ-_\u2212\u00a0", max_size=40),
)
JSON_LIKE = st.one_of(
    st.binary(max_size=200),
    st.text('{}[]":,0123456789.eE+-truefalsnl\\u', max_size=120).map(str.encode),
    st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000, b'"\\ud800"', b'{"id":"\xff"}', b"\xef\xbb\xbf{}"]
    ),
)


@pytest.mark.parametrize("name", BYTES)
@given(data=JSON_LIKE)
@example(data=b"")
def test_any_bytes_are_a_value_or_an_error_of_our_own(name: str, data: bytes) -> None:
    with contextlib.suppress(SyncError):
        BYTES[name](data)


@pytest.mark.parametrize("name", TEXTS)
@given(text=NASTY)
@example(text="")
def test_any_text_is_a_value_or_an_error_of_our_own(name: str, text: str) -> None:
    with contextlib.suppress(SyncError):
        TEXTS[name](text)


@given(NASTY)
def test_a_time_is_a_number_or_no_time(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_time(text), int)


@given(st.binary(max_size=200))
def test_a_receipt_s_text_reads_back_as_its_bytes(signed: bytes) -> None:
    assert receipt_of_text(receipt_text(signed)) == signed


@given(NASTY)
def test_a_text_that_reads_as_a_receipt_is_its_only_text(text: str) -> None:
    try:
        signed = receipt_of_text(text)
    except SyncError:
        return
    assert receipt_text(signed) == text.strip("\r\n")


@given(NASTY)
def test_a_plate_that_is_read_stays_what_it_was_read_as(text: str) -> None:
    try:
        code = parse_plate_code(text)
    except SyncError:
        return
    assert parse_plate_code(code) == code
    assert is_plate_code(code)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_tag_has_a_digest(medium: str, value: str) -> None:
    assert len(tag_digest(ReadTag(medium, value))) == 64
