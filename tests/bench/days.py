"""Records of synthetic days, with the fields that the app really saves."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from sync.clock import Stamp, format_time
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.records import KINDS, Envelope, decode_body
from sync.records.shared import MediaRef

CHINA_MINUTES = 480
SHIFT_MS = 8 * 3_600_000
BOOT = str(UUID(int=0x0B0B0B0B0B0B4000800000000000000B))


@dataclass(frozen=True, slots=True)
class Seat:
    """Who patrols where.

    Attributes:
        doors: ids of building and entrance, at least one pair, visited in turn.
    """

    grid: str
    person: str
    doors: tuple[tuple[str, str], ...]


def day_of(seat: Seat, records: int, now_ms: int) -> list[Envelope]:
    """Return one shift of so many records, at least 2, each check-in by the plate of another door.

    Of ten, seven are check-ins, the others problems and visits, as in a usual day.
    """
    shift = _new_id(now_ms - SHIFT_MS)
    made = [_envelope(seat, "shift_start", {}, at_ms=now_ms - SHIFT_MS, record_id=shift)]
    for place in range(1, records - 1):
        at_ms = now_ms - SHIFT_MS + place * SHIFT_MS // records + place * 7919 % 60_000
        kind = {3: "case_report", 6: "visit", 9: ("case_report", "visit")[place // 10 % 2]}.get(place % 10, "check_in")
        made.append(_envelope(seat, kind, _body(seat, kind, place), at_ms=at_ms, shift=shift))
    return [*made, _envelope(seat, "shift_end", {}, at_ms=now_ms, shift=shift)]


def with_photos(record: Envelope, photos: Sequence[MediaRef]) -> Envelope:
    """Return a record that names photos, of a kind that may."""
    body = decode_body(KINDS[record.kind], record.body)
    return replace(record, body=Raw(msgspec.json.encode(replace(body, media=tuple(photos)))))


def _body(seat: Seat, kind: str, place: int) -> dict[str, object]:
    building, entrance = seat.doors[place % len(seat.doors)]
    where = {"building": building, "entrance": entrance}
    if kind == "check_in":
        # Another plate each time: what no coding can shrink is not flattered.
        digest = sha256(f"{entrance} {place}".encode()).hexdigest()
        tag = {"medium": "qr", "digest": digest, "quality": "verified"}
        return {**where, "method": "qr", "tag": tag, "result": "normal"}
    if kind == "visit":
        return {**where, "purpose": "care", "outcome": "met", "note": f"{100 + place} 室,老人身体情况良好"}
    return {
        "standard": "national",
        "matter_kind": "matter",
        "matter_code": "02001",
        **where,
        "description": f"{place % 6 + 1} 单元门前堆放杂物,影响通行",
    }


def _envelope(
    seat: Seat,
    kind: str,
    body: dict[str, object],
    *,
    at_ms: int,
    record_id: str | None = None,
    shift: str | None = None,
) -> Envelope:
    return Envelope(
        id=record_id or _new_id(at_ms),
        kind=kind,
        v=1,
        at=format_time(at_ms, CHINA_MINUTES),
        clock=Stamp(BOOT, at_ms % 1_000_000_007, -1500, offset_boot=True),
        actor=seat.person,
        seat=f"{seat.grid}-1",
        grid=seat.grid,
        body=Raw(msgspec.json.encode(body)),
        shift=shift,
    )


def _new_id(at_ms: int) -> str:
    return str(uuid7_at(at_ms, uuid4().bytes[:RANDOM_BYTES]))
