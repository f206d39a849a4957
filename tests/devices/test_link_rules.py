"""What the link makes of bytes, silence and trouble, on a scripted port and a scripted clock."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from devices.emulator.em4100 import em4100_frame
from devices.errors import BadFrames, DeviceError, LinkLost, PortAbsent, PortBusy, PortDenied, PortUnusable
from devices.faults import EQUAL_FRAMES, FRAMES_IN_WINDOW
from devices.link import SILENCE_S, Link
from devices.models import MODELS, LineSettings, Model
from devices.ports import Port
from devices.reading import Fault, LinkState, Reading

A, B = "62E3086CED", "010063E9AE"
SILENCE = b""
BAD = b"\x0262E3086CED09\x03"


@dataclass
class Script:
    """What a port says, one item for each read: bytes, silence, seconds to pass, or a loss; then it is at its end."""

    steps: list[bytes | float]
    lost_at_end: bool = False


@dataclass
class Stage:
    """Plays scripts to one link: the k-th opening gets the k-th script, or fails as told."""

    openings: list[Script | DeviceError]
    model: Model = MODELS["em4100"]
    now: float = 0.0
    log: list[object] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    closed_ports: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def open(self, _address: str, _line: LineSettings) -> Port:
        opening = self.openings.pop(0)
        if isinstance(opening, DeviceError):
            if not self.openings:
                self.done.set()
            raise opening
        return ScriptedPort(self, opening)

    def pause(self, closing: threading.Event, delay_s: float) -> bool:
        self.pauses.append(delay_s)
        self.now += delay_s
        return closing.wait() if not self.openings else closing.is_set()

    def play(self) -> "Stage":
        link = self.link()
        link.start()
        assert self.done.wait(timeout=60)
        self.link_at_end = link
        link.close()
        return self

    def link(self) -> Link:
        return Link(
            "port",
            self.model,
            on_reading=self.log.append,
            on_state=self.log.append,
            on_fault=self.log.append,
            clock=lambda: self.now,
            opener=self.open,
            pause=self.pause,
        )

    @property
    def values(self) -> list[str]:
        return [entry.value for entry in self.log if isinstance(entry, Reading)]

    @property
    def states(self) -> list[str]:
        return [str(entry) for entry in self.log if isinstance(entry, LinkState)]

    @property
    def reasons(self) -> list[str]:
        return [str(entry.reason) for entry in self.log if isinstance(entry, Fault)]


class ScriptedPort:
    """A port that says what its script says."""

    def __init__(self, stage: Stage, script: Script) -> None:
        self._stage = stage
        self._script = script
        self._woken: queue.Queue[None] = queue.Queue()

    def read(self, wait_s: float) -> bytes:
        while self._script.steps:
            step = self._script.steps.pop(0)
            if isinstance(step, bytes):
                self._stage.now += wait_s if step == SILENCE else 0.0
                return step
            self._stage.now += step
        if self._script.lost_at_end:
            if not self._stage.openings:
                self._stage.done.set()
            raise LinkLost("port: gone")
        self._stage.done.set()
        self._woken.get(timeout=60)
        return b""

    def write(self, data: bytes) -> None:
        raise AssertionError("readers that only talk are told nothing")

    def wake(self) -> None:
        self._woken.put(None)

    def close(self) -> None:
        self._stage.closed_ports += 1


def played(*steps: bytes | float, model: str = "em4100") -> Stage:
    return Stage([Script(list(steps))], model=MODELS[model]).play()


def tap(card: str) -> bytes:
    return em4100_frame(card)


def test_a_reading_says_what_where_and_when() -> None:
    stage = played(7.25, tap(A))
    assert stage.log[2:] == [Reading("em", A, tap(A), "em4100", "port", 7.25)]


def test_a_card_held_for_three_seconds_is_one_reading() -> None:
    assert played(*[step for _ in range(46) for step in (tap(A), 0.065)]).values == [A]


def test_a_card_that_left_for_a_second_is_read_again() -> None:
    assert played(tap(A), 1.0, tap(A)).values == [A, A]


def test_a_card_held_while_the_cable_flutters_is_one_reading() -> None:
    flutter = [
        Script([tap(A)], lost_at_end=True),
        Script([0.2, tap(A)], lost_at_end=True),
        Script([0.2, tap(A), tap(B)]),
    ]
    assert Stage(list(flutter)).play().values == [A, B]


def unsure(*steps: bytes | float) -> list[tuple[str, str]]:
    """Return values and qualities of what a badge reader without a check said."""
    stage = Stage([Script(list(steps))], model=replace(MODELS["em4100"], is_checked=False)).play()
    return [(entry.value, entry.quality) for entry in stage.log if isinstance(entry, Reading)]


def test_a_badge_read_without_a_check_is_told_at_once_and_once_more_when_it_was_read_again() -> None:
    assert unsure(tap(A), 0.1, tap(A), 0.1, tap(A)) == [(A, "unchecked"), (A, "repeated")]


def test_a_badge_read_without_a_check_is_told_once_while_nothing_repeats_it() -> None:
    assert unsure(tap(A), 0.1, tap(B)) == [(A, "unchecked"), (B, "unchecked")]


def test_a_badge_held_there_again_counts_as_read_again() -> None:
    assert unsure(tap(A), 3.0, tap(A)) == [(A, "unchecked"), (A, "unchecked"), (A, "repeated")]


def test_codes_of_a_scan_engine_carry_their_own_check() -> None:
    qualities = {entry.quality for entry in played(b"ABC\r", b"ABC\r", model="line").log if isinstance(entry, Reading)}
    assert qualities == {"checked"}


def test_a_frame_cut_by_silence_is_one_fault_and_the_next_is_read() -> None:
    stage = played(tap(A)[:7], SILENCE, SILENCE, SILENCE, tap(A))
    assert (stage.reasons, stage.values) == (["cut"], [A])


def test_a_frame_in_pieces_without_silence_is_read() -> None:
    assert played(*[bytes([byte]) for byte in tap(A)]).values == [A]


def test_a_line_without_terminator_is_read_after_silence() -> None:
    stage = played(b"XG1", b"PLATE", SILENCE, model="line")
    assert stage.values == ["XG1PLATE"]
    assert stage.now == SILENCE_S


def test_a_frame_cut_by_a_pulled_plug_is_forgotten() -> None:
    stage = Stage([Script([b"XG1HALF"], lost_at_end=True), Script([b"XG1WHOLE\r"])], model=MODELS["line"]).play()
    assert (stage.values, stage.reasons) == (["XG1WHOLE"], [])


def test_five_equal_bad_frames_are_said_once_and_then_the_reader_is_faulty() -> None:
    stage = played(BAD * EQUAL_FRAMES * 4)
    assert stage.reasons == ["wrong_check"] * (EQUAL_FRAMES - 1) + ["bad_frames"]
    assert stage.states == ["opening", "ready", "faulty"]
    assert isinstance(stage.link_at_end.trouble, BadFrames)
    assert stage.link_at_end.trouble.sample == BAD


def test_twenty_bad_frames_in_a_minute_are_a_faulty_reader() -> None:
    frames = [tap(f"{number:010X}")[:-2] + b"Z\x03" for number in range(FRAMES_IN_WINDOW)]
    assert played(*[step for frame in frames for step in (frame, 2.0)]).reasons[-1] == "bad_frames"


def test_a_good_frame_makes_a_faulty_reader_ready_before_it_is_read() -> None:
    stage = played(BAD * EQUAL_FRAMES, tap(A))
    assert stage.log[-2:] == [LinkState.READY, Reading("em", A, tap(A), "em4100", "port", 0.0)]
    assert stage.link_at_end.trouble is None


def test_a_reader_that_was_faulty_starts_afresh_when_plugged_again() -> None:
    stage = Stage([Script([BAD * EQUAL_FRAMES], lost_at_end=True), Script([BAD])]).play()
    assert stage.states == ["opening", "ready", "faulty", "lost", "ready"]
    assert stage.reasons[-1] == "wrong_check"


def test_each_refusal_to_open_has_its_state_and_is_said_once() -> None:
    refusals: list[Script | DeviceError] = [
        PortAbsent("gone"),
        PortAbsent("gone"),
        PortBusy("held"),
        PortBusy("held"),
        PortDenied("not yours"),
        PortUnusable("a file"),
        Script([]),
    ]
    assert Stage(refusals).play().states == ["opening", "absent", "busy", "denied", "ready"]


def test_the_trouble_says_why_a_port_cannot_be_opened() -> None:
    stage = Stage([PortBusy("held")]).play()
    assert isinstance(stage.link_at_end.trouble, PortBusy)


def test_an_absent_port_is_tried_eagerly_for_a_minute_and_then_every_two_seconds() -> None:
    stage = Stage([PortAbsent("gone") for _ in range(130)]).play()
    assert stage.pauses[:5] == [0.05, 0.1, 0.2, 0.4, 0.5]
    assert set(stage.pauses[5:-2]) == {0.5, 2.0}
    assert stage.pauses == sorted(stage.pauses)
    assert sum(pause for pause in stage.pauses if pause < 2) <= 60.5


def test_a_port_that_worked_is_opened_again_without_a_pause() -> None:
    assert Stage([Script([tap(A)], lost_at_end=True), Script([])]).play().pauses == []


def test_a_port_that_opens_and_fails_at_once_is_not_hammered() -> None:
    stage = Stage([Script([], lost_at_end=True) for _ in range(6)]).play()
    assert stage.pauses[:5] == [0.05, 0.1, 0.2, 0.4, 0.5]


def test_every_opened_port_is_closed() -> None:
    assert (
        Stage(
            [
                Script([tap(A)], lost_at_end=True),
                Script([]),
            ]
        )
        .play()
        .closed_ports
        == 2
    )


def test_closing_ends_a_pause_at_once() -> None:
    entered = threading.Event()

    def waiting(closing: threading.Event, _delay_s: float) -> bool:
        entered.set()
        return closing.wait(60)

    stage = Stage([PortAbsent("gone")])
    stage.pause = waiting  # type: ignore[method-assign, assignment]  # the stage is a fake made to be changed
    link = stage.link()
    link.start()
    assert entered.wait(60)
    link.close()
    assert stage.states == ["opening", "absent"]


def test_a_link_may_be_closed_before_it_starts_twice_and_by_its_own_callback() -> None:
    stage = Stage([Script([tap(A)])])
    stage.link().close()
    closing: list[Callable[[], None]] = []
    link = Link(
        "port",
        MODELS["em4100"],
        on_reading=lambda _reading: closing[0](),
        on_state=stage.log.append,
        on_fault=stage.log.append,
        opener=stage.open,
        pause=stage.pause,
    )
    closing.append(link.close)
    link.start()
    link.close()
    link.close()
    assert (stage.states, stage.closed_ports) == (["opening", "ready"], 1)
