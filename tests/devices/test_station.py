"""All readers of a tablet on ptys: found by themselves, moved, doubted, chosen by hand, recorded, and put away."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from devices import models, recording, slot
from devices.detection import Recognised
from devices.dialogue import Expect, Probe, Send
from devices.emulator import EmulatedBadgeReader, EmulatedReader, EmulatedScanEngine
from devices.memory import Memory, Place
from devices.models import MODELS, Model
from devices.ports import FoundPort
from devices.position import Fix
from devices.reading import Fault, LinkState, Reading
from devices.slot import Wanted
from devices.station import Station
from tests.devices.talking import ASKED, HELLO, TalkingReader

PATIENCE_S = 30.0
FTDI, CH340 = "0403:6001", "1a86:7523"


def asked_probe() -> Probe:
    yield Send(HELLO)
    return getattr((yield Expect(0.3)), "name", "") == "hello"


ASKED_MODEL: Model = replace(ASKED, probe=asked_probe, bauds=(115200,))


class Heard:
    """What a station reports, taken one after another."""

    def __init__(self) -> None:
        self.reports: queue.Queue[tuple[str, object]] = queue.Queue()

    def read(self, name: str, reading: Reading) -> None:
        self.reports.put((name, reading))

    def stands(self, name: str, role: str, state: LinkState) -> None:
        self.reports.put((name, (role, state)))

    def damaged(self, name: str, fault: Fault) -> None:
        self.reports.put((name, fault))

    def located(self, name: str, fix: Fix, at_s: float) -> None:
        self.reports.put((name, fix))

    def until(self, name: str, state: LinkState) -> str:
        """Wait for a state and return the role that was told with it."""
        while True:
            who, what = self.reports.get(timeout=PATIENCE_S)
            if who == name and isinstance(what, tuple) and what[1] is state:
                return str(what[0])

    def value(self, name: str) -> str:
        while True:
            who, what = self.reports.get(timeout=PATIENCE_S)
            if who == name and isinstance(what, Reading):
                return what.value


class Tablet:
    """A machine with sockets, into which emulated readers are plugged, and the station over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: list[FoundPort] = []
        self.heard = Heard()
        self.memory = Memory()
        self.chosen: dict[str, Recognised] = {}
        self.parts = ExitStack()

    def plug(
        self, reader: EmulatedReader, socket: str, usb_id: str = FTDI, *, serial: str = "", driver: str = ""
    ) -> None:
        reader.plug()
        path = str(Path(reader.path).resolve())
        known = driver or {FTDI: "ftdi_sio", CH340: "ch341-uart"}[usb_id]
        self.ports.append(FoundPort(path, path, "", usb_id, "", socket, known))

    def unplug(self, reader: EmulatedReader) -> None:
        path = str(Path(reader.path).resolve())
        self.ports[:] = [port for port in self.ports if port.path != path]
        reader.unplug()

    def badge(self) -> EmulatedBadgeReader:
        return self.parts.enter_context(EmulatedBadgeReader(self.folder / f"r{len(list(self.folder.iterdir()))}"))

    def asked(self) -> TalkingReader:
        return self.parts.enter_context(TalkingReader(self.folder / f"r{len(list(self.folder.iterdir()))}"))

    def engine(self) -> EmulatedScanEngine:
        return self.parts.enter_context(EmulatedScanEngine(self.folder / f"r{len(list(self.folder.iterdir()))}"))

    def station(self, *wanted: Wanted, captures: Path | None = None) -> Station:
        station = Station(
            wanted,
            self.heard,
            memory=self.memory,
            chosen=self.chosen,
            captures=captures,
            ports=lambda: list(self.ports),
            look_every_s=0.05,
        )
        self.parts.callback(station.stop)
        return station

    def started(self, *wanted: Wanted, captures: Path | None = None) -> Station:
        station = self.station(*wanted, captures=captures)
        station.start()
        return station


@pytest.fixture
def tablet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tablet]:
    for module in (slot, models):
        monkeypatch.setattr(module, "MODELS", {**MODELS, "asked": ASKED_MODEL})
    folder = tmp_path / "dev"
    folder.mkdir()
    made = Tablet(folder)
    with made.parts:
        yield made


def eventually(is_so: Callable[[], object]) -> None:
    """Wait for what another thread brings about."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if is_so():
            return
        waiting.wait(0.02)
    raise AssertionError("it never came")


ANY = Wanted("any", "auto", "auto")
SCAN = Wanted("scan", "auto", "line", "scan")


def test_a_reader_that_is_plugged_in_is_found_asked_and_read(tablet: Tablet) -> None:
    reader = tablet.asked()
    tablet.started(ANY)
    assert tablet.heard.until("any", LinkState.ABSENT) == ""
    tablet.plug(reader, "1-1:1.0")
    assert tablet.heard.until("any", LinkState.READY) == "badge"
    reader.cards.put(b"CARD")
    assert tablet.heard.value("any") == "CARD"
    assert tablet.memory.recall(Place("1-1:1.0", FTDI)) == Recognised("asked", 115200)


def test_a_reader_that_is_plugged_into_another_socket_comes_back(tablet: Tablet) -> None:
    reader = tablet.asked()
    tablet.plug(reader, "1-1:1.0", CH340)
    tablet.started(ANY)
    tablet.heard.until("any", LinkState.READY)
    tablet.unplug(reader)
    tablet.heard.until("any", LinkState.LOST)
    tablet.plug(reader, "1-2:1.0", CH340)
    tablet.heard.until("any", LinkState.READY)
    reader.cards.put(b"CARD")
    assert tablet.heard.value("any") == "CARD"


def test_a_badge_reader_that_only_talks_is_found_by_a_held_card_and_taken_at_once_the_next_time(tablet: Tablet) -> None:
    reader = tablet.badge()
    tablet.plug(reader, "1-1:1.0")
    station = tablet.started(Wanted("badge", "auto", "auto", "badge"))
    reader.present("62E3086CED")
    assert tablet.heard.until("badge", LinkState.READY) == "badge"
    reader.remove()
    station.stop()
    tablet.started(Wanted("badge", "auto", "auto", "badge"))
    tablet.heard.until("badge", LinkState.READY)
    reader.tap("010063E9AE")
    assert tablet.heard.value("badge") == "010063E9AE"


def test_two_readers_find_their_own_ports_whichever_comes_first(tablet: Tablet) -> None:
    engine, reader = tablet.engine(), tablet.asked()
    tablet.plug(engine, "1-1:1.0")
    tablet.plug(reader, "1-2:1.0")
    tablet.started(SCAN, Wanted("badge", "auto", "asked", "badge"))
    tablet.heard.until("badge", LinkState.READY)
    eventually(lambda: engine.scan("XG1 PLATE") or not tablet.heard.reports.empty())
    assert tablet.heard.value("scan") == "XG1 PLATE"
    reader.cards.put(b"CARD")
    assert tablet.heard.value("badge") == "CARD"


def test_a_modem_is_not_opened_not_even_when_it_is_named(tablet: Tablet) -> None:
    modem = tablet.asked()
    tablet.plug(modem, "1-1:1.0", "2c7c:0125", driver="option1")
    station = tablet.started(ANY, Wanted("named", modem.path, "auto"))
    eventually(lambda: [view.state for view in station.views()] == [LinkState.ABSENT, LinkState.DENIED])
    assert not modem.was_opened


def test_a_named_port_of_no_known_kind_is_searched_since_its_owner_named_it(tablet: Tablet) -> None:
    reader = tablet.asked()
    tablet.started(Wanted("named", reader.path, "auto"))
    assert tablet.heard.until("named", LinkState.READY) == "badge"


def test_a_reader_of_a_model_nobody_knows_is_absent_and_the_others_go_on(tablet: Tablet) -> None:
    reader = tablet.badge()
    station = tablet.started(Wanted("odd", "/dev/null", "abacus"), Wanted("badge", reader.path, "em4100"))
    tablet.heard.until("badge", LinkState.READY)
    odd, badge = station.views()
    assert (odd.state, type(odd.trouble).__name__, odd.model) == (LinkState.ABSENT, "UnknownModel", "abacus")
    assert (badge.model, badge.role, badge.port) == ("em4100", "badge", reader.path)


def test_what_is_seen_of_a_reader_is_counted(tablet: Tablet) -> None:
    reader = tablet.badge()
    station = tablet.started(Wanted("badge", reader.path, "em4100"))
    tablet.heard.until("badge", LinkState.READY)
    reader.tap("62E3086CED")
    tablet.heard.value("badge")
    reader.garble()
    eventually(lambda: station.views()[0].seen.failures)
    view = station.views()[0]
    assert view.seen.frames >= 1
    assert view.seen.bytes_in >= 28
    assert view.read_age_s is not None


# By hand --------------------------------------------------------------------------------------------------------------


def test_a_card_tapped_in_a_trial_shows_who_understands_it_and_the_choice_stays(tablet: Tablet) -> None:
    reader = tablet.badge()
    wrong = Wanted("badge", reader.path, "line")
    station = tablet.started(wrong)
    tablet.heard.until("badge", LinkState.READY)
    assert station.begin_trial("badge")
    eventually(lambda: (view := station.trial("badge")) is not None and not view.is_asking)
    eventually(lambda: reader.tap("62E3086CED") or station.trial("badge").candidates)  # type: ignore[union-attr, func-returns-value]
    view = station.trial("badge")
    assert view is not None
    assert next((fit.model, fit.value) for fit in view.candidates) == ("em4100", "62E3086CED")
    assert view.raw.endswith(b"\x03")
    station.end_trial("badge", "em4100")
    assert station.trial("badge") is None
    tablet.heard.until("badge", LinkState.READY)
    reader.tap("010063E9AE")
    assert tablet.heard.value("badge") == "010063E9AE"
    assert tablet.chosen == {reader.path: Recognised("em4100", 9600)}
    station.stop()
    again = tablet.started(wrong)
    tablet.heard.until("badge", LinkState.READY)
    assert again.views()[0].model == "em4100"


def test_a_trial_without_a_choice_leaves_all_as_it_was(tablet: Tablet) -> None:
    reader = tablet.badge()
    station = tablet.started(Wanted("badge", reader.path, "em4100"))
    tablet.heard.until("badge", LinkState.READY)
    station.begin_trial("badge")
    station.end_trial("badge")
    tablet.heard.until("badge", LinkState.OPENING)
    tablet.heard.until("badge", LinkState.READY)
    reader.tap("62E3086CED")
    assert tablet.heard.value("badge") == "62E3086CED"
    assert tablet.chosen == {}


def test_a_trial_finds_a_reader_that_must_be_asked_without_a_card(tablet: Tablet) -> None:
    reader = tablet.asked()
    station = tablet.started(Wanted("badge", reader.path, "line"))
    tablet.heard.until("badge", LinkState.READY)
    station.begin_trial("badge")
    eventually(lambda: station.trial("badge").candidates)  # type: ignore[union-attr]
    station.end_trial("badge", "asked")
    reader.cards.put(b"CARD")
    assert tablet.heard.value("badge") == "CARD"


def test_where_there_is_no_port_nothing_can_be_tried(tablet: Tablet) -> None:
    station = tablet.started(ANY)
    tablet.heard.until("any", LinkState.ABSENT)
    assert not station.begin_trial("any")
    assert station.trial("any") is None


# Recording ------------------------------------------------------------------------------------------------------------


def test_a_recording_is_written_when_it_is_over_for_its_owner_alone(
    tablet: Tablet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "RECORD_S", 0.5)
    reader = tablet.badge()
    station = tablet.started(Wanted("badge", reader.path, "em4100"), captures=tmp_path / "captures")
    tablet.heard.until("badge", LinkState.READY)
    assert station.record("badge", with_values=False)
    assert not station.record("badge", with_values=True)
    reader.tap("62E3086CED")
    tablet.heard.value("badge")
    assert station.views()[0].recording_s > 0
    eventually(lambda: station.views()[0].capture)
    file = Path(station.views()[0].capture)
    assert file.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[0]["values"] == "masked"
    assert "62E3086CED".lower() not in file.read_text().lower()
    assert station.record("badge", with_values=True)


def test_stopping_leaves_no_thread_whatever_is_under_way(tablet: Tablet) -> None:
    before = threading.active_count()
    badge, silent = tablet.badge(), tablet.engine()
    tablet.plug(silent, "1-1:1.0")
    station = tablet.started(ANY, Wanted("badge", badge.path, "em4100"), Wanted("odd", "/dev/null", "auto"))
    tablet.heard.until("badge", LinkState.READY)
    station.begin_trial("badge")
    station.stop()
    assert threading.active_count() == before
