"""One suite over the dialogue, the probe and the emulated reader of every model that must be asked."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from devices.emulator import EMULATORS, AskedReader, EmulatedReader
from devices.link import Link
from devices.models import MODELS, Model
from devices.reading import Fault, LinkState, Reading
from tests.contracts.codec_frames import good_frames, reads
from tests.devices.stepping import Says, Stepped, nothing, said_by

ASKED = [model for model in MODELS.values() if model.dialogue is not None]
EVERY_ASKED = pytest.mark.parametrize("model", ASKED, ids=lambda model: model.name)
TAG_READERS = [model for model in ASKED if model.name in EMULATORS and model.role == "badge"]
EMULATED = pytest.mark.parametrize("model", TAG_READERS, ids=lambda model: model.name)

PATIENCE_S = 30.0
PATIENT_S = 10.0
"""Longest that a dialogue may take to find a reader silent."""
PROBE_S = 1.0
"""Longest that a probe may take at one speed: all of them together have six seconds."""


def cards(model: Model) -> list[str]:
    """Return two tags that the reader is known to read."""
    known = dict.fromkeys(frame.reads[0] for frame in good_frames(model) if len(frame.reads) == 1)
    return list(known)[:2]


def talked(model: Model, says: Says) -> Stepped:
    assert model.dialogue is not None
    return Stepped(model.dialogue(), model.codec(), says)


def probed(model: Model, says: Says) -> Stepped:
    assert model.probe is not None
    return Stepped(model.probe(), model.codec(), says).go()


def emulated(name: str) -> AskedReader:
    reader = EMULATORS[name]()
    assert isinstance(reader, AskedReader)
    return reader


@EVERY_ASKED
def test_a_reader_that_says_nothing_is_given_up_soon(model: Model) -> None:
    stepped = talked(model, nothing).go()
    assert stepped.has_ended
    assert 0 < stepped.waited_s <= PATIENT_S


@EVERY_ASKED
def test_a_reader_that_only_sends_damage_is_given_up(model: Model) -> None:
    damaged = bytearray(good_frames(model)[0].data)
    damaged[len(damaged) // 2] ^= 0x20
    assert talked(model, lambda _written: bytes(damaged)).go().has_ended


@EVERY_ASKED
def test_a_reader_that_is_not_there_is_not_recognised(model: Model) -> None:
    if model.probe is not None:
        probe = probed(model, nothing)
        assert probe.result is False
        assert probe.waited_s <= PROBE_S
        assert model.bauds


@EMULATED
def test_what_is_near_is_read_for_as_long_as_it_is_asked_for(model: Model) -> None:
    first, second = cards(model)
    with emulated(model.name) as reader:
        stepped = talked(model, said_by(reader))
        stepped.go(until=lambda: len(stepped.written) > 20)
        assert reads(stepped.heard) == []
        for card in (first, second):
            stepped.heard.clear()
            reader.present(card)
            stepped.go(until=lambda: len(reads(stepped.heard)) >= 3)
            assert set(reads(stepped.heard)) == {card}
        stepped.heard.clear()
        reader.remove()
        stepped.go(most=100)
        assert reads(stepped.heard) == []
        assert not stepped.has_ended


@EMULATED
def test_a_reader_that_falls_dumb_is_given_up(model: Model) -> None:
    with emulated(model.name) as reader:
        says = said_by(reader)
        is_dumb = False
        stepped = talked(model, lambda written: b"" if is_dumb else says(written)).go(most=100)
        assert not stepped.has_ended
        is_dumb, waited_s = True, stepped.waited_s
        assert stepped.go().has_ended
        assert stepped.waited_s - waited_s <= PATIENT_S


@EMULATED
def test_a_probe_recognises_its_own_reader_and_no_other(model: Model) -> None:
    for name, make in EMULATORS.items():
        with make() as reader:
            says = said_by(reader) if isinstance(reader, AskedReader) else nothing
            assert probed(model, says).result is (name == model.name), name


@EMULATED
def test_a_probe_leaves_no_trace_in_another_reader(model: Model) -> None:
    asked_for = probed(model, nothing).written
    for name in (other.name for other in ASKED if other.name in EMULATORS and other is not model):
        with emulated(name) as reader:
            says = said_by(reader)
            for question in asked_for:
                says(question)
            assert probed(MODELS[name], says).result is True, name


class Heard:
    """A link to an emulated reader, and all that it says."""

    def __init__(self, reader: EmulatedReader, model: Model) -> None:
        self._events: queue.SimpleQueue[Reading | LinkState | Fault] = queue.SimpleQueue()
        put = self._events.put
        self.link = Link(reader.path, model, on_reading=put, on_state=put, on_fault=put)

    def __enter__(self) -> Self:
        self.link.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def next(self, *kinds: type) -> Reading | LinkState | Fault:
        """Return the next of what is said that is of one of these kinds."""
        while True:
            event = self._events.get(timeout=PATIENCE_S)
            if isinstance(event, kinds):
                return event

    def until(self, wanted: LinkState) -> None:
        """Pass over all up to that state."""
        while self.next(LinkState) is not wanted:
            continue


def value_of(event: Reading | LinkState | Fault) -> str:
    assert isinstance(event, Reading)
    return event.value


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    before = threading.active_count()
    yield tmp_path / "reader"
    assert threading.active_count() == before, "no thread is left"


@EMULATED
def test_a_tapped_tag_arrives_once_through_the_link(model: Model, path: Path) -> None:
    first, second = cards(model)
    with EMULATORS[model.name](path) as reader, Heard(reader, model) as heard:
        heard.until(LinkState.READY)
        for card in (first, second, first):
            reader.tap(card)
        assert [value_of(heard.next(Reading, Fault)) for _ in range(2)] == [first, second]


@EMULATED
def test_a_damaged_frame_is_a_fault_and_the_next_tag_is_read(model: Model, path: Path) -> None:
    with EMULATORS[model.name](path) as reader, Heard(reader, model) as heard:
        heard.until(LinkState.READY)
        reader.garble()
        assert isinstance(heard.next(Reading, Fault), Fault)
        reader.tap(cards(model)[0])
        assert isinstance(heard.next(Reading), Reading)


@EMULATED
def test_a_plug_pulled_and_put_back_loses_no_later_tag(model: Model, path: Path) -> None:
    with EMULATORS[model.name](path) as reader, Heard(reader, model) as heard:
        for card in cards(model):
            heard.until(LinkState.READY)
            reader.unplug()
            heard.until(LinkState.LOST)
            reader.tap(card)
            reader.plug()
            assert value_of(heard.next(Reading)) == card
            reader.unplug()
            heard.until(LinkState.LOST)
            reader.plug()


@EMULATED
def test_a_tag_that_cannot_be_is_refused(model: Model) -> None:
    with EMULATORS[model.name]() as reader:
        for value in ("", "0", "not a tag", "00" * 63):
            with pytest.raises(ValueError, match=r"tag|card|hexadecimal|EPC"):
                reader.tap(value)
