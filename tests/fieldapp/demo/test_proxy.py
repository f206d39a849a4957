"""The proxy passes everything on until it is cut, and stops without leaving a thread."""

import socket
import threading
from collections.abc import Iterator

import pytest

from fieldapp.demo.proxy import CuttableProxy


@pytest.fixture
def echo() -> Iterator[int]:
    """A server on loopback that sends back what it gets; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def answer(connection: socket.socket) -> None:
        with connection:
            try:
                while chunk := connection.recv(4096):
                    connection.sendall(chunk)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=answer, args=(connection,), daemon=True))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in (acceptor, *threads):
        thread.join(5)


@pytest.fixture
def proxy(echo: int) -> Iterator[CuttableProxy]:
    running = CuttableProxy(echo)
    yield running
    running.stop()


def received(connection: socket.socket, size: int) -> bytes:
    """Return up to `size` bytes, fewer when the connection ends or breaks."""
    data = b""
    try:
        while len(data) < size and (chunk := connection.recv(size - len(data))):
            data += chunk
    except OSError:
        return data
    return data


def asked(proxy: CuttableProxy, data: bytes) -> bytes:
    """Return what comes back for some bytes over a fresh connection."""
    try:
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
            connection.sendall(data)
            return received(connection, len(data))
    except OSError:
        return b""


def test_bytes_pass_both_ways(proxy: CuttableProxy) -> None:
    data = bytes(range(256)) * 400
    assert asked(proxy, data) == data
    assert proxy.passed_bytes == (len(data), len(data))


def test_a_cut_breaks_open_connections_and_refuses_new_ones(proxy: CuttableProxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(b"one")
        assert received(connection, 3) == b"one"
        proxy.cut()
        assert received(connection, 1) == b""
    assert asked(proxy, b"two") == b""


def test_after_restore_connections_pass_again(proxy: CuttableProxy) -> None:
    proxy.cut()
    assert asked(proxy, b"lost") == b""
    proxy.restore()
    assert asked(proxy, b"back") == b"back"


@pytest.mark.parametrize("place", [0, 1, 7])
def test_a_planned_cut_lets_exactly_so_many_bytes_of_the_answer_pass(proxy: CuttableProxy, place: int) -> None:
    proxy.cut_after(down=place)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(b"12345678")
        assert b"12345678".startswith(received(connection, 8))
    assert proxy.passed_bytes[1] == place
    assert proxy.is_cut


def test_a_planned_cut_of_the_request_keeps_the_rest_from_the_target(proxy: CuttableProxy) -> None:
    proxy.cut_after(up=3)
    assert asked(proxy, b"12345678") in {b"", b"1", b"12", b"123"}
    assert proxy.passed_bytes[0] == 3


def test_a_target_that_is_gone_is_a_reset_not_a_hang(echo: int) -> None:
    proxy = CuttableProxy(echo)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        proxy.target = unused.getsockname()
    assert asked(proxy, b"anyone") == b""
    proxy.stop()


def test_stopping_leaves_no_thread_behind(echo: int) -> None:
    proxy = CuttableProxy(echo)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as connection:
        connection.sendall(b"x")
        received(connection, 1)
        proxy.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("proxy-")]
