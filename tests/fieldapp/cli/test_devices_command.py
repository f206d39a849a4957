"""`fieldapp devices`: bytes in, JSON lines out; what a port says, live; and nothing where there is no port."""

import json
import signal
from pathlib import Path

import pytest

from devices.capture import chunk_line
from devices.emulator import EmulatedBadgeReader, EmulatedScanEngine
from devices.ports import FoundPort
from fieldapp.cli import main
from tests.devices.nmea_sentences import gga, gsa, gst, rmc
from tests.fieldapp.cli.command_line import Home

CARDS = {
    "0236324533303836434544303803": "62E3086CED",
    "0230313030363345394145323503": "010063E9AE",
    "0230313030303733344530443203": "01000734E0",
}
"""Frames of real EM4100 cards, with what they say."""

BAD_CARDS = {"0230323030344442303035464303": "wrong_check", "02303630303735383234453b4403": "not_hex"}
"""Frames of clones that always send a wrong check."""


def em(value: str) -> dict[str, str]:
    return {"event": "reading", "medium": "em", "value": value}


def fault(reason: str) -> dict[str, str]:
    return {"event": "fault", "reason": reason}


@pytest.mark.parametrize("is_file", [True, False], ids=["file", "standard input"])
def test_decode_prints_one_object_for_each_frame(home: Home, tmp_path: Path, is_file: bool) -> None:
    data = b"".join(bytes.fromhex(frame) for frame in [*CARDS, *BAD_CARDS])
    recording = tmp_path / "recording"
    recording.write_bytes(data)
    file = [str(recording)] if is_file else []
    ended = home.call("devices", "decode", "--model", "em4100", *file, stdin=b"" if is_file else data)
    assert (ended.status, ended.err) == (0, "")
    assert ended.rows == [*map(em, CARDS.values()), *map(fault, BAD_CARDS.values())]


def test_decode_reads_lines_of_a_scan_engine_in_both_encodings(home: Home) -> None:
    data = b"]Q1XG1ABC\r\n\x02a\x03" + "平房区".encode() + b"\r" + "平房区".encode("gb18030") + b"\nend"
    ended = home.call("devices", "decode", "--model", "line", stdin=data)
    assert [row.get("value") for row in ended.rows] == ["XG1ABC", "a", "平房区", "平房区", "end"]
    assert {row["medium"] for row in ended.rows} == {"line"}


def test_decode_prints_each_position_of_a_receiver_with_the_date_it_named(home: Home) -> None:
    data = rmc() + b"\r\n" + gga(quality="2") + b"\r\n" + gsa() + gst() + gga(quality="0") + rmc()[:-1] + b"0"
    ended = home.call("devices", "decode", "--model", "nmea", stdin=data)
    place = {"lat": 45.6020575, "lon": 126.6423868}
    value = place | {"quality": 1, "time": "2026-01-13T01:55:03Z"}
    assert ended.rows == [
        {"event": "reading", "medium": "position", "value": value},
        {"event": "reading", "medium": "position", "value": value | {"quality": 2}},
        fault("wrong_check"),
    ]


@pytest.mark.parametrize(("pause_ms", "events"), [(100, [em("62E3086CED")]), (101, [fault("cut")])])
def test_a_timed_silence_of_more_than_100_ms_resets_the_framing(
    home: Home, pause_ms: int, events: list[dict[str, str]]
) -> None:
    frame = bytes.fromhex(next(iter(CARDS)))
    capture = "\n".join([chunk_line(0, frame[:5]), chunk_line(pause_ms, frame[5:])])
    ended = home.call("devices", "decode", "--model", "em4100", "--timed", stdin=capture.encode())
    assert ended.status == 0
    assert ended.rows == events


@pytest.mark.parametrize(("arguments", "count"), [([], 4), (["--taps"], 2)])
def test_taps_are_counted_once_however_long_a_card_is_held(home: Home, arguments: list[str], count: int) -> None:
    frame = bytes.fromhex(next(iter(CARDS)))
    capture = "\n".join(chunk_line(t_ms, frame) for t_ms in (0, 600, 1200, 2200))
    ended = home.call("devices", "decode", "--model", "em4100", "--timed", *arguments, stdin=capture.encode())
    assert ended.rows == [em("62E3086CED")] * count


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_unknown_model_is_wrong_usage_and_names_the_known_ones(home: Home, language: str) -> None:
    ended = home.call("devices", "decode", "--model", "em41\x1b[31m", language=language)
    assert (ended.status, ended.out) == (2, "")
    assert "em4100, line" in ended.err
    assert "\x1b" not in ended.err


@pytest.mark.parametrize(
    "capture", ['{"t_ms": 0, "hex": "0g"}', "no json", '{"t_ms": 5, "hex": ""}\n{"t_ms": 4, "hex": ""}']
)
def test_a_damaged_capture_is_named_by_its_line(home: Home, capture: str) -> None:
    ended = home.call("devices", "decode", "--model", "line", "--timed", stdin=capture.encode())
    assert ended.status == 1
    assert f"line {len(capture.splitlines())}" in ended.err


def test_what_was_read_before_the_damage_is_printed(home: Home) -> None:
    capture = chunk_line(0, b"whole\r\n") + "\nbroken"
    ended = home.call("devices", "decode", "--model", "line", "--timed", stdin=capture.encode())
    assert ended.status == 1
    assert [row["value"] for row in ended.rows] == ["whole"]


def test_a_recording_that_is_not_there_is_named(home: Home) -> None:
    ended = home.call("devices", "decode", "--model", "line", "/nowhere/recording")
    assert (ended.status, ended.out) == (1, "")
    assert "/nowhere/recording" in ended.err


def test_an_endless_frame_and_random_bytes_are_faults_and_no_more(home: Home) -> None:
    noise = bytes(range(256)) * 64 + b"\x02" * 3000 + bytes.fromhex(next(iter(CARDS)))
    ended = home.call("devices", "decode", "--model", "em4100", stdin=noise)
    assert ended.status == 0
    assert ended.rows[-1] == em("62E3086CED")


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_without_a_port_the_list_is_empty_and_says_so_beside(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fieldapp.cli.devices_live.list_ports", list)
    assert main(["devices", "list", *arguments]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()


def test_the_list_shows_the_stable_name_and_no_escape_of_a_hostile_device(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = FoundPort("by-id:usb-x", "/dev/ttyUSB0", "CP\x1b[2J210x", "10c4:ea60", "1", "1-1")
    monkeypatch.setattr("fieldapp.cli.devices_live.list_ports", lambda: [port])
    assert main(["devices", "list", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row == {
        "port": "/dev/ttyUSB0",
        "stable": "by-id:usb-x",
        "description": "CP\ufffd210x",
        "usb_id": "10c4:ea60",
        "serial_number": "1",
        "driver": "",
        "search": "search",
        "may_open": False,
        "holder": None,
        "reader": None,
        "known": None,
    }


def test_a_monitor_says_what_is_read_until_it_is_interrupted(home: Home, tmp_path: Path) -> None:
    with (
        EmulatedBadgeReader(tmp_path / "badge") as reader,
        home.running("devices", "monitor", str(reader.path), "--model", "em4100", "--json") as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        while "ready" not in process.stderr.readline():
            pass
        reader.tap("62E3086CED")
        assert json.loads(process.stdout.readline()) == em("62E3086CED")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stdout.read() == ""
        assert "Traceback" not in process.stderr.read()


def test_a_monitor_waits_for_a_reader_that_is_not_there(home: Home, tmp_path: Path) -> None:
    with home.running("devices", "monitor", str(tmp_path / "scanner"), "--model", "line") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "absent" not in process.stderr.readline():
            pass
        with EmulatedScanEngine(tmp_path / "scanner") as scanner:
            while "ready" not in process.stderr.readline():
                pass
            scanner.scan("XG1 PLATE")
            assert process.stdout.readline() == "line:XG1 PLATE\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
