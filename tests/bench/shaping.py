"""A thin line on loopback: a proxy with a rate, a delay, stalls in place of lost segments, and cuts at chosen bytes.

TCP hides a lost segment behind a pause: everything after it waits until it was sent once more. So a loss is modelled
as a segment that takes its place on the line twice, and as one round trip by which its delivery, and that of all after
it, is late. The line itself goes on: senders that halve their pace at each loss would fill none with this delay. There
is no TLS, which would add a round trip to each new connection.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

SEGMENT_BYTES = 1_400
AHEAD_S = 0.1
"""How far the line is filled ahead of itself, as a modem's buffer is."""

SOCKET_BYTES = 16 * 1024
"""Receive buffer towards the sender, so that what it believes sent is on the line or nearly so."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the line is.

    Attributes:
        bits_per_s: rate each way.
        round_trip_s: both ways together.
        loss: share of segments that are sent twice.
        cuts_up: bytes up after which every connection is reset, once each.
    """

    bits_per_s: float = 1_000_000
    round_trip_s: float = 0.3
    loss: float = 0.02
    cuts_up: tuple[int, ...] = ()


@dataclass(slots=True)
class Way:
    """One direction of the line, shared by all connections.

    Attributes:
        passed_bytes: put on the line.
        arrived_bytes: come out of it; what was on its way when the line was cut never does.
    """

    weather: Weather
    random: Random
    free_at_s: float = 0.0
    passed_bytes: int = 0
    arrived_bytes: int = 0

    def arrival_s(self, size: int) -> float:
        """Put a segment on the line; return when it comes out."""
        is_lost = self.random.random() < self.weather.loss
        took_s = size * 8 / self.weather.bits_per_s
        self.free_at_s = max(self.free_at_s, time.monotonic()) + took_s + is_lost * took_s
        self.passed_bytes += size
        return self.free_at_s + self.weather.round_trip_s / 2 + is_lost * self.weather.round_trip_s


@dataclass(slots=True)
class ThinLine:
    """A running line; its counters may be read at any time."""

    target_port: int
    weather: Weather
    up: Way
    down: Way
    first_byte_s: float | None = None
    cuts: list[int] = field(default_factory=list)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        self.writers |= {writer, there_writer}
        # The handshake of TCP takes a round trip before anything else may pass.
        await asyncio.sleep(self.weather.round_trip_s)
        try:
            # Cancelled when the line ends: the streams' own machinery would call that an error.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(
                    self._carry(reader, there_writer, self.up), self._carry(there_reader, writer, self.down)
                )
        finally:
            self.writers -= {writer, there_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(_deliver(waiting, writer, way))
        with suppress(OSError):
            while segment := await reader.read(SEGMENT_BYTES):
                if writer.transport.is_closing():
                    # What a cut has left in the proxy was never put on the line.
                    break
                if way is self.up and self.first_byte_s is None:
                    self.first_byte_s = time.monotonic()
                await waiting.put((way.arrival_s(len(segment)), segment))
                self._cut_when_due()
                await asyncio.sleep(max(0.0, way.free_at_s - time.monotonic() - AHEAD_S))
        await waiting.put((time.monotonic() + self.weather.round_trip_s / 2, b""))
        await delivery

    def _cut_when_due(self) -> None:
        due = [at for at in self.weather.cuts_up if at <= self.up.passed_bytes and at not in self.cuts]
        if due:
            self.cuts += due
            for writer in self.writers:
                writer.transport.abort()


@contextmanager
def thin_line(target_port: int, port: int, weather: Weather, seed: int = 1) -> Iterator[ThinLine]:
    """Run a line in a thread of its own, from a port to a target port of this machine."""
    line = ThinLine(target_port, weather, Way(weather, Random(seed)), Way(weather, Random(seed + 1)))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(_listening(line, port))
    thread = threading.Thread(target=loop.run_forever, name="thin-line", daemon=True)
    thread.start()
    try:
        yield line
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listening(line: ThinLine, port: int) -> asyncio.Server:
    listener = socket.create_server(("127.0.0.1", port), backlog=16)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
    # The line alone delays a segment, not loopback's wait for the one before it to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return await asyncio.start_server(line.serve, sock=listener, limit=2 * SEGMENT_BYTES)


async def _ended(server: asyncio.Server) -> None:
    server.close()
    carrying = asyncio.all_tasks() - {asyncio.current_task()}
    for task in carrying:
        task.cancel()
    await asyncio.gather(*carrying, return_exceptions=True)


async def _deliver(waiting: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter, way: Way) -> None:
    arrived_s = 0.0
    with suppress(OSError):
        while True:
            at_s, segment = await waiting.get()
            # Nothing overtakes a segment that is late.
            arrived_s = max(arrived_s, at_s)
            await asyncio.sleep(max(0.0, arrived_s - time.monotonic()))
            if not segment or writer.transport.is_closing():
                break
            way.arrived_bytes += len(segment)
            writer.write(segment)
            await writer.drain()
    with suppress(OSError):
        writer.close()
