"""A server and one enrolled tablet that holds records, prepared once and copied for each round."""

import csv
import json
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
from tests.bench.days import Seat, day_of
from tests.bench.served import DATABASE, Served, served, serving

DAY_RECORDS = 40
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


def prepare_pair(folder: Path, records: int, now_ms: int) -> Pair:
    """Make a server with the synthetic district and an enrolled tablet on which so many records wait."""
    central = folder / "central"
    central.mkdir(parents=True)
    url = f"sqlite:///{central / DATABASE}"
    initialise(ServerConfig(db=url, pin_cost="demo"))
    _command(url, "demo-data", "--seed", "7", "--pack", str(folder / "pack"))
    with serving(central) as server:
        seat = _enrolled(server, folder)
        with opened(folder / JOURNAL) as tablet:
            _fill(tablet, seat, records, now_ms)
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
        journal = Path(name) / pair.journal.name
        shutil.copy(pair.journal, journal)
        with opened(journal, config) as tablet:
            yield server, tablet


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


def _fill(tablet: Tablet, seat: Seat, records: int, now_ms: int) -> None:
    days = (day_of(seat, DAY_RECORDS, now_ms) for _ in range(-(-records // DAY_RECORDS)))
    envelopes = [record for day in days for record in day][:records]
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
