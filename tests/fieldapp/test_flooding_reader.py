"""A reader on a real port that sends without end: keys are answered between its tags, and the next badge counts."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key

from devices.emulator import EmulatedBadgeReader
from devices.emulator.em4100 import em4100_frame
from fieldapp.app import FieldApp
from fieldapp.config import ReaderConfig
from fieldapp.messages import ReaderFault, TagRead
from fieldapp.posted_news import MOST_TAGS
from fieldapp.serial_readers import SerialReaders
from fieldapp.stage import Stage
from fieldapp.text import use_language
from tests.fieldapp.fakes import FOB_ENTRANCE_21, make_world
from tests.fieldapp.robot import Robot, robot_in

PATIENCE_TURNS = 5_000
"""Most turns of the app that something may take; a turn ends as soon as nothing is to be done."""

CHUNK_TAGS = 4096 // 14
"""Frames in what a link reads from a port at once: the most that a terminal hands over."""

KEYS = 10
"""Keys pressed while the reader floods."""


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[EmulatedBadgeReader]:
    with EmulatedBadgeReader(tmp_path / "badge") as reader:
        yield reader


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the app is told and what its stage does, in order: ``tag``, ``fault``, ``posted``, ``key``."""
    happened: list[str] = []

    def noting(owner: Any, name: str, what: str) -> None:
        original = getattr(owner, name)

        async def noted(self: Any, *arguments: Any) -> None:
            happened.append(what)
            await original(self, *arguments)

        monkeypatch.setattr(owner, name, noted)

    noting(Stage, "take_tag", "tag")
    noting(Stage, "take_key", "key")
    post = FieldApp.post_message

    def posting(app: FieldApp, message: Any) -> bool:
        if isinstance(message, TagRead | ReaderFault):
            happened.append("posted" if isinstance(message, TagRead) else "fault")
        return post(app, message)

    monkeypatch.setattr(FieldApp, "post_message", posting)
    return happened


@contextmanager
def flooding(reader: EmulatedBadgeReader, pieces: Iterator[bytes]) -> Iterator[None]:
    """Let a reader send pieces as fast as its line takes them; what nobody takes in time is lost on the way."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.is_set():
            reader.send(next(pieces))

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    try:
        yield
    finally:
        is_over.set()
        sender.join()


def different_cards() -> Iterator[bytes]:
    chance = random.Random(4100)
    while True:
        yield b"".join(em4100_frame(f"{chance.getrandbits(40):010X}") for _card in range(16))


def readers_at(reader: EmulatedBadgeReader) -> SerialReaders:
    return SerialReaders([ReaderConfig(port=reader.path, model="em4100", role="badge")])


async def until(robot: Robot, is_so: Any) -> None:
    for _turn in range(PATIENCE_TURNS):
        if is_so():
            return
        await robot.pilot.pause(0.001)
    raise AssertionError("it never came to that")


async def test_a_key_waits_for_no_more_than_the_tag_under_way(reader: EmulatedBadgeReader, order: list[str]) -> None:
    async with robot_in(make_world().signed_in(), devices=readers_at(reader)) as robot:
        with flooding(reader, different_cards()):
            await until(robot, lambda: order.count("tag") >= 3)
            for _number in range(KEYS):
                before = len(order)
                robot.app.post_message(Key("0", "0"))
                await until(robot, lambda: "key" in order[before:])  # noqa: B023 - awaited at once
                assert order[before : order.index("key", before)].count("tag") <= 2
        await until(robot, lambda: robot.panel in {"today", "unknown"})


async def test_what_waits_of_a_flood_is_bounded_and_the_next_badge_counts(
    reader: EmulatedBadgeReader, order: list[str]
) -> None:
    async with robot_in(make_world().signed_in(), devices=readers_at(reader)) as robot:
        with flooding(reader, different_cards()):
            await until(robot, lambda: order.count("tag") >= 5)
        # What the port still holds goes with the plug; what the program holds is dealt with.
        reader.unplug()
        at_its_end = order.count("tag")
        await until(robot, lambda: robot.app._kit.links["badge1"][1] in {"lost", "absent"})
        reader.plug()
        await until(robot, lambda: robot.app._kit.links["badge1"][1] == "ready")
        reader.tap(FOB_ENTRANCE_21)
        await until(robot, lambda: "check_in" in robot.kinds)
        assert order.count("tag") - at_its_end <= MOST_TAGS + CHUNK_TAGS + 2


async def test_noise_without_end_is_one_faulty_reader_and_no_tag(reader: EmulatedBadgeReader, order: list[str]) -> None:
    chance = random.Random(9)
    async with robot_in(make_world().signed_in(), devices=readers_at(reader)) as robot:
        with flooding(reader, iter(lambda: chance.randbytes(512), None)):
            await until(robot, lambda: any(state == "faulty" for _role, state in robot.app._kit.links.values()))
            faults = order.count("fault")
            robot.app.post_message(Key("2", "2"))
            await until(robot, lambda: robot.panel == "problem")
            assert order.count("fault") == faults
        assert order.count("posted") == 0
        assert robot.kinds == []
