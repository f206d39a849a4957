"""A check-in at a place that a receiver knows leaves the word and no coordinate: not in the database, log or export."""

import logging
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.emulator import EmulatedReceiver
from devices.gnss import Standing
from fieldapp.bootstrap import open_tablet, services_over
from fieldapp.cli import main
from fieldapp.config import ReaderConfig, TabletConfig
from fieldapp.logs import log_nowhere, log_to_file
from fieldapp.serial_readers import SerialReaders
from fieldapp.services.arriving import arrive_at
from fieldapp.services.facts import body_of
from fieldapp.services.places import Place
from sync.caseapi.config import PinCost
from sync.caseapi.service.people.verifiers import pin_verifier
from sync.records import CheckIn
from tests.sync.tablet.makers import entry, uuid_text

PATIENCE_S = 30.0
HERE_LAT, HERE_LON = 45.6121457, 126.6541219
"""Some thirty metres beside the building, in other thousandths of a degree, so that no digits are the building's."""
BUILDING_LAT, BUILDING_LON = 45.6119, 126.6539
GRID, BUILDING, PERSON = "230108001002001", uuid_text(), uuid_text()
PIN = "246810"
CHEAP: PinCost = "demo"


class NoNews:
    """Hears what readers say and does nothing."""

    def tag_read(self, *_: object) -> None: ...

    def link_changed(self, *_: object) -> None: ...

    def reader_fault(self, *_: object) -> None: ...


def written_in(folder: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def traces(number: float) -> set[bytes]:
    """Return how a coordinate would look in a file: as digits, or as a database or a program keeps it."""
    degrees, minutes = int(number), (number - int(number)) * 60
    texts = {f"{number:.4f}"[:-1], f"{number:.7f}", f"{degrees}{minutes:08.5f}"[:8]}
    return {text.encode() for text in texts} | {struct.pack(order + "d", number) for order in "<>"}


@pytest.fixture(autouse=True)
def _log_stays() -> Iterator[None]:
    """Give the log back that the tablet's took the place of."""
    root = logging.getLogger()
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    root.handlers.clear()
    yield
    log_nowhere()
    root.handlers[:], logging.raiseExceptions = handlers, raises
    root.setLevel(level)


def test_no_file_of_the_tablet_holds_where_it_was(tmp_path: Path) -> None:
    database, config = tmp_path / "tablet" / "tablet.db", tmp_path / "config.toml"
    with (
        EmulatedReceiver(tmp_path / "receiver", every_s=None) as receiver,
        open_tablet(database) as tablet,
    ):
        log_to_file(database)
        readers = SerialReaders([ReaderConfig(receiver.path, "nmea", "gnss")], folder=database.parent)
        services = services_over(tablet, TabletConfig(), readers)
        person = {"name": "网格员 1", "seat": f"{GRID}-1", "grid": GRID, "valid_until": "2099-01-01T00:00:00+08:00"}
        place = {"name": "1号楼", "grid": GRID, "lat": BUILDING_LAT, "lon": BUILDING_LON}
        pages = (
            entry(1, "person", PERSON, person | {"pin": pin_verifier(PIN, CHEAP)}),
            entry(2, "building", BUILDING, place),
        )
        tablet.store.feeds.apply_page(f"grid:{GRID}", pages, (2, "0" * 16))
        services.session.sign_in(PERSON, PIN)
        readers.start(NoNews())
        here = wait_for_position(readers, receiver)
        arrived = arrive_at(services, Place(BUILDING), "list", None)
        readers.stop()
        log_nowhere()
    body = body_of(arrived.entry)
    assert isinstance(body, CheckIn)
    assert body.geofence == "inside"
    config.write_text(f'database = "{database}"\n', encoding="utf-8")
    assert main(["--config", str(config), "export", "--to", str(tmp_path / "exported")]) == 0
    everything = written_in(tmp_path / "tablet") + written_in(tmp_path / "exported")
    assert b'"geofence":"inside"' in everything
    assert f"{BUILDING_LAT}".encode() in everything, "the building's own place is reference data"
    for trace in traces(here.lat) | traces(here.lon):
        assert trace not in everything


def wait_for_position(readers: SerialReaders, receiver: EmulatedReceiver) -> Standing:
    receiver.move(HERE_LAT, HERE_LON)
    waiting = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        receiver.cycle()
        waiting.wait(0.05)
        if (here := readers.whereabouts()) is not None:
            return here
    raise AssertionError("the receiver was not heard")
