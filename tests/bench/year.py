"""What a tablet holds after a year of work, put into its journal: settled days, a shift that is open, plates put up."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec

from fieldapp.bootstrap import open_tablet
from fieldapp.demo.stage import Stage
from sync.records import Envelope, encode
from sync.tablet.store.connections import Connection
from sync.tablet.store.journal import append_record
from tests.bench.days import Seat, day_of

YEAR_RECORDS = 20_000
"""Records of a year: more than the district's inspectors make, and than a tablet keeps of settled ones."""

DAY_RECORDS = 40
"""Records of each day, its shift's start and end included."""

PLATES = 50
"""Plates of the year that this tablet's own records put up."""

_DAY_MS = 86_400_000
_AT_ONCE = 2_000


def fill(stage: Stage, database: Path, records: int, *, plates: int = PLATES, is_on_shift: bool = True) -> None:
    """Save so many records of days gone by, all settled, on a tablet of the demo's grid that nobody has open.

    Args:
        plates: how many of them put up a plate, spread over the time.
        is_on_shift: whether the day of today is begun; its records are not settled yet.
    """
    with open_tablet(database) as tablet:
        entrances = tablet.store.reference.entrances().items()
        person = stage.grid.people[0].id
        seat = Seat(stage.grid.id, person, tuple((entry.building, name) for name, entry in entrances))
        now_ms = tablet.clock.now_ms()
        made = _days(seat, records, now_ms, plates)
        for first in range(0, len(made), _AT_ONCE):
            several = made[first : first + _AT_ONCE]
            tablet.store._database.write("filling", lambda db, several=several: _append(db, several))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update streams set watermark = (select max(n) from records)")
    if is_on_shift:
        with open_tablet(database) as tablet:
            today = day_of(seat, DAY_RECORDS, now_ms)[:-1]
            tablet.store._database.write("filling", lambda db: _append(db, today))
            tablet.store.settings.put(f"shift.{person}", today[0].id)


def _days(seat: Seat, records: int, now_ms: int, plates: int) -> list[Envelope]:
    days = -(-records // DAY_RECORDS)
    made = [record for day in range(days, 0, -1) for record in day_of(seat, DAY_RECORDS, now_ms - day * _DAY_MS)]
    for number in range(plates):
        place = number * len(made) // plates + 1
        made[place] = _plate(seat, made[place], number)
    return made[:records]


def _plate(seat: Seat, instead_of: Envelope, number: int) -> Envelope:
    building, entrance = seat.doors[number % len(seat.doors)]
    tag = {"medium": "qr", "digest": sha256(f"plate {number}".encode()).hexdigest()}
    body = {"tag": tag, "building": building, "entrance": entrance, "method": "qr"}
    return msgspec.structs.replace(instead_of, kind="tag_bind", body=msgspec.Raw(msgspec.json.encode(body)))


def _append(connection: Connection, records: list[Envelope]) -> None:
    for record in records:
        append_record(connection, record, encode(record))
