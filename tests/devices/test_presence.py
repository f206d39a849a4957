"""A tag arrives once, however often and however long it is read."""

import pickle

import pytest

from devices.presence import Presence, SecondReads


def arrivals(sightings: list[tuple[float, str]], leave_after_s: float = 1.0) -> list[tuple[float, str]]:
    presence = Presence(leave_after_s)
    return [(at, key) for at, key in sightings if presence.arrived(key, at)]


HELD_3_S = [(step * 0.065, "A") for step in range(46)]


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        pytest.param(HELD_3_S, [(0.0, "A")], id="held for three seconds"),
        pytest.param([(0.0, "A"), (0.6, "A"), (1.2, "A")], [(0.0, "A")], id="a flutter of 600 ms is the same tap"),
        pytest.param([(0.0, "A"), (0.999, "A")], [(0.0, "A")], id="just before it has left"),
        pytest.param([(0.0, "A"), (1.0, "A")], [(0.0, "A"), (1.0, "A")], id="gone for a second, back again"),
        pytest.param([(0.0, "A"), (0.1, "B"), (0.2, "A")], [(0.0, "A"), (0.1, "B")], id="two cards in the field"),
        pytest.param(
            [(0.0, "A"), (0.5, "B"), (1.2, "A")], [(0.0, "A"), (0.5, "B"), (1.2, "A")], id="another one keeps no tag"
        ),
    ],
)
def test_arrivals_follow_the_table(sightings: list[tuple[float, str]], expected: list[tuple[float, str]]) -> None:
    assert arrivals(sightings) == expected


def test_the_time_to_leave_can_be_chosen() -> None:
    assert arrivals([(0.0, "A"), (0.4, "A")], leave_after_s=0.3) == [(0.0, "A"), (0.4, "A")]


def test_tags_that_left_are_forgotten() -> None:
    presence = Presence()
    for step in range(10_000):
        presence.arrived(f"card {step}", step * 2.0)
    assert len(presence) == 1


def second_reads(sightings: list[tuple[float, str]]) -> list[tuple[float, str]]:
    presence, seconds = Presence(), SecondReads()
    return [(at, key) for at, key in sightings if seconds.is_second(key, at, has_arrived=presence.arrived(key, at))]


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        pytest.param([(0.0, "A")], [], id="once is not sure"),
        pytest.param([(step * 0.1, "A") for step in range(30)], [(0.1, "A")], id="held: sure once"),
        pytest.param([(0.0, "A"), (0.1, "B"), (0.2, "C")], [], id="three damaged reads are three tags read once"),
        pytest.param([(0.0, "A"), (0.1, "X"), (0.2, "A")], [(0.2, "A")], id="a damaged read between two good ones"),
        pytest.param([(0.0, "A"), (4.9, "A")], [(4.9, "A")], id="held there again"),
        pytest.param([(0.0, "A"), (5.0, "A")], [], id="too long ago"),
        pytest.param(
            [(0.0, "A"), (0.1, "A"), (2.0, "A"), (2.1, "A"), (4.0, "A")],
            [(0.1, "A"), (2.0, "A"), (4.0, "A")],
            id="sure at once when it comes back",
        ),
    ],
)
def test_a_second_read_follows_the_table(sightings: list[tuple[float, str]], expected: list[tuple[float, str]]) -> None:
    assert second_reads(sightings) == expected


def test_tags_read_long_ago_are_forgotten() -> None:
    seconds = SecondReads()
    for step in range(10_000):
        seconds.is_second(f"card {step}", step * 2.0, has_arrived=True)
    assert len(pickle.dumps(seconds)) < 2_000
