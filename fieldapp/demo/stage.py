"""Everything around the demo's app: the case API, the cable to it, two readers, a receiver, an enrolled tablet."""

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from devices.emulator import EmulatedBadgeReader, EmulatedReceiver, EmulatedScanEngine
from fieldapp.demo.camera import EmulatedCamera
from fieldapp.demo.control import DemoState
from fieldapp.demo.proxy import CuttableProxy
from fieldapp.demo.sandbox import (
    CaseApi,
    DemoFailed,
    DemoGrid,
    DemoPlace,
    busiest_grid,
    offer_for,
    write_tablet_config,
)
from fieldapp.text import _
from sync.enrolment import parse_offer
from sync.tags import PLATE_TOKEN_BYTES, plate_code

Narrate = Callable[[str], None]
"""Says one line of what is going on."""


class Stage:
    """The sandbox, set up and running; closing it removes the folder and every process."""

    def __init__(self, narrate: Narrate, db: str = "") -> None:
        self._narrate = narrate
        self._parts = ExitStack()
        self.folder = Path(self._parts.enter_context(tempfile.TemporaryDirectory(prefix="xunge-demo-")))
        self.api = CaseApi(self.folder / "central", db)
        self.tablet_database = self.folder / "tablet" / "journal.sqlite"
        self.tablet_config = self.folder / "tablet" / "config.toml"
        self.is_online = True
        self.grid: DemoGrid
        self.proxy: CuttableProxy
        self.scanner: EmulatedScanEngine
        self.badges: EmulatedBadgeReader
        self.receiver: EmulatedReceiver
        self.camera: EmulatedCamera
        self._next_places: Iterator[DemoPlace]
        self._next_place: DemoPlace

    def __enter__(self) -> Self:
        """Set everything up; a part that fails takes the others down with it."""
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take everything down, the last part first, whatever one of them says."""
        self._parts.close()

    def perform(self, action: str) -> DemoState:
        """Do one thing of the strip; return how the demo stands then."""
        plate = ""
        match action:
            case "aim":
                plate = self._plate_to_aim_at()
            case "scan":
                self.show_tag(self.take_place())
            case "new_plate":
                self.scanner.scan(plate_code(os.urandom(PLATE_TOKEN_BYTES)))
            case "badge":
                self.badges.tap(self.grid.people[0].badge)
            case "smudge":
                self.scanner.scan(smudged(self._plate_to_smudge()))
            case "camera":
                self.camera.take()
            case "network":
                self.cut_network() if self.is_online else self.restore_network()
        return DemoState(self.is_online, self.api.desk_url, self.grid.people[0].pin, self._next_place.name, plate)

    def take_place(self) -> DemoPlace:
        """Return the place whose turn it is; after the last comes the first."""
        place, self._next_place = self._next_place, next(self._next_places)
        return place

    def show_tag(self, place: DemoPlace) -> None:
        """Walk to a place and scan its plate, or tap its card, whichever hangs there."""
        self.receiver.move(place.lat, place.lon)
        self.receiver.cycle()
        if place.medium == "em":
            self.badges.tap(place.value)
        else:
            self.scanner.scan(place.value)

    def cut_network(self) -> None:
        """Cut every connection between tablet and case API, and refuse new ones."""
        self.proxy.cut()
        self.is_online = False

    def cut_network_in_answer(self, bytes_left: int) -> None:
        """Cut the network by itself as soon as so many more bytes have come from the case API."""
        self.proxy.cut_after(down=bytes_left)
        self.is_online = False

    def restore_network(self) -> None:
        """Let the tablet reach the case API again."""
        self.proxy.restore()
        self.is_online = True

    def _open(self) -> None:
        self._narrate(_("Setting up the case API with the synthetic district …"))
        self.api.prepare()
        self._parts.callback(self.api.stop)
        self.api.start()
        self.grid = busiest_grid(self.api.pack)
        self._next_places = itertools.cycle(self.grid.places)
        self._next_place = next(self._next_places)
        self.proxy = CuttableProxy(self.api.port)
        self._parts.callback(self.proxy.stop)
        devices = self.folder / "devices"
        devices.mkdir()
        self.scanner = EmulatedScanEngine(devices / "scanner")
        self._parts.callback(self.scanner.close)
        self.badges = EmulatedBadgeReader(devices / "badge")
        self._parts.callback(self.badges.close)
        self.receiver = EmulatedReceiver(devices / "receiver")
        self._parts.callback(self.receiver.close)
        self.camera = EmulatedCamera(self.folder / "camera")
        write_tablet_config(
            self.tablet_config,
            self.tablet_database,
            [
                (self.scanner.path, "line", "scan"),
                (self.badges.path, "em4100", "badge"),
                (self.receiver.path, "nmea", "gnss"),
            ],
            self.camera.folder,
            [sys.executable, "-P", "-m", "fieldapp.demo.code_camera", "{width}", "{height}", "{fps}"],
        )
        self._narrate(_("Enrolling the tablet …"))
        self._enrol()

    def _enrol(self) -> None:
        from fieldapp.bootstrap import open_tablet

        # The tablet must only know the way that can be cut.
        offer = replace(parse_offer(offer_for(self.api, self.grid.id)), origin=self.proxy.origin).text
        with open_tablet(self.tablet_database) as tablet:
            pending = tablet.enroller.begin(offer)
            self.api.run("enrol", "--confirm", pending.digits)
            if tablet.enroller.poll().status != "confirmed":
                raise DemoFailed(_("The desk confirmed the tablet, yet it is not enrolled"))
            status = tablet.sync_once()
        if status.fault is not None:
            raise DemoFailed(_("The first download failed: {words}").format(words=status.fault.detail))

    def _plate_to_aim_at(self) -> str:
        """Return the code of the next place that has a plate; places with cards on the way there are passed by."""
        while (place := self.take_place()).medium != "qr":
            continue
        return place.value

    def _plate_to_smudge(self) -> str:
        return next(place.value for place in self.grid.places if place.medium == "qr")


def smudged(plate: str) -> str:
    """Return a plate code with one character read wrongly, as from a dirty plate: its check digits do not fit."""
    wrong = "7" if plate[5] != "7" else "8"
    return plate[:5] + wrong + plate[6:]
