"""`fieldapp sync` beside a running app asks it, and says what came of it; for a timer, no network is no failure."""

import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from fieldapp.bootstrap import open_tablet
from sync.tablet.beside import ask_to_sync, short_address, socket_path
from sync.tablet.tablet import Tablet
from tests.fieldapp.cli.command_line import Home

NOBODY = "http://127.0.0.1:9"


@contextmanager
def running_app(home: Home) -> Iterator[Tablet]:
    """Run what the app runs beside its screens."""
    with open_tablet(home.database) as tablet:
        tablet.start()
        yield tablet


def test_the_running_app_is_asked_and_its_answer_told(home: Home) -> None:
    home.join(NOBODY)
    home.save("one", "two")
    with running_app(home):
        ended = home.call("sync", "--json")
    (facts,) = ended.rows
    assert (ended.status, facts["fault"], facts["waiting"]) == (1, "E-OFFLINE", 2)


def test_a_timer_takes_no_network_for_usual_and_a_fault_for_a_failure(home: Home) -> None:
    home.join(NOBODY)
    home.save("one")
    assert home.call("sync", "--unattended").status == 0
    with running_app(home):
        assert home.call("sync", "--json", "--unattended").status == 0
    home.join("http://somewhere.example")
    assert home.call("sync", "--unattended").status == 1, "unencrypted: somebody has to look"


def test_only_this_account_reaches_the_socket_and_it_goes_with_the_app(home: Home) -> None:
    with running_app(home):
        mode = socket_path(home.database).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert not socket_path(home.database).exists()
    assert ask_to_sync(home.database) is None


@pytest.mark.parametrize("line", [b"", b"\n", b"{}\n", b'{"ask":"erase"}\n', b"\xff" * 70_000, b"[" * 9_000 + b"\n"])
def test_whatever_else_is_asked_is_not_answered_and_the_app_goes_on(home: Home, line: bytes) -> None:
    home.join(NOBODY)
    with running_app(home):
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking:
            with short_address(socket_path(home.database)) as address:
                asking.connect(address)
            try:
                asking.sendall(line)
                asking.shutdown(socket.SHUT_WR)
                answer = asking.recv(10)
            except OSError:
                answer = b""
        assert answer == b""
        told = ask_to_sync(home.database)
        assert told is not None


def test_a_stale_socket_is_put_out_of_the_way(home: Home) -> None:
    home.join(NOBODY)
    with (
        closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as stale,
        short_address(socket_path(home.database)) as address,
    ):
        stale.bind(address)
    with running_app(home):
        assert ask_to_sync(home.database) is not None


def test_two_who_ask_at_once_are_both_answered(home: Home) -> None:
    home.join(NOBODY)
    told: list[object] = []
    with running_app(home):
        asking = [threading.Thread(target=lambda: told.append(ask_to_sync(home.database))) for _ in range(2)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert None not in told
    assert len(told) == 2
