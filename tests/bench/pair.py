"""A server and one enrolled tablet that holds records, prepared once and copied for each round."""

import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.caseapi.config import ServerConfig
from sync.caseapi.opening import initialise
from sync.records import encode
from sync.tablet.config import ExchangeConfig
from sync.tablet.store.connections import Connection
from sync.tablet.store.journal import append_record
from sync.tablet.tablet import Tablet
from tests.bench.days import Seat, day_of, with_photos
from tests.bench.served import DATABASE, Served, served, serving

DAY_RECORDS = 40
PHOTO_BYTES = 250_000
"""What the app makes a photo weigh at most, unless it is told otherwise (`photo_kb`)."""
JOURNAL = "tablet/journal.db"
AT_ONCE = 2_000
"""Records saved in one transaction while preparing; how saving is timed is another bench's business."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The prepared folders.

    Attributes:
        port: where the tablet believes the server to be.
        records: how many wait on the tablet.
    """

    folder: Path
    port: int
    records: int

    @property
    def central(self) -> Path:
        """Return the server's folder."""
        return self.folder / "central"

    @property
    def journal(self) -> Path:
        """Return the tablet's database."""
        return self.folder / JOURNAL


def prepare_pair(folder: Path, records: int, now_ms: int, *, photos: int = 0) -> Pair:
    """Make a server with the synthetic district and an enrolled tablet on which so many records wait.

    Args:
        photos: how many the problems among the records name, one each.
    """
    central = folder / "central"
    central.mkdir(parents=True)
    url = f"sqlite:///{central / DATABASE}"
    initialise(ServerConfig(db=url, pin_cost="demo"))
    _command(url, "demo-data", "--seed", "7", "--pack", str(folder / "pack"))
    with serving(central) as server:
        seat = _enrolled(server, folder)
        with opened(folder / JOURNAL) as tablet:
            _fill(tablet, seat, records, now_ms, photos)
        port = server.port
    return Pair(folder, port, records)


@contextmanager
def opened(journal: Path, config: ExchangeConfig | None = None) -> Iterator[Tablet]:
    """Open a tablet's database."""
    tablet = Tablet(journal, app="xunge bench", config=config)
    try:
        yield tablet
    finally:
        tablet.close()


@contextmanager
def meeting(
    pair: Pair, config: ExchangeConfig | None = None, *, is_direct: bool = True
) -> Iterator[tuple[Served, Tablet]]:
    """Open copies of both sides.

    Args:
        is_direct: whether the server listens where the tablet looks for it, or leaves that place to a line.
    """
    with (
        tempfile.TemporaryDirectory(prefix="xunge-bench-") as name,
        served(pair.central, port=pair.port if is_direct else 0) as server,
    ):
        shutil.copytree(pair.journal.parent, Path(name) / "tablet")
        with opened(Path(name) / JOURNAL, config) as tablet:
            yield server, tablet


def greet(tablet: Tablet) -> None:
    """Let a tablet ask once whether its server is there: then both have loaded what they need to speak."""
    membership = tablet.store.identity.membership()
    assert membership is not None
    client = tablet._line.client(membership.origin, membership.pins)
    try:
        client.look()
    finally:
        client.close()


def _enrolled(server: Served, folder: Path) -> Seat:
    seat = _first_seat(folder / "pack")
    offer = json.loads(_command(server.database, "enrol", "--grid", seat.grid, "--json"))["offer"]
    with opened(folder / JOURNAL) as tablet:
        pending = tablet.enroller.begin(offer)
        _command(server.database, "enrol", "--confirm", pending.digits or "")
        assert tablet.enroller.poll().status == "confirmed"
        status = tablet.sync_once()
        assert status.fault is None, status.fault
    return seat


def _first_seat(pack: Path) -> Seat:
    person = next(row for row in _rows(pack / "people.csv") if row["grid_id"])
    buildings = {row["id"] for row in _rows(pack / "buildings.csv") if row["grid_id"] == person["grid_id"]}
    doors = [
        (row["building_id"], row["id"]) for row in _rows(pack / "entrances.csv") if row["building_id"] in buildings
    ]
    return Seat(person["grid_id"], person["person_id"], tuple(doors))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def photo(number: int, size_bytes: int = PHOTO_BYTES) -> bytes:
    """Return bytes that begin as a photo does and shrink as little."""
    return b"\xff\xd8\xff" + random.Random(number).randbytes(size_bytes - 3)


def _fill(tablet: Tablet, seat: Seat, records: int, now_ms: int, photos: int) -> None:
    days = (day_of(seat, DAY_RECORDS, now_ms) for _ in range(-(-records // DAY_RECORDS)))
    envelopes = [record for day in days for record in day][:records]
    problems = [place for place, record in enumerate(envelopes) if record.kind == "case_report"]
    for number in range(photos):
        place = problems[number]
        named = tablet.store.media.attach(photo(number), mime="image/jpeg", role="before")
        envelopes[place] = with_photos(envelopes[place], [named])
    for first in range(0, records, AT_ONCE):
        several = envelopes[first : first + AT_ONCE]

        def change(connection: Connection) -> None:
            for record in several:  # noqa: B023 - runs at once
                append_record(connection, record, encode(record))

        tablet.store._database.write("filling", change)


def _command(url: str, *words: str) -> str:
    command = [sys.executable, "-m", "sync.caseapi", *words, "--db", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"caseapi {words[0]}: {done.stderr.strip()}")
    return done.stdout
