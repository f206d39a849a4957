"""A TCP proxy on loopback that can be cut, so that a network can be lost and come back on purpose."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

CHUNK_BYTES = 16 * 1024
"""Most bytes passed on at once."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class CuttableProxy:
    """Passes connections on to a target until it is cut; threads are its own, and `stop` ends them all."""

    def __init__(self, target_port: int, *, target_host: str = "127.0.0.1") -> None:
        self.target = (target_host, target_port)
        self._lock = threading.Lock()
        self._is_cut = False
        self._pairs: set[_Pair] = set()
        self._passed_up = 0
        self._passed_down = 0
        self._cut_after_down: int | None = None
        self._cut_after_up: int | None = None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        _pass_at_once(self._listener)
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name="proxy-accept", daemon=True)
        self._acceptor.start()

    @property
    def origin(self) -> str:
        """Return the address to use in place of the target's, as in ``http://127.0.0.1:41234``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_cut(self) -> bool:
        """Tell whether connections are being reset."""
        return self._is_cut

    @property
    def passed_bytes(self) -> tuple[int, int]:
        """Return how many bytes went up to the target and down from it."""
        return self._passed_up, self._passed_down

    def cut(self) -> None:
        """Reset every connection, and each new one, until `restore`."""
        with self._lock:
            self._is_cut = True
            pairs = tuple(self._pairs)
        for pair in pairs:
            pair.reset()

    def restore(self) -> None:
        """Let connections pass again, and forget a cut that was set for later."""
        with self._lock:
            self._is_cut = False
            self._cut_after_up = self._cut_after_down = None

    def cut_after(self, *, up: int | None = None, down: int | None = None) -> None:
        """Cut by itself once so many more bytes have passed: the byte after them never arrives.

        Args:
            up: bytes towards the target, at least 0; None never.
            down: bytes from the target, at least 0; None never.
        """
        with self._lock:
            self._cut_after_up = None if up is None else self._passed_up + up
            self._cut_after_down = None if down is None else self._passed_down + down

    def stop(self) -> None:
        """Reset everything, stop listening and wait until no thread of the proxy is left."""
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for pair in tuple(self._pairs):
            pair.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        if self._is_cut:
            _reset(client)
            return
        try:
            server = socket.create_connection(self.target, timeout=5)
        except OSError:
            _reset(client)
            return
        server.settimeout(None)
        _pass_at_once(server)
        pair = _Pair(client, server, self._allow_up, self._allow_down, self._ended)
        is_admitted = self._admitted(pair)
        pair.start()
        if not is_admitted:
            pair.reset()

    def _admitted(self, pair: "_Pair") -> bool:
        with self._lock:
            self._pairs.add(pair)
            return not self._is_cut

    def _ended(self, pair: "_Pair") -> None:
        with self._lock:
            self._pairs.discard(pair)

    def _allow_up(self, size: int) -> int:
        with self._lock:
            allowed = _allowed(size, self._passed_up, self._cut_after_up)
            self._passed_up += allowed
        return allowed if allowed == size else self._cut_short(allowed)

    def _allow_down(self, size: int) -> int:
        with self._lock:
            allowed = _allowed(size, self._passed_down, self._cut_after_down)
            self._passed_down += allowed
        return allowed if allowed == size else self._cut_short(allowed)

    def _cut_short(self, allowed: int) -> int:
        with self._lock:
            self._is_cut = True
        return allowed


class _Pair:
    """Two connections and the two threads that copy between them."""

    def __init__(
        self,
        client: socket.socket,
        server: socket.socket,
        allow_up: Callable[[int], int],
        allow_down: Callable[[int], int],
        ended: Callable[["_Pair"], None],
    ) -> None:
        self._client = client
        self._server = server
        self._ended = ended
        self._running = 2
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._copy, args=(client, server, allow_up), name="proxy-up", daemon=True),
            threading.Thread(target=self._copy, args=(server, client, allow_down), name="proxy-down", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def reset(self) -> None:
        """Break both connections; the copying threads notice and end."""
        for side in (self._client, self._server):
            with suppress(OSError):
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def _copy(self, source: socket.socket, sink: socket.socket, allow: Callable[[int], int]) -> None:
        try:
            while chunk := source.recv(CHUNK_BYTES):
                allowed = allow(len(chunk))
                sink.sendall(chunk[:allowed])
                if allowed < len(chunk):
                    self.reset()
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.reset()
        finally:
            self._end_one()

    def _end_one(self) -> None:
        with self._lock:
            self._running -= 1
            is_last = not self._running
        if is_last:
            self._client.close()
            self._server.close()
            self._ended(self)


def _pass_at_once(side: socket.socket) -> None:
    """Let no piece wait for the one before it to be acknowledged; accepted connections have it from their listener."""
    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _allowed(size: int, passed: int, limit: int | None) -> int:
    return size if limit is None else max(0, min(size, limit - passed))


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    connection.close()
