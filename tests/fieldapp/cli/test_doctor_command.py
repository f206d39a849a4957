"""`fieldapp doctor`: every finding a sentence in the user's language, and an exit status that says whether to look."""

import http.server
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

import pytest

from devices.detection import Allowance
from devices.emulator import EmulatedScanEngine
from devices.inventory import PortFacts
from devices.models import LINE
from devices.ports import FoundPort, open_port
from fieldapp.bootstrap import open_tablet
from fieldapp.cli import doctor_command
from sync.tablet.store.connections import connect_writer
from sync.tablet.store.settings import CLOCK_FACT
from tests.fieldapp.cli.command_line import Home

CHECKS = {"settings", "database", "enrolment", "records", "receipt", "server", "clock", "disk", "reader"}


class CaseApi(http.server.BaseHTTPRequestHandler):
    """Says that it is there, and when it is there."""

    off_s = 0

    def do_GET(self) -> None:
        assert self.path == "/livez"
        self.send_response_only(200)
        self.send_header("Date", formatdate(time.time() + self.off_s, usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "15")
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def checks(home: Home, *, language: str = "en") -> dict[str, tuple[bool, str]]:
    """Return what the doctor finds: check to whether it is fine and what it says."""
    return {row["check"]: (row["ok"], row["says"]) for row in home.call("doctor", "--json", language=language).rows}


def test_a_tablet_that_has_joined_needs_nobody(home: Home) -> None:
    with served(CaseApi) as origin:
        home.join(origin)
        ended = home.call("doctor", "--json")
    assert ended.status == 0
    assert {row["check"] for row in ended.rows} == CHECKS
    assert all(row["ok"] is True and row["says"] for row in ended.rows)


def test_a_server_that_cannot_be_reached_or_is_another_is_named_by_its_code(home: Home) -> None:
    home.join("http://127.0.0.1:9")
    assert "E-OFFLINE" in checks(home)["server"][1]

    class Portal(CaseApi):
        def do_GET(self) -> None:
            self.send_error(200, "please log in")

    with served(Portal) as origin:
        home.join(origin)
        ok, says = checks(home)["server"]
    assert (ok, "E-PORTAL" in says) == (False, True)


def test_the_servers_time_says_whether_the_clock_is_right(home: Home) -> None:
    class Tomorrow(CaseApi):
        off_s = 86_400

    for handler, is_right in ((CaseApi, True), (Tomorrow, False)):
        with served(handler) as origin:
            home.join(origin)
            assert checks(home)["clock"][0] is is_right


def test_a_fresh_tablet_needs_to_join(home: Home) -> None:
    ended = home.call("doctor")
    assert ended.status == 1
    assert [line for line in ended.out.splitlines() if line.startswith("LOOK")] == [
        "LOOK  This tablet has not joined yet. Scan the joining code of the desk. (E-ENROL)"
    ]


def test_it_speaks_chinese_to_the_last_word(home: Home) -> None:
    home.save("waits")
    for _check, (_ok, says) in checks(home, language="zh_CN").items():
        words = re.sub(r"/\S+|E-[A-Z]+|MB|Xunge", "", says)
        assert not re.search(r"[A-Za-z]{3,}", words), says


def test_beside_a_running_app_it_names_the_process_and_reads(home: Home) -> None:
    home.join("http://127.0.0.1:9")
    home.save("one", "two")
    with open_tablet(home.database):
        found = checks(home)
    assert found["app"] == (True, f"Xunge is running, process {os.getpid()}")
    assert found["records"][1].startswith("2 saved")
    assert found["database"][0]


def test_damaged_bytes_are_found(home: Home) -> None:
    (saved,) = home.save("one")
    connection = connect_writer(home.database)
    connection.execute("update records set record = x'7b7d' where id = ?", (saved,))
    connection.close()
    is_fine, says = checks(home)["database"]
    assert not is_fine
    assert "E-CORRUPT" in says


def test_a_database_that_does_not_open_is_a_finding_and_the_rest_is_looked_at(home: Home) -> None:
    home.database.parent.mkdir(parents=True)
    home.database.write_bytes(b"no database" * 500)
    found = checks(home)
    assert found["database"][0] is False
    assert "E-CORRUPT" in found["database"][1]
    assert found["reader"][0]


def test_wrong_settings_are_findings(home: Home) -> None:
    home.configure('langauge = "en"\n')
    is_fine, says = checks(home)["settings"]
    assert not is_fine
    assert "language" in says


@pytest.mark.parametrize(("off_ms", "is_fine"), [(0, True), (-3_600_000, False)])
def test_a_clock_that_is_off_needs_somebody(home: Home, off_ms: int, is_fine: bool) -> None:
    with open_tablet(home.database) as tablet:
        tablet.store.facts.put(CLOCK_FACT, f"another-boot 0 {off_ms}")
    assert checks(home)["clock"][0] is is_fine


def reader_settings(port: Path, model: str = "line") -> str:
    return f'[[reader]]\nport = "{port}"\nmodel = "{model}"\nrole = "scan"\n'


def test_readers_are_found_absent_busy_or_fine(home: Home, tmp_path: Path) -> None:
    port = tmp_path / "scanner"
    home.configure(reader_settings(port))
    assert "is not there" in checks(home)["reader"][1]
    with EmulatedScanEngine(port):
        assert checks(home)["reader"] == (True, f"Reader line: {port}")
        held = open_port(str(port), LINE.line)
        assert f"(process {os.getpid()})" in checks(home)["reader"][1]
        with open_tablet(home.database):
            assert checks(home)["reader"][0], "the running app holds its readers"
        held.close()


def test_a_file_that_is_no_port_and_a_model_nobody_knows_are_said(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    home.configure(reader_settings(tmp_path / "file"))
    assert "no serial port" in checks(home)["reader"][1]
    home.configure(reader_settings(tmp_path / "file", model="abacus"))
    assert "abacus" in checks(home)["reader"][1]


def test_programs_are_looked_for_and_not_run(home: Home) -> None:
    assert not checks(home).keys() & {"voice", "play", "keyboard", "letters"}
    touch = f'["touch", "{home.folder}/on"]'
    home.configure(
        f'voice_command = {touch}\nplay_command = ["no-such-program-here"]\n'
        f"keyboard_command = {touch}\nletters_command = {touch}"
    )
    found = checks(home)
    assert found["keyboard"] == (True, "The on-screen keyboard is called by touch")
    assert found["letters"] == (True, "Letters are made larger by touch")
    assert found["voice"] == (True, "Spoken notes are recorded by touch")
    assert found["play"] == (False, "no-such-program-here is missing: install it, or change the settings")
    assert not (home.folder / "on").exists()


def test_without_a_camera_nothing_is_said_of_one(home: Home) -> None:
    assert "camera" not in checks(home)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ('camera_command = ["no-such-program-here"]', "E-CAMTOOL"),
        ('camera_device = "/nowhere/video0"\ncamera_command = ["true"]', "E-CAMERA"),
    ],
)
def test_a_camera_that_cannot_be_used_is_named_with_its_code(home: Home, settings: str, code: str) -> None:
    home.configure(settings)
    is_fine, says = checks(home)["camera"]
    assert not is_fine
    assert code in says


def test_a_camera_that_is_there_is_named_and_not_turned_on(home: Home) -> None:
    home.configure(f'camera_command = ["touch", "{home.folder}/turned-on"]')
    assert checks(home)["camera"] == (True, "Camera for codes: touch")
    assert not (home.folder / "turned-on").exists()


def test_a_reader_that_is_looked_for_needs_a_port_that_may_be_searched(home: Home) -> None:
    home.configure('[[reader]]\nport = "auto"\nmodel = "auto"\n')
    is_fine, says = checks(home)["reader"]
    assert (is_fine, says) == (False, "There is no port on which a reader could be; plug it in")


def test_the_ports_on_which_a_reader_is_looked_for_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def facts(path: str, allowance: Allowance, *, may_open: bool = True) -> PortFacts:
        return PortFacts(FoundPort(path, path, "", "0403:6001", "", "1-1:1.0"), allowance, may_open, None)

    modem = facts("/dev/ttyUSB1", "never")
    monkeypatch.setattr("devices.inventory.survey", lambda: [facts("/dev/ttyUSB0", "search"), modem])
    found = doctor_command._of_searched_ports()
    assert (found.ok, "/dev/ttyUSB0" in found.says, "/dev/ttyUSB1" in found.says) == (True, True, False)
    monkeypatch.setattr("devices.inventory.survey", lambda: [facts("/dev/ttyUSB0", "search", may_open=False)])
    found = doctor_command._of_searched_ports()
    assert (found.ok, "dialout" in found.says) == (False, True)
