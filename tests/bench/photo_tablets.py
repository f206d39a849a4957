"""Tablets that send their photos over raw connections, as the real ones do, at little cost for the sender.

Two photos of each are under way at once, each on a kept connection of its own. Whoever is told to come back pauses as
the sync worker does, exchanges, asks how much of a begun photo is held and goes on there. The first part of every
photo is signed beforehand.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import uvloop

from sync.media import OFFSET_HEADER
from sync.tablet.config import ExchangeConfig
from sync.tablet.parts import PartSize
from sync.tablet.schedule import Ended, next_pause_s
from sync.wire import SyncReply, decode_message
from tests.bench.herd_requests import Handover
from tests.bench.photo_requests import Photo, Request, exchange_request, part_request, state_request
from tests.bench.rounds import share_at

CONFIG = ExchangeConfig()
"""The pauses, parts and patience of the real tablet."""

MAX_ATTEMPTS = 40
"""How often a tablet comes back before the bench gives it up as starved."""


@dataclass(slots=True)
class Traffic:
    """What all tablets of a wave met.

    Attributes:
        answers: by method and status, as ``PATCH 204``; status 0 is none.
    """

    answers: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """Return how many answers said to come back later."""
        return sum(count for answer, count in self.answers.items() if answer.endswith(" 503"))

    @property
    def odd(self) -> dict[str, int]:
        """Return the answers that no tablet should get, an overload's excepted."""
        usual = ("PATCH 204", "HEAD 200", "POST 200", "PATCH 503", "POST 503", "HEAD 503")
        return {answer: count for answer, count in sorted(self.answers.items()) if answer not in usual}


@dataclass(frozen=True, slots=True)
class PhotoWave:
    """What came of one wave.

    Attributes:
        whole_s: until the last photo of the last tablet was said to be held.
        took_s: of each tablet that got rid of all its photos, from its own first byte, ordered.
        attempts: how often each of them began, ordered.
        starved: tablets that did not get rid of theirs.
    """

    whole_s: float
    took_s: tuple[float, ...]
    attempts: tuple[int, ...]
    starved: int
    traffic: Traffic

    def said(self) -> str:
        """Return all of it in words."""
        p50_s, p99_s = (share_at(self.took_s, share) for share in (0.50, 0.99))
        answers = ", ".join(f"{count} x {answer}" for answer, count in sorted(self.traffic.answers.items()))
        return (
            f"stored after {self.whole_s:.1f} s; a tablet's photos p50 {p50_s:.1f} s, p99 {p99_s:.1f} s; "
            f"attempts p50 {share_at(self.attempts, 0.5)}, most {self.attempts[-1]}; starved {self.starved}; {answers}"
        )


class PhotoTablet:
    """A tablet whose records are handed over and whose photos wait."""

    def __init__(self, day: Handover, photos: Sequence[Photo], traffic: Traffic, chance: random.Random) -> None:
        """Sign what it will send first."""
        self._day = day
        self._traffic = traffic
        self._chance = chance
        self._parts = PartSize(CONFIG.first_part_bytes)
        self._feeds = day.tablet.feeds
        self._left = list(photos)
        self._first = {photo.sha256: self._part(photo, 0) for photo in photos}
        self._began: set[str] = set()
        self.attempts = 0
        self.took_s = 0.0

    @property
    def is_done(self) -> bool:
        """Tell whether the server has said of every photo that it holds it."""
        return not self._left

    async def run(self, port: int, after_s: float) -> None:
        """Send all photos, coming back as often as it is told to."""
        await asyncio.sleep(after_s)
        begun_s, failures = time.perf_counter(), 0
        while self._left and self.attempts < MAX_ATTEMPTS:
            try:
                await self._attempt(port)
            except _ComeBack as exc:
                failures += 1
                ended = Ended(failures, exc.after_s, is_waiting=True)
                await asyncio.sleep(next_pause_s(ended, CONFIG, self._chance.random()))
        self.took_s = time.perf_counter() - begun_s

    async def _attempt(self, port: int) -> None:
        """Sync once; what went before it is the handover of the records."""
        self.attempts += 1
        if self.attempts > 1:
            await self._exchange(port)
        pile = list(self._left)
        lanes = min(CONFIG.photos_at_once, len(pile))
        ended = await asyncio.gather(*(self._lane(port, pile) for _ in range(lanes)), return_exceptions=True)
        for fault in ended:
            if isinstance(fault, BaseException):
                raise fault

    async def _exchange(self, port: int) -> None:
        async with _Line(port, self._traffic) as line:
            answer = await line.ask(exchange_request(self._day, self._feeds))
        if answer.status != 200:
            raise answer.come_back()
        reply = decode_message(answer.body, SyncReply)
        self._feeds = {scope: page.cursor for scope, page in reply.feeds.items()}

    async def _lane(self, port: int, pile: list[Photo]) -> None:
        async with _Line(port, self._traffic) as line:
            try:
                while pile:
                    await self._send(line, pile.pop(0))
            except _ComeBack:
                # The other lane ends its photo and begins none.
                pile.clear()
                raise

    async def _send(self, line: "_Line", photo: Photo) -> None:
        offset = 0
        if photo.sha256 in self._began:
            answer = await line.ask(state_request(self._day, photo))
            if answer.status != 200:
                raise answer.come_back()
            offset = answer.offset
        self._began.add(photo.sha256)
        while offset < photo.size_bytes:
            request = self._first.pop(photo.sha256, None) if offset == 0 else None
            answer = await line.ask(request or self._part(photo, offset))
            if answer.status != 204:
                raise answer.come_back()
            offset = answer.offset
            self._parts.grow()
        self._left.remove(photo)

    def _part(self, photo: Photo, offset: int) -> Request:
        return part_request(self._day, photo, offset, self._parts.size_bytes)


def send_photos(port: int, tablets: Sequence[PhotoTablet], traffic: Traffic, *, within_s: float) -> PhotoWave:
    """Let every tablet send its photos; they begin spread evenly over so many seconds."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_wave(port, tablets, traffic, within_s))


async def _wave(port: int, tablets: Sequence[PhotoTablet], traffic: Traffic, within_s: float) -> PhotoWave:
    begun_s = time.perf_counter()
    await asyncio.gather(*(tablet.run(port, within_s * place / len(tablets)) for place, tablet in enumerate(tablets)))
    whole_s = time.perf_counter() - begun_s
    done = [tablet for tablet in tablets if tablet.is_done]
    return PhotoWave(
        whole_s,
        tuple(sorted(tablet.took_s for tablet in done)),
        tuple(sorted(tablet.attempts for tablet in done)),
        len(tablets) - len(done),
        traffic,
    )


class _ComeBack(Exception):
    """A request was refused, or met no answer; the tablet tries again later."""

    def __init__(self, after_s: float) -> None:
        super().__init__(after_s)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def offset(self) -> int:
        return int(self.headers[OFFSET_HEADER.lower()])

    def come_back(self) -> _ComeBack:
        return _ComeBack(float(self.headers.get("retry-after", "0")))


class _Line:
    """A kept connection that speaks as much HTTP as a herd needs; it is made with the first request."""

    def __init__(self, port: int, traffic: Traffic) -> None:
        self._port = port
        self._traffic = traffic
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> "_Line":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._close()

    async def ask(self, request: Request) -> _Answer:
        """Send a request and return its answer.

        Raises:
            _ComeBack: there was none in time.
        """
        try:
            answer = await self._asked(request)
        except (OSError, EOFError, TimeoutError):
            self._close()
            self._traffic.answers[f"{request.method} 0"] += 1
            raise _ComeBack(0.0) from None
        self._traffic.answers[f"{request.method} {answer.status}"] += 1
        if answer.headers.get("connection") == "close":
            self._close()
        return answer

    async def _asked(self, request: Request) -> _Answer:
        if self._streams is None:
            async with asyncio.timeout(CONFIG.connect_timeout_s):
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.writelines([request.head, *request.body])
        async with asyncio.timeout(CONFIG.answer_timeout_s):
            await writer.drain()
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
            size = 0 if request.method == "HEAD" else int(headers.get("content-length", "0"))
            return _Answer(int(lines[0][9:12]), headers, await reader.readexactly(size))

    def _close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
