"""A link with a reader that must be asked: states, readings, back-off; first in virtual time, then on a pty."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from devices.backoff import BackOff
from devices.dialogue import Dialogue, Expect, Send
from devices.errors import DeviceError, NotAnswering, PortAbsent
from devices.link import STEADY_S, Link
from devices.models import LineSettings, Model
from devices.ports import Port
from devices.reading import Fault, LinkState, Reading
from devices.recording import Recording
from tests.devices.talking import ANSWER_WITHIN_S, ASK, ASKED, HELLO, REST_S, TalkingReader, Wire, answering
from tests.devices.test_link_plugging import Heard

PATIENCE_S = 30.0


@dataclass
class Played:
    """What a link reported over wires that came one after the other, and how it ended."""

    wires: list[Wire]
    model: Model = ASKED
    recording: Recording | None = None
    log: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._coming = list(self.wires)
        self._now = self.wires[0]
        self.link = Link(
            "wire",
            self.model,
            on_reading=self.log.append,
            on_state=self.log.append,
            on_fault=self.log.append,
            on_fix=lambda fix, now: self.log.append((fix.lat, now)),
            clock=lambda: self._now.now,
            opener=self._open,
            pause=lambda closing, _delay_s: closing.is_set() or (not self._coming and closing.wait()),
        )
        self.link.recording = self.recording
        self.link.start()
        assert self.wires[-1].done.wait(PATIENCE_S)
        self.state_at_end, self.trouble_at_end = self.link.state, self.link.trouble
        self.link.close()

    def _open(self, _address: str, _line: LineSettings) -> Port:
        if not self._coming:
            raise PortAbsent("no more wires")
        before, self._now = self._now, self._coming.pop(0)
        self._now.now = max(self._now.now, before.now)
        return self._now

    @property
    def states(self) -> list[str]:
        return [str(entry) for entry in self.log if isinstance(entry, LinkState)]

    @property
    def values(self) -> list[str]:
        return [entry.value for entry in self.log if isinstance(entry, Reading)]


def test_a_reader_that_answers_is_ready_and_what_it_reads_arrives_once() -> None:
    played = Played([Wire(answering(b"CARD\r", b"CARD\r", b"=none\r", b"OTHER\r"))])
    assert played.states == ["opening", "ready"]
    assert played.values == ["CARD", "OTHER"]
    assert played.log[1] is LinkState.READY


def test_a_dialogue_goes_on_for_as_long_as_the_reader_answers() -> None:
    [wire] = Played([Wire(answering(), until_s=26.1)]).wires
    assert [said for _, said in wire.written] == [HELLO, *[ASK] * 100]
    assert wire.is_closed


def test_a_reader_that_says_nothing_is_silent_and_asked_again_ever_more_patiently() -> None:
    played = Played([Wire(until_s=100.0)])
    assert played.states == ["opening", "silent"]
    assert isinstance(played.trouble_at_end, NotAnswering)
    asked = [round(at, 6) for at, _ in played.wires[0].written]
    pauses = [round(after - before - ANSWER_WITHIN_S, 6) for before, after in pairwise(asked)]
    assert pauses[:5] == [0.05, 0.1, 0.2, 0.4, 0.5]
    assert set(pauses[5:]) == {0.5, 2.0}
    assert pauses == sorted(pauses)


def test_a_silent_reader_is_ready_when_it_answers_at_last() -> None:
    def late(written: bytes) -> list[tuple[float, bytes]]:
        return [(0.01, b"=here\r")] if wire.now > 10.0 else []

    wire = Wire(late, until_s=30.0)
    played = Played([wire])
    assert played.states == ["opening", "silent", "ready"]
    assert played.trouble_at_end is None


def test_a_reader_that_stops_answering_is_silent() -> None:
    def dying(written: bytes) -> list[tuple[float, bytes]]:
        return [(0.01, b"=here\r")] if wire.now < STEADY_S * 2 else []

    wire = Wire(dying, until_s=30.0)
    assert Played([wire]).states == ["opening", "ready", "silent"]


def test_a_reader_that_never_gets_beyond_its_greeting_is_not_hammered() -> None:
    played = Played([Wire(lambda written: [(0.0, b"=hello\r")] if written == HELLO else [], until_s=50.0)])
    assert len(played.wires[0].written) < 2 * 60


def test_a_dialogue_that_gives_up_at_once_is_not_hammered_either() -> None:
    def giving_up() -> Dialogue:
        yield Send(HELLO)
        yield Expect(0.0)

    model = Model(name="hasty", medium="line", role="badge", codec=ASKED.codec, dialogue=giving_up)
    [wire] = Played([Wire(lambda _written: [(0.0, b"=hello\r")], until_s=50.0)], model).wires
    assert len(wire.written) < 130
    assert wire.reads < 1500


def test_what_arrives_unasked_while_the_link_waits_is_read() -> None:
    played = Played([Wire(coming=[(20.0, b"SELF\r")], until_s=30.0)])
    assert played.values == ["SELF"]
    assert played.states[:3] == ["opening", "silent", "ready"]


def test_damage_alone_is_no_answer_and_piles_up_to_a_faulty_reader() -> None:
    played = Played([Wire(lambda _written: [(0.01, b"\x07\r")], until_s=30.0)])
    assert played.states[0] == "opening"
    assert "ready" not in played.states
    assert played.states[-1] == "faulty"
    assert [str(entry.reason) for entry in played.log if isinstance(entry, Fault)][-1] == "bad_frames"


def test_a_pulled_plug_is_lost_and_the_dialogue_begins_anew_on_the_next_port() -> None:
    played = Played([Wire(answering(b"ONE\r"), lost_at_s=5.0), Wire(answering(b"TWO\r"))])
    assert played.states == ["opening", "ready", "lost", "opening", "ready"]
    assert played.values == ["ONE", "TWO"]
    assert played.wires[1].written[0] == (5.0, HELLO)
    assert all(wire.is_closed for wire in played.wires)


def test_a_position_is_told_with_the_time_it_came() -> None:
    played = Played([Wire(answering(b"@\r"))])
    [(lat, at)] = [entry for entry in played.log if isinstance(entry, tuple)]
    assert lat == 45.6
    assert at == pytest.approx(REST_S + 0.02)


def test_without_somebody_for_positions_they_are_let_go() -> None:
    wire = Wire(answering(b"@\r", b"CARD\r"))
    log: list[object] = []
    link = Link(
        "wire",
        ASKED,
        on_reading=log.append,
        on_state=log.append,
        on_fault=log.append,
        clock=lambda: wire.now,
        opener=lambda _address, _line: wire,
    )
    link.start()
    assert wire.done.wait(PATIENCE_S)
    link.close()
    assert [entry.value for entry in log if isinstance(entry, Reading)] == ["CARD"]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[TalkingReader]:
    with TalkingReader(tmp_path / "asked") as talking:
        yield talking


@pytest.fixture
def heard(reader: TalkingReader) -> Iterator[Heard]:
    hearing = Heard(reader.path, ASKED)
    yield hearing
    hearing.link.close()


def test_on_a_port_a_reader_is_asked_read_lost_and_asked_again(reader: TalkingReader, heard: Heard) -> None:
    heard.link.start()
    assert heard.until(LinkState.READY) == [LinkState.OPENING, LinkState.READY]
    reader.cards.put(b"CARD")
    assert heard.value() == "CARD"
    reader.unplug()
    assert heard.next() is LinkState.LOST
    reader.plug()
    assert heard.until(LinkState.READY)[-2:] == [LinkState.OPENING, LinkState.READY]
    reader.cards.put(b"OTHER")
    assert heard.value() == "OTHER"


def test_on_a_port_a_mute_reader_is_silent_until_it_answers(reader: TalkingReader, heard: Heard) -> None:
    reader.is_mute = True
    heard.link.start()
    assert heard.until(LinkState.SILENT) == [LinkState.OPENING, LinkState.SILENT]
    reader.is_mute = False
    assert heard.next() is LinkState.READY


def test_closing_ends_a_long_wait_of_a_dialogue_and_leaves_no_thread(tmp_path: Path) -> None:
    def patient() -> Dialogue:
        waiting.set()
        yield Expect(3600.0)

    waiting = threading.Event()
    with TalkingReader(tmp_path / "asked") as talking:
        before = threading.active_count()
        model = Model(name="patient", medium="line", role="badge", codec=ASKED.codec, dialogue=patient)
        hearing = Heard(talking.path, model)
        hearing.link.start()
        assert waiting.wait(PATIENCE_S)
        hearing.link.close()
        assert threading.active_count() == before


def test_a_reader_that_takes_nothing_does_not_hold_the_link_up(tmp_path: Path) -> None:
    def pouring() -> Dialogue:
        while True:
            pouring_now.set()
            yield Send(b"x" * 65536)

    pouring_now = threading.Event()
    with TalkingReader(tmp_path / "asked", answers=False) as deaf:
        model = Model(name="pouring", medium="line", role="badge", codec=ASKED.codec, dialogue=pouring)
        hearing = Heard(deaf.path, model)
        hearing.link.start()
        assert pouring_now.wait(PATIENCE_S)
        hearing.link.close()


def test_trouble_of_a_port_is_told_before_any_dialogue() -> None:
    refused: list[DeviceError] = [PortAbsent("not yet"), PortAbsent("not yet")]
    wire = Wire(answering())

    def opener(_address: str, _line: LineSettings) -> Port:
        if refused:
            raise refused.pop()
        return wire

    states: list[LinkState] = []
    link = Link(
        "wire",
        ASKED,
        on_reading=states.append,  # type: ignore[arg-type]  # nothing is read here
        on_state=states.append,
        on_fault=states.append,  # type: ignore[arg-type]
        clock=lambda: wire.now,
        opener=opener,
        back_off=BackOff(first_s=0.0),
    )
    link.start()
    assert wire.done.wait(PATIENCE_S)
    link.close()
    assert states == [LinkState.OPENING, LinkState.ABSENT, LinkState.OPENING, LinkState.READY]
