"""Golden samples: the exact bytes of every kind and version, for ever readable and made again alike.

A sample holds every field of its kind. To add a kind or a version, add ``golden/<kind>.v<version>.json``: one record,
its exact bytes, no line end. A sample once released is never changed.
"""

from pathlib import Path

import msgspec
import pytest

from sync.records import KINDS, decode_body, decode_envelope, decode_record, encode
from sync.records.base import Envelope

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(GOLDEN.glob("*.json"))


def named(path: Path) -> str:
    return path.name.removesuffix(".json")


def test_every_kind_has_a_sample_of_every_version() -> None:
    wanted = {f"{kind.name}.v{version}" for kind in KINDS.values() for version in range(1, kind.version + 1)}
    assert {named(path) for path in SAMPLES} == wanted, "add or remove tests/sync/golden/<kind>.v<version>.json"


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_sample_reads_as_its_kind_and_version(path: Path) -> None:
    record = decode_record(path.read_bytes())
    assert record is not None
    kind, _, version = named(path).partition(".v")
    assert (record.envelope.kind, record.envelope.v) == (kind, int(version))
    assert isinstance(record.body, KINDS[kind].body)


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_sample_is_made_again_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    envelope = decode_envelope(data)
    body = decode_body(KINDS[envelope.kind], envelope.body)
    assert encode(envelope) == data
    assert encode(msgspec.structs.replace(envelope, body=msgspec.Raw(msgspec.json.encode(body)))) == data


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_sample_shows_every_field_of_its_kind(kind: str) -> None:
    path = GOLDEN / f"{kind}.v{KINDS[kind].version}.json"
    shown = msgspec.json.decode(path.read_bytes())["body"]
    assert set(shown) == set(KINDS[kind].body.__struct_fields__)


def test_the_samples_together_show_every_field_of_the_envelope() -> None:
    shown = {field for path in SAMPLES for field in msgspec.json.decode(path.read_bytes())}
    assert shown == set(Envelope.__struct_fields__)
