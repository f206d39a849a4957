"""Which reader is looked for on which port: found ones stay, searched ones go round, plain ones take what is left."""

from msgspec.structs import replace

from devices.assignment import Seeker, assigned
from devices.memory import Place

P1, P2, P3 = (Place(f"1-{number}:1.0", "1a86:7523") for number in (1, 2, 3))
FTDI_HERE, FTDI_THERE = Place("1-4:1.0", "0403:6001", "A1"), Place("1-5:1.0", "0403:6001", "A1")
BADGE = Seeker("badge", frozenset({"pn532", "em4100"}), is_searched=True)
OTHER = replace(BADGE, name="other")
SCAN = Seeker("scan", frozenset({"line"}), is_searched=False)


def test_without_a_port_nobody_is_anywhere() -> None:
    assert assigned([BADGE, SCAN], [], {}) == {"badge": None, "scan": None}


def test_each_reader_is_searched_on_a_port_of_its_own() -> None:
    assert assigned([BADGE, OTHER], [P1, P2], {}) == {"badge": P1, "other": P2}


def test_a_reader_that_is_found_or_still_searched_stays() -> None:
    assert assigned([replace(BADGE, at=P2), OTHER], [P1, P2], {}) == {"badge": P2, "other": P1}


def test_a_reader_that_was_not_recognised_is_searched_on_the_next_port() -> None:
    assert assigned([replace(BADGE, at=P1, has_failed=True)], [P1, P2], {}) == {"badge": P2}


def test_a_reader_that_was_not_recognised_anywhere_is_listened_for_where_it_is() -> None:
    tired = replace(BADGE, at=P2, has_failed=True, tried=frozenset({P1}))
    assert assigned([tired], [P1, P2], {}) == {"badge": P2}


def test_a_port_that_comes_anew_is_tried() -> None:
    tired = replace(BADGE, at=P2, has_failed=True, tried=frozenset({P1}))
    assert assigned([tired], [P1, P2, P3], {}) == {"badge": P3}


def test_a_reader_whose_port_is_gone_is_searched_elsewhere() -> None:
    assert assigned([replace(BADGE, at=P1, was_at=P1)], [P2], {}) == {"badge": P2}
    assert assigned([replace(BADGE, at=P1, was_at=P1)], [], {}) == {"badge": None}


def test_the_same_adapter_is_recognised_in_another_socket() -> None:
    assert assigned([replace(BADGE, was_at=FTDI_HERE)], [P1, FTDI_THERE], {}) == {"badge": FTDI_THERE}


def test_an_adapter_without_a_number_is_looked_for_among_its_like() -> None:
    assert assigned([replace(BADGE, was_at=P1)], [FTDI_HERE, P2], {}) == {"badge": P2}


def test_a_port_that_is_known_for_a_reader_is_its_first_and_for_another_one_its_last() -> None:
    assert assigned([BADGE], [P1, P2, P3], {P1: "line", P3: "pn532"}) == {"badge": P3}
    assert assigned([BADGE], [P1, P2], {P1: "line"}) == {"badge": P2}
    assert assigned([BADGE], [P1], {P1: "line"}) == {"badge": P1}


def test_a_plain_reader_waits_until_nothing_else_is_searched_on_a_port() -> None:
    assert assigned([SCAN, BADGE], [P1, P2], {}) == {"scan": None, "badge": P1}
    searching = replace(BADGE, at=P1)
    assert assigned([SCAN, searching], [P1, P2], {}) == {"scan": None, "badge": P1}
    found = replace(BADGE, at=P1, is_found=True)
    assert assigned([SCAN, found], [P1, P2], {}) == {"scan": P2, "badge": P1}


def test_a_plain_reader_gets_the_port_on_which_the_other_was_not_found() -> None:
    failed = replace(BADGE, at=P1, has_failed=True)
    assert assigned([SCAN, failed], [P1, P2], {}) == {"scan": P1, "badge": P2}


def test_a_plain_reader_takes_the_only_port_from_one_that_was_not_found_there() -> None:
    failed = replace(BADGE, at=P1, has_failed=True)
    assert assigned([SCAN, failed], [P1], {}) == {"scan": P1, "badge": None}


def test_a_plain_reader_need_not_wait_for_a_port_that_is_known_as_its_own() -> None:
    assert assigned([SCAN, BADGE], [P1, P2], {P1: "line"}) == {"scan": P1, "badge": P2}
    assert assigned([BADGE, SCAN], [P1], {P1: "line"}) == {"scan": P1, "badge": None}
    assert assigned([BADGE, replace(SCAN, was_at=P1)], [P1, P2], {}) == {"scan": P1, "badge": P2}


def test_two_plain_readers_share_nothing() -> None:
    second = replace(SCAN, name="second")
    assert assigned([SCAN, second], [P1], {}) == {"scan": P1, "second": None}
    assert assigned([SCAN, second], [P1, P2], {}) == {"scan": P1, "second": P2}
