"""What is made of a dialogue's steps on a port: order, deadlines, what is kept for it, and that nothing is lost."""

from collections.abc import Generator
from typing import TypeVar

import pytest

from devices.codecs.base import CodecEvent, Read
from devices.dialogue import Expect, Rest, Send, Step
from devices.driving import KEPT_EVENTS, LISTEN_S, SILENCE_S, Driver
from devices.errors import LinkLost
from devices.reading import Fault
from tests.devices.talking import TalkCodec, Wire

T = TypeVar("T")
Steps = Generator[Step, CodecEvent | None, T]


class Talk:
    """A driver on a wire, and all that was heard."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.heard: list[CodecEvent] = []
        self.saw = b""
        self.driver = Driver(
            wire,
            TalkCodec(),
            clock=lambda: wire.now,
            is_over=wire.done.is_set,
            heard=self.heard.extend,
            saw=self._see,
        )

    def _see(self, data: bytes) -> None:
        self.saw += data

    @property
    def values(self) -> list[str]:
        return [event.value for event in self.heard if isinstance(event, Read)]


def value_of(event: CodecEvent | None) -> str | None:
    return event.value if isinstance(event, Read) else None


def test_steps_are_done_in_order_and_their_result_is_returned() -> None:
    def steps() -> Steps[tuple[str | None, str | None]]:
        yield Send(b"A")
        first = yield Expect(1.0)
        yield Rest(2.0)
        yield Send(b"B")
        return value_of(first), value_of((yield Expect(1.0)))

    wire = Wire(says=lambda written: [(0.1, written + b"!\r")])
    assert Talk(wire).driver.perform(steps()) == ("A!", "B!")
    assert wire.written == [(0.0, b"A"), (pytest.approx(2.1), b"B")]


def test_an_expectation_that_is_not_met_ends_with_none_when_its_time_is_over() -> None:
    def steps() -> Steps[CodecEvent | None]:
        return (yield Expect(0.75))

    wire = Wire()
    assert Talk(wire).driver.perform(steps()) is None
    assert wire.now == pytest.approx(0.75)


def test_what_comes_in_the_moment_an_expectation_ends_still_meets_it() -> None:
    def steps() -> Steps[str | None]:
        yield Send(b"A")
        return value_of((yield Expect(0.5)))

    assert Talk(Wire(says=lambda _written: [(0.5, b"late\r")])).driver.perform(steps()) == "late"


def test_what_arrives_during_a_rest_is_heard_at_once_and_kept_for_the_next_expectation() -> None:
    heard_while_resting: list[str] = []

    def steps() -> Steps[list[str | None]]:
        yield Send(b"A")
        yield Rest(1.0)
        heard_while_resting.extend(talk.values)
        return [value_of((yield Expect(0.1))), value_of((yield Expect(0.1))), value_of((yield Expect(0.1)))]

    talk = Talk(Wire(says=lambda _written: [(0.2, b"one\rtwo\r")]))
    assert talk.driver.perform(steps()) == ["one", "two", None]
    assert heard_while_resting == ["one", "two"]


def test_silence_ends_an_open_frame_for_a_dialogue_that_waits_longer() -> None:
    def steps() -> Steps[str | None]:
        yield Send(b"A")
        return value_of((yield Expect(1.0)))

    talk = Talk(Wire(says=lambda _written: [(0.2, b"no end")]))
    assert talk.driver.perform(steps()) == "no end"
    assert talk.wire.now == pytest.approx(0.2 + SILENCE_S)


def test_a_silent_line_is_waited_for_and_not_asked_over_and_over() -> None:
    wire = Wire(until_s=60.0)
    wire.wake()
    Talk(wire).driver.listen()
    assert wire.reads <= 60.0 / LISTEN_S + 1


def test_short_expectations_add_up_to_a_silence() -> None:
    def steps() -> Steps[None]:
        yield Send(b"A")
        for _ in range(10):
            yield Expect(0.03)

    talk = Talk(Wire(says=lambda _written: [(0.0, b"no end")]))
    talk.driver.perform(steps())
    assert talk.values == ["no end"]


def test_damage_is_handed_to_the_dialogue_too() -> None:
    def steps() -> Steps[CodecEvent | None]:
        yield Send(b"A")
        return (yield Expect(1.0))

    assert isinstance(Talk(Wire(says=lambda _written: [(0.0, b"a\x00b\r")])).driver.perform(steps()), Fault)


def test_a_flood_during_a_rest_is_heard_whole_and_kept_up_to_a_bound() -> None:
    def steps() -> Steps[int]:
        yield Send(b"A")
        yield Rest(1.0)
        kept = 0
        while (yield Expect(0.0)) is not None:
            kept += 1
        return kept

    flood = b"".join(b"%d\r" % number for number in range(1000))
    talk = Talk(Wire(says=lambda _written: [(0.1, flood)]))
    assert talk.driver.perform(steps()) == KEPT_EVENTS
    assert talk.values == [str(number) for number in range(1000)]
    assert talk.saw == flood


def test_a_dialogue_does_not_meet_what_came_before_it_began() -> None:
    def steps() -> Steps[CodecEvent | None]:
        return (yield Expect(0.1))

    wire = Wire(coming=[(0.05, b"early\r")])
    talk = Talk(wire)
    talk.driver.rest(0.2)
    assert talk.driver.perform(steps()) is None
    assert talk.values == ["early"]


def test_a_lost_port_closes_the_dialogue() -> None:
    closed: list[bool] = []

    def steps() -> Steps[None]:
        try:
            yield Rest(10.0)
        finally:
            closed.append(True)

    with pytest.raises(LinkLost):
        Talk(Wire(lost_at_s=1.0)).driver.perform(steps())
    assert closed == [True]


def test_what_is_over_ends_every_wait_and_returns_nothing() -> None:
    def steps() -> Steps[str]:
        yield Rest(0.0)
        wire.done.set()
        yield Expect(100.0)
        yield Rest(100.0)
        return "finished"

    wire = Wire()
    assert Talk(wire).driver.perform(steps()) is None
    assert wire.now == 0.0
