"""Which touches count: not the second of a double tap, and none that was on its way before its target was there."""

import pytest

from fieldapp.touches import DOUBLED_S, SEEN_S, Picture, Touches


@pytest.fixture
def touches() -> Touches:
    return Touches(lambda: 100.0)


def test_a_double_tap_is_one_touch(touches: Touches) -> None:
    assert touches.begins(10, 5, 1.0)
    assert touches.ends(10, 5)
    assert not touches.begins(11, 6, 1.0 + DOUBLED_S - 0.01)
    assert not touches.ends(11, 6)


def test_a_third_tap_counts_from_the_first_one(touches: Touches) -> None:
    assert [touches.begins(10, 5, at_s) for at_s in (1.0, 1.3, 1.5)] == [True, False, True]


@pytest.mark.parametrize(("x", "y", "at_s"), [(17, 5, 1.1), (10, 8, 1.1), (10, 5, 1.01 + DOUBLED_S)])
def test_another_spot_or_a_later_touch_counts(touches: Touches, x: int, y: int, at_s: float) -> None:
    touches.begins(10, 5, 1.0)
    assert touches.begins(x, y, at_s)


def test_where_each_counts_two_quick_touches_are_two(touches: Touches) -> None:
    touches.begins(10, 5, 1.0)
    assert touches.begins(10, 5, 1.1, each_counts=True)


def test_a_touch_keeps_the_moment_it_began_in_while_others_follow(touches: Touches) -> None:
    for x, at_s in ((10, 1.0), (40, 2.0)):
        touches.begins(x, 5, at_s)
        touches.ends(x, 5)
    assert (touches.began_s(10, 5), touches.began_s(40, 5)) == (1.0, 2.0)


def test_a_touch_that_nobody_told_of_begins_now(touches: Touches) -> None:
    assert touches.began_s(3, 3) == 100.0


class Hands:
    """A clock that a test moves."""

    now = 10.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def picture(clock: Hands) -> Picture:
    """Return a picture that was painted at once."""
    picture = Picture(clock)
    picture.shows("a")
    picture.painted()
    return picture


def test_a_touch_is_meant_for_a_picture_that_stood_long_enough(picture: Picture) -> None:
    assert not picture.was_seen(10.0 + SEEN_S - 0.01)
    assert picture.was_seen(10.0 + SEEN_S)


def test_a_picture_stands_from_when_it_was_painted_not_from_when_it_was_made(clock: Hands, picture: Picture) -> None:
    picture.shows("b")
    clock.now = 20.0
    assert not picture.was_seen(20.0), "nobody has seen it yet"
    picture.painted()
    assert not picture.was_seen(20.0 + SEEN_S - 0.01)
    assert picture.was_seen(20.0 + SEEN_S)


def test_a_touch_that_began_before_the_picture_is_not_meant_for_it(clock: Hands, picture: Picture) -> None:
    clock.now = 20.0
    picture.shows("b")
    picture.painted()
    assert not picture.was_seen(19.9)


def test_the_same_picture_painted_again_is_still_the_same(clock: Hands, picture: Picture) -> None:
    clock.now = 20.0
    assert not picture.shows("a")
    picture.painted()
    assert picture.was_seen(20.0)


def test_a_touch_on_undo_is_meant_for_the_record_that_was_offered_then(clock: Hands, picture: Picture) -> None:
    clock.now = 20.0
    picture.offers_undo()
    assert picture.was_seen(20.1)
    assert not picture.was_seen(20.1, is_undo=True)
    picture.painted()
    assert not picture.was_seen(20.1, is_undo=True)
    assert picture.was_seen(20.0 + SEEN_S, is_undo=True)
