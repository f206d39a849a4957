"""`fieldapp devices list`, `monitor` and `emulate`: a reader made of software, found and read by the same program."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from devices.emulator import EMULATORS, EmulatedPn532
from devices.models import MODELS
from devices.ports import open_port
from tests.fieldapp.cli.command_line import Home, fieldapp

CARD = "CB98A605"


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def say(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdin is not None
    for line in lines:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()


def configured(home: Home, *options: str) -> list[dict[str, Any]]:
    """Return the rows of configured readers; the machine may have ports of its own."""
    return [row for row in home.call("devices", "list", *options).rows if row["reader"] is not None]


def test_a_played_reader_is_found_and_read_by_the_monitor(home: Home) -> None:
    with home.running("devices", "emulate", "--model", "pn532") as player:
        port = first_line(player)
        with home.running("devices", "monitor", port, "--json") as watcher:
            assert watcher.stderr is not None
            while "ready pn532 115200" not in watcher.stderr.readline():
                pass
            say(player, f"tap {CARD}")
            assert json.loads(first_line(watcher)) == {"event": "reading", "medium": "a", "value": CARD}
            watcher.send_signal(signal.SIGINT)
            assert watcher.wait(30) == 0
        say(player, "quit")
        assert player.wait(30) == 0


@pytest.mark.parametrize("model", sorted(EMULATORS))
def test_every_emulated_reader_says_its_port_first_and_ends_when_told(home: Home, model: str) -> None:
    with home.running("devices", "emulate", "--model", model) as player:
        assert Path(first_line(player)).exists()
        say(player, "juggle", "quit")
        assert player.wait(30) == 0
        assert player.stderr is not None
        assert "'juggle'" in player.stderr.read()


def test_every_model_that_is_read_can_be_played() -> None:
    assert set(MODELS) <= set(EMULATORS)


def test_values_are_tapped_by_themselves_also_without_any_input(home: Home) -> None:
    command = fieldapp("devices", "emulate", "--model", "em4100", "--every", "0.05", "62E3086CED", "010063E9AE")
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=home.environment()
    ) as player:
        port = first_line(player)
        with home.running("devices", "monitor", port, "--model", "em4100") as watcher:
            assert {first_line(watcher), first_line(watcher)} == {"em:62E3086CED", "em:010063E9AE"}
        player.send_signal(signal.SIGTERM)
        assert player.wait(30) == 0


def test_a_value_that_the_reader_cannot_read_is_said(home: Home) -> None:
    with home.running("devices", "emulate", "--model", "pn532", "--every", "0.01", "nonsense") as player:
        assert player.stderr is not None
        assert "nonsense" in player.stderr.readline()


def test_the_plug_is_pulled_and_put_back_and_the_link_follows(home: Home, tmp_path: Path) -> None:
    link = tmp_path / "reader"
    with home.running("devices", "emulate", "--model", "line", "--link", str(link)) as player:
        assert first_line(player) == str(link)
        with home.running("devices", "monitor", str(link), "--model", "line") as watcher:
            assert watcher.stderr is not None
            say(player, "unplug")
            while "absent" not in watcher.stderr.readline():
                pass
            say(player, "plug")
            while "ready" not in watcher.stderr.readline():
                pass
            say(player, "scan 平房区 1")
            assert first_line(watcher) == "line:平房区 1"
        say(player, "quit")
        assert player.wait(30) == 0
    assert not link.exists()


def test_a_receivers_position_is_watched(home: Home) -> None:
    with home.running("devices", "emulate", "--model", "nmea") as player:
        port = first_line(player)
        say(player, "move 45.6 126.6")
        with home.running("devices", "monitor", port, "--json") as watcher:
            value = json.loads(first_line(watcher))["value"]
    assert set(value) == {"lat", "lon", "quality", "time"}
    assert round(value["lat"], 2) == 45.6


def test_a_model_that_cannot_be_played_is_wrong_usage(home: Home) -> None:
    ended = home.call("devices", "emulate", "--model", "abacus")
    assert (ended.status, ended.out) == (2, "")
    assert "pn532" in ended.err


def test_the_list_names_configured_readers_and_asks_their_ports_when_told(home: Home, tmp_path: Path) -> None:
    with EmulatedPn532(tmp_path / "nfc") as reader:
        home.configure("".join(f'[[reader]]\nport = "{port}"\nmodel = "auto"\n' for port in (reader.path, "auto")))
        named, searched = configured(home, "--json")
        assert named["reader"] == {"model": "auto", "role": ""}
        assert "found" not in named
        assert (searched["port"], searched["reader"]["model"]) == ("auto", "auto")
        named, _searched = configured(home, "--json", "--probe")
        assert named["found"] == {"model": "pn532", "baud": 115200}
        words = home.call("devices", "list", "--probe", language="zh_CN").out
        assert "pn532" in words


def test_the_list_says_who_holds_a_port_and_does_not_ask_there(home: Home, tmp_path: Path) -> None:
    with EmulatedPn532(tmp_path / "nfc") as reader:
        home.configure(f'[[reader]]\nport = "{reader.path}"\nmodel = "pn532"\n')
        held = open_port(reader.path, MODELS["pn532"].line)
        (row,) = configured(home, "--json", "--probe")
        assert row["holder"]["process"] == os.getpid()
        assert (row["found"], row["trouble"]) == (None, "PortBusy")
        assert f"process {os.getpid()}" in home.call("devices", "list").out
        held.close()
