"""Which reader hangs on a port: what is tried, in which order, when it is sure, and what is never asked."""

from dataclasses import replace

import pytest

from devices.detection import (
    LISTEN_BAUD,
    LISTEN_S,
    MORE_S,
    SURE,
    WITHIN_S,
    Ask,
    Ear,
    Listen,
    Recognised,
    allowance,
    at_baud,
    attempts,
    can_be_recognised,
    is_heard,
)
from devices.detector import ASK_AGAIN_S, LISTEN_ON_S, SETTLE_S
from devices.models import MODELS
from tests.devices.sockets import ALL, CARD, EM4100, FIRST, SECOND, Socket, greets, second_reader

# What is tried --------------------------------------------------------------------------------------------------------


def test_listening_comes_first_then_each_question_at_its_usual_speed_then_at_the_others() -> None:
    assert list(attempts(ALL)) == [
        Listen((EM4100,), LISTEN_BAUD, LISTEN_S),
        Ask(FIRST, 115200),
        Ask(SECOND, 57600),
        Ask(SECOND, 9600),
    ]


def test_what_the_place_was_known_for_is_asked_before_all_and_only_once() -> None:
    tried = list(attempts(ALL, Recognised("second", 9600)))
    assert tried[0] == Ask(SECOND, 9600)
    assert tried.count(Ask(SECOND, 9600)) == 1
    assert len(tried) == 4


def test_a_known_reader_of_another_kind_changes_nothing() -> None:
    assert list(attempts(ALL, Recognised("gone", 9600))) == list(attempts(ALL))


def test_what_has_no_check_is_never_recognised() -> None:
    recognisable = {name for name, model in MODELS.items() if can_be_recognised(model)}
    assert {name for name, model in MODELS.items() if is_heard(model)} <= recognisable
    assert not {"line", "parallax"} & recognisable
    assert {"em4100", "nmea"} & MODELS.keys() <= recognisable


def test_every_model_that_can_be_asked_is_asked_at_all_its_speeds() -> None:
    asked = {(attempt.model.name, attempt.baud) for attempt in attempts(MODELS.values()) if isinstance(attempt, Ask)}
    assert asked == {(model.name, baud) for model in MODELS.values() if model.probe is not None for baud in model.bauds}


@pytest.mark.parametrize("usb_id", ["2c7c:0125", "12d1:1506", "1e0e:9001", "2cb7:0007"])
def test_a_modem_is_never_asked_whatever_its_driver(usb_id: str) -> None:
    assert allowance(usb_id, "option1") == "never"
    assert allowance(usb_id, "cdc_acm") == "never"


def test_a_modem_of_an_unknown_maker_is_known_by_its_driver_or_its_many_ports() -> None:
    assert allowance("1234:0001", "option1") == "never"
    assert allowance("1234:0001", "cdc_acm", serial_ports=3) == "named"


@pytest.mark.parametrize(
    ("usb_id", "driver"), [("0403:6001", "ftdi_sio"), ("1a86:7523", "ch341-uart"), ("0c2e:0ca1", "cdc_acm")]
)
def test_adapters_and_engines_are_searched(usb_id: str, driver: str) -> None:
    assert allowance(usb_id, driver) == "search"
    assert allowance(usb_id, "ftdi_sio", serial_ports=4) == "search"


def test_a_port_that_is_not_usb_is_searched_only_behind_a_plain_serial_driver() -> None:
    assert allowance("", "serial") == "search"
    assert allowance("", "") == "named"
    assert allowance("", "hci_uart") == "named"


# When it is sure ------------------------------------------------------------------------------------------------------


def test_one_good_frame_is_a_hint_and_two_are_sure() -> None:
    ear = Ear([EM4100])
    ear.feed(CARD)
    assert (ear.sure_of, ear.has_a_hint) == (None, True)
    ear.feed(CARD)
    assert ear.sure_of == "em4100"


def test_damage_and_noise_are_no_hint() -> None:
    ear = Ear([EM4100])
    ear.feed(bytes(range(256)) * 40 + CARD[:-3])
    ear.idle()
    assert (ear.sure_of, ear.has_a_hint) == (None, False)
    assert ear.heard_bytes > 10_000


def test_a_line_that_two_models_understand_differently_is_not_sure() -> None:
    twin = replace(EM4100, name="twin", medium="a")
    ear = Ear([EM4100, twin])
    ear.feed(CARD * SURE * 2)
    assert (ear.sure_of, ear.has_a_hint) == (None, True)


def test_of_readers_that_say_the_same_in_the_same_framing_the_first_stands_for_all() -> None:
    ear = Ear([EM4100, replace(EM4100, name="twin")])
    ear.feed(CARD * SURE)
    assert ear.sure_of == "em4100"


# The search -----------------------------------------------------------------------------------------------------------


def test_a_held_card_is_recognised_by_listening_and_nothing_is_asked() -> None:
    socket = Socket(says=[(0.2, CARD), (0.265, CARD)])
    assert socket.search(*ALL) == EM4100
    assert (socket.written, socket.now) == ([], pytest.approx(0.265))
    assert socket.found == [Recognised("em4100", 9600)]


def test_after_one_good_frame_the_second_is_waited_for_a_little_longer() -> None:
    socket = Socket(says=[(LISTEN_S - 0.1, CARD), (LISTEN_S + MORE_S - 0.2, CARD)])
    assert socket.search(*ALL) == EM4100


def test_an_answering_reader_is_asked_twice_and_recognised_at_its_speed() -> None:
    socket = second_reader(9600)
    assert socket.search(*ALL) == at_baud(SECOND, 9600)
    assert [data for baud, data in socket.written if baud == 9600] == [b"second?\r"] * SURE
    assert socket.closed == len(socket.opened)


def test_an_answer_that_comes_once_is_not_enough() -> None:
    socket = second_reader()
    detector = socket.detector(SECOND)
    answers = socket.answers

    class Forgetful(dict[bytes, bytes]):
        def __getitem__(self, key: bytes) -> bytes:
            socket.answers = {}
            return answers[key]

    socket.answers = Forgetful(answers)
    assert detector.search(lambda: False) is None


def test_the_answer_of_another_kind_is_no_answer() -> None:
    assert Socket({b"second?\r": b"=first\r", b"first?\r": b"second\r"}, 57600).search(*ALL) is None


def test_each_question_waits_until_a_late_answer_to_the_one_before_is_over() -> None:
    socket = second_reader(115200)
    socket.says = [(SETTLE_S / 2, b"=first\r")]
    assert socket.search(FIRST) is None


def test_the_reader_of_this_place_is_found_at_once() -> None:
    socket = second_reader()
    socket.search(*ALL, before=Recognised("second", 57600))
    assert socket.opened == [57600]


def test_a_known_reader_that_only_talks_is_taken_without_opening_the_port() -> None:
    socket = Socket()
    assert socket.search(*ALL, before=Recognised("em4100", 9600)) == EM4100
    assert socket.opened == []


def test_another_reader_in_the_known_place_is_found_all_the_same() -> None:
    assert second_reader().search(*ALL, before=Recognised("first", 115200)) == SECOND


def test_a_reader_of_a_model_that_is_not_looked_for_is_not_taken() -> None:
    assert Socket().search(FIRST, before=Recognised("em4100", 9600)) is None


def test_a_search_stops_in_time_however_much_there_is_to_ask() -> None:
    many = [greets(b"model%d" % number, 9600) for number in range(100)]
    socket = Socket()
    assert socket.search(*many) is None
    assert WITHIN_S <= socket.now < WITHIN_S + 0.5


def test_a_search_stops_when_the_link_is_closing() -> None:
    socket = Socket()
    assert socket.detector(*ALL).search(lambda: True) is None
    assert socket.written == []


def test_where_nothing_was_found_it_is_listened_on_and_asked_again_after_a_while() -> None:
    socket = Socket()
    detector = socket.detector(*ALL)
    assert detector.search(lambda: False) is None
    asked = len(socket.written)
    for _ in range(3):
        assert detector.search(lambda: False) is None
    assert len(socket.written) == asked
    assert socket.now > ASK_AGAIN_S
    detector.search(lambda: False)
    assert len(socket.written) == 2 * asked


def test_a_card_tapped_while_it_is_listened_on_is_recognised() -> None:
    socket = Socket()
    detector = socket.detector(*ALL)
    detector.search(lambda: False)
    socket.says = [(socket.now + LISTEN_ON_S / 2, CARD + CARD)]
    assert detector.search(lambda: False) == EM4100


def test_a_line_that_talks_at_another_speed_is_listened_to_there() -> None:
    fast = replace(EM4100, name="fast", bauds=(9600, 38400))
    frames = [(number / 4, CARD) for number in range(40)]
    assert Socket(baud=38400, says=frames).search(fast) == at_baud(fast, 38400)


def test_a_mute_line_is_listened_to_at_one_speed_only() -> None:
    socket = Socket()
    socket.search(replace(EM4100, bauds=(9600, 38400)))
    assert socket.opened == [9600]
