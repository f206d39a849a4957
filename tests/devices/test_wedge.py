"""The keyboard wedge: scans are recognised by what they say, and no typed key is lost or overtaken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.wedge import HELD, LONG_ENOUGH, MAX_KEYS, Key, Replay, Scan, WedgeFilter

PLATE = "XG1SYNTHETICPLATE0042"
ENTER = Key("enter", "\r")
LEFT = Key("left")


def is_plate(text: str) -> bool:
    return text == PLATE


def keys_of(text: str) -> list[Key]:
    return [Key("space" if character == " " else character, character) for character in text]


class Keyboard:
    """Types into a filter as an app would: feeds keys, and lets the timer expire between them."""

    def __init__(self, *, late_timer: bool = False) -> None:
        self.filter = WedgeFilter(accepts=is_plate)
        self.now = 0.0
        self.late_timer = late_timer
        self.outcomes: list[Scan | Replay] = []

    def press(self, *keys: Key, gap_s: float = 0.005) -> "Keyboard":
        for key in keys:
            self.pause(gap_s)
            outcome = self.filter.feed(key.name, key.character, self.now)
            if isinstance(outcome, Scan | Replay):
                self.outcomes.append(outcome)
        return self

    def pause(self, pause_s: float) -> None:
        deadline_s = self.filter.deadline_s
        self.now += pause_s
        if deadline_s is not None and deadline_s <= self.now and not self.late_timer:
            self.expire_at(deadline_s)

    def expire_at(self, now: float) -> None:
        outcome = self.filter.expire(now)
        if outcome is not None:
            self.outcomes.append(outcome)

    def rest(self) -> list[Scan | Replay]:
        self.expire_at(self.now + 1)
        return self.outcomes

    def texts(self) -> list[str]:
        return [outcome.text for outcome in self.rest() if isinstance(outcome, Scan)]

    def typed(self) -> list[Key]:
        return [key for outcome in self.rest() if isinstance(outcome, Replay) for key in outcome.keys]


@pytest.mark.parametrize("gap_s", [0.00004, 0.008, 0.018, 0.049])
def test_a_plate_code_at_any_scanner_speed_is_a_scan(gap_s: float) -> None:
    keyboard = Keyboard().press(*keys_of(PLATE), ENTER, gap_s=gap_s)
    assert (keyboard.texts(), keyboard.typed()) == ([PLATE], [])


def test_a_plate_code_needs_no_enter() -> None:
    assert Keyboard().press(*keys_of(PLATE)).texts() == [PLATE]


def test_enter_decides_at_once_without_waiting_for_the_gap() -> None:
    keyboard = Keyboard().press(*keys_of(PLATE), ENTER)
    assert [type(outcome) for outcome in keyboard.outcomes] == [Scan]
    assert keyboard.filter.deadline_s is None


def test_an_aim_identifier_before_the_plate_is_taken_off() -> None:
    assert Keyboard().press(*keys_of("]Q1" + PLATE), ENTER).texts() == [PLATE]


def test_a_long_burst_with_enter_is_a_scan_of_something_unknown() -> None:
    assert Keyboard().press(*keys_of("A" * LONG_ENOUGH), ENTER).texts() == ["A" * LONG_ENOUGH]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([*keys_of("1234567"), ENTER], id="too short with Enter"),
        pytest.param(keys_of("12345678"), id="long without Enter"),
        pytest.param([ENTER], id="Enter alone"),
        pytest.param([LEFT, LEFT], id="arrows"),
        pytest.param([*keys_of(PLATE[:10]), LEFT, *keys_of(PLATE[10:])], id="an arrow inside a plate"),
        pytest.param([Key("ctrl+b", "\x02"), Key("escape", "\x1b")], id="control keys"),
        pytest.param(keys_of(PLATE[:-1] + "3"), id="a plate with a wrong check"),
    ],
)
def test_what_is_no_scan_is_typed_in_order(keys: list[Key]) -> None:
    keyboard = Keyboard().press(*keys)
    assert (keyboard.texts(), keyboard.typed()) == ([], keys)


def test_a_plate_typed_by_hand_is_typing() -> None:
    keyboard = Keyboard().press(*keys_of(PLATE), ENTER, gap_s=0.09)
    assert (keyboard.texts(), keyboard.typed()) == ([], [*keys_of(PLATE), ENTER])


def test_a_key_that_types_nothing_is_never_held_while_nothing_is() -> None:
    wedge = WedgeFilter(accepts=is_plate)
    assert wedge.feed("left", None, 0.0) == Replay((LEFT,))
    assert wedge.deadline_s is None


def test_a_letter_is_held_until_its_deadline() -> None:
    wedge = WedgeFilter(0.05, accepts=is_plate)
    assert wedge.feed("x", "x", 1.0) == HELD
    assert wedge.deadline_s == pytest.approx(1.05)
    assert wedge.expire(1.049) is None
    assert wedge.expire(1.051) == Replay((Key("x", "x"),))
    assert wedge.expire(1.2) is None


def test_a_pause_as_long_as_the_gap_ends_the_group() -> None:
    wedge = WedgeFilter(0.5, accepts=is_plate)
    wedge.feed("x", "x", 1.0)
    assert wedge.feed("y", "y", 1.5) == Replay((Key("x", "x"),))


def test_typing_just_before_a_scan_stays_typing_when_a_pause_lies_between() -> None:
    keyboard = Keyboard().press(*keys_of("ab"), gap_s=0.1)
    keyboard.pause(0.1)
    keyboard.press(*keys_of(PLATE), ENTER)
    assert (keyboard.typed(), keyboard.texts()) == (keys_of("ab"), [PLATE])


@pytest.mark.parametrize("late_timer", [False, True])
def test_two_scans_without_enter_are_two_even_when_the_timer_is_late(late_timer: bool) -> None:
    keyboard = Keyboard(late_timer=late_timer).press(*keys_of(PLATE))
    keyboard.pause(0.2)
    assert keyboard.press(*keys_of(PLATE)).texts() == [PLATE, PLATE]


def test_a_late_timer_does_not_let_a_key_pass_the_ones_before_it() -> None:
    keyboard = Keyboard(late_timer=True).press(*keys_of("abc"))
    keyboard.pause(0.2)
    keyboard.press(ENTER, LEFT)
    assert keyboard.typed() == [*keys_of("abc"), ENTER, LEFT]


def test_a_held_down_key_is_given_back_at_the_limit() -> None:
    keyboard = Keyboard().press(*keys_of("a" * MAX_KEYS), gap_s=0.033)
    assert keyboard.outcomes == [Replay(tuple(keys_of("a" * MAX_KEYS)))]


ANY_KEYS = st.sampled_from([*keys_of("ab平 "), ENTER, LEFT, Key("ctrl+b", "\x02"), Key("backspace", "\x7f")])
STRETCHES = st.one_of(st.lists(ANY_KEYS, max_size=12), st.just(keys_of(PLATE)), st.just([*keys_of(PLATE), ENTER]))
PACES = st.sampled_from([0.0, 0.001, 0.02, 0.049, 0.05, 0.051, 0.3])


@given(typing=st.lists(st.tuples(STRETCHES, PACES), max_size=8), late_timer=st.booleans())
def test_every_key_comes_out_once_and_in_order(typing: list[tuple[list[Key], float]], late_timer: bool) -> None:
    keyboard = Keyboard(late_timer=late_timer)
    for keys, gap_s in typing:
        keyboard.press(*keys, gap_s=gap_s)
    came_out = [key for outcome in keyboard.rest() for key in outcome.keys]
    assert came_out == [key for keys, _ in typing for key in keys]
