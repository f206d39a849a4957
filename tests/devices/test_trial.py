"""A card in the hand: what arrives is shown raw, the models that understand it are named, the speed is found."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devices.detection import Recognised
from devices.errors import PortBusy
from devices.models import Model
from devices.trial import SHOWN_BYTES, Candidate, Trial, TrialView
from tests.devices.sockets import CARD, EM4100, FIRST, LINE, PATIENCE_S, SECOND, Socket, second_reader

BAUDS = (9600, 2400)


@contextmanager
def trying(socket: Socket, *models: Model, may_ask: bool = True) -> Iterator[Trial]:
    socket.is_threaded = True
    trial = Trial(
        "port", models or (LINE, EM4100), may_ask=may_ask, opener=socket.open, clock=lambda: socket.now, bauds=BAUDS
    )
    trial.start()
    yield trial
    trial.close()


def seen(trial: Trial, is_so: Callable[[TrialView], bool]) -> TrialView:
    """Return the first view that fits."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE_S / 0.005)):
        if is_so(view := trial.view()):
            return view
        waiting.wait(0.005)
    raise AssertionError(trial.view())


def test_a_card_shows_who_understands_it_the_one_with_a_check_first() -> None:
    with trying(Socket(says=[(60.0, CARD)])) as trial:
        view = seen(trial, lambda view: len(view.candidates) == 2)
        assert view.candidates == (Candidate("em4100", "62E3086CED"), Candidate("line", "62E3086CED08"))
        assert (view.raw, view.baud, view.trouble) == (CARD, 9600, None)
        assert trial.recognised("em4100") == Recognised("em4100", 9600)
        assert trial.recognised("nmea") is None


def test_what_nobody_understands_is_shown_and_the_next_speed_is_listened_to() -> None:
    with trying(Socket(baud=2400, says=[(60.0, CARD), (90.0, CARD)])) as trial:
        view = seen(trial, lambda view: bool(view.candidates) and view.candidates[0].model == "em4100")
        assert view.baud == 2400
        assert trial.recognised("em4100") == Recognised("em4100", 2400)


def test_the_speed_can_be_changed_by_hand_and_begins_anew_after_the_last() -> None:
    with trying(Socket()) as trial:
        for baud in (9600, 2400, 9600):
            seen(trial, lambda view, baud=baud: view.baud == baud and not view.is_asking)  # type: ignore[misc]
            trial.next_speed()


def test_a_reader_that_answers_needs_no_card() -> None:
    with trying(second_reader(), LINE, FIRST, SECOND) as trial:
        view = seen(trial, lambda view: bool(view.candidates))
        assert view.candidates == (Candidate("second"),)
        assert trial.recognised("second") == Recognised("second", 57600)


def test_where_nothing_may_be_asked_nothing_is() -> None:
    socket = second_reader()
    with trying(socket, FIRST, SECOND, may_ask=False) as trial:
        seen(trial, lambda view: not view.is_asking)
    assert socket.written == []


def test_a_port_that_is_held_is_tried_until_it_is_free() -> None:
    socket = Socket(says=[(60.0, CARD)], refusal=PortBusy("held"))
    with trying(socket) as trial:
        assert isinstance(seen(trial, lambda view: view.trouble is not None).trouble, PortBusy)
        socket.refusal = None
        assert seen(trial, lambda view: bool(view.candidates)).trouble is None


def test_only_the_last_bytes_are_shown() -> None:
    with trying(Socket(says=[(60.0, b"x" * 500 + CARD)])) as trial:
        view = seen(trial, lambda view: bool(view.candidates))
        assert len(view.raw) == SHOWN_BYTES
        assert view.raw.endswith(CARD)


def test_the_noise_of_a_plug_changes_no_speed() -> None:
    with trying(Socket(says=[(60.0, b"\xff\x00\xf8"), (70.0, CARD)])) as trial:
        assert seen(trial, lambda view: bool(view.candidates)).baud == 9600


def test_a_trial_that_is_over_gives_the_port_back() -> None:
    socket = Socket()
    with trying(socket) as trial:
        seen(trial, lambda view: not view.is_asking)
    assert socket.closed == len(socket.opened)
    trial.close()
