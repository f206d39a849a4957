"""Every emulated reader is recognised as what it is among all models, or not at all."""

from pathlib import Path

import pytest

from devices.detection import can_be_recognised, is_heard
from devices.detector import Detector
from devices.emulator import EMULATORS, EmulatedReceiver
from devices.emulator.em4100 import EmulatedBadgeReader
from devices.models import MODELS

ANSWERING = [name for name in EMULATORS if can_be_recognised(MODELS[name]) and not is_heard(MODELS[name])]
NEVER = [name for name in EMULATORS if not can_be_recognised(MODELS[name])]


def searched(path: str) -> str:
    found = Detector(path, MODELS.values()).search(lambda: False)
    return "" if found is None else found.name


@pytest.mark.parametrize("name", ANSWERING)
def test_a_reader_that_answers_is_recognised_among_all(name: str, tmp_path: Path) -> None:
    with EMULATORS[name](tmp_path / "port") as reader:
        assert searched(reader.path) == name


@pytest.mark.parametrize("name", NEVER)
def test_a_reader_without_a_check_is_recognised_as_nothing(name: str, tmp_path: Path) -> None:
    with EMULATORS[name](tmp_path / "port") as reader:
        assert searched(reader.path) == ""


def test_a_held_badge_is_recognised_by_listening(tmp_path: Path) -> None:
    with EmulatedBadgeReader(tmp_path / "port") as reader:
        reader.present("62E3086CED")
        assert searched(reader.path) == "em4100"


def test_a_receiver_is_recognised_by_listening(tmp_path: Path) -> None:
    with EmulatedReceiver(tmp_path / "port", every_s=0.1) as receiver:
        assert searched(receiver.path) == "nmea"
