"""What is remembered of places: by socket and adapter, over restarts, never more than a nuisance when it is lost."""

import json
from pathlib import Path

import pytest

from devices.detection import Recognised
from devices.memory import MAX_FILE_BYTES, MOST_PLACES, Memory, Place

SOCKET_1 = Place("1-1:1.0", "0403:6001", "A10K3XYZ")
SOCKET_2 = Place("1-2:1.0", "0403:6001", "A10K3XYZ")
NO_SERIAL = Place("1-1:1.0", "1a86:7523")
PN532 = Recognised("pn532", 115200)
EM4100 = Recognised("em4100", 9600)


def test_what_was_recognised_is_recalled_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "readers.json"
    Memory(file).remember(SOCKET_1, PN532)
    assert Memory(file).recall(SOCKET_1) == PN532
    assert [path.name for path in tmp_path.iterdir()] == ["readers.json"]


def test_a_place_is_its_socket_and_the_adapter_in_it() -> None:
    memory = Memory()
    memory.remember(NO_SERIAL, EM4100)
    assert memory.recall(NO_SERIAL) == EM4100
    assert memory.recall(Place("1-2:1.0", "1a86:7523")) is None
    assert memory.recall(Place("1-1:1.0", "10c4:ea60")) is None


def test_an_adapter_with_a_serial_number_is_known_in_any_socket() -> None:
    memory = Memory()
    memory.remember(SOCKET_1, PN532)
    assert memory.recall(SOCKET_2) == PN532


def test_another_adapter_of_the_same_kind_in_the_same_socket_is_not_the_one_before() -> None:
    memory = Memory()
    memory.remember(SOCKET_1, PN532)
    assert memory.recall(Place("1-1:1.0", "0403:6001", "B2")) is None


def test_the_newest_counts() -> None:
    memory = Memory()
    memory.remember(SOCKET_1, PN532)
    memory.remember(SOCKET_1, EM4100)
    assert memory.recall(SOCKET_1) == EM4100


def test_only_so_many_places_are_kept_and_the_oldest_go(tmp_path: Path) -> None:
    file = tmp_path / "readers.json"
    memory = Memory(file)
    places = [Place(f"1-{number}:1.0", "1a86:7523") for number in range(MOST_PLACES + 1)]
    for place in places:
        memory.remember(place, PN532)
    assert memory.recall(places[0]) is None
    assert memory.recall(places[1]) == PN532
    assert len(json.loads(file.read_bytes())) == MOST_PLACES
    assert file.stat().st_size < MAX_FILE_BYTES


@pytest.mark.parametrize("data", [b"", b"no json", b"[1]", b'[{"place": {"path": "x"}}]', b"[" * MAX_FILE_BYTES + b"["])
def test_a_spoilt_file_is_an_empty_memory_and_is_written_anew(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "readers.json"
    file.write_bytes(data)
    memory = Memory(file)
    assert memory.recall(SOCKET_1) is None
    memory.remember(SOCKET_1, PN532)
    assert Memory(file).recall(SOCKET_1) == PN532


def test_a_folder_that_takes_nothing_costs_only_the_memory(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "gone" / "readers.json")
    memory.remember(SOCKET_1, PN532)
    assert memory.recall(SOCKET_1) == PN532
