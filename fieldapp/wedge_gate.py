"""Stands before all keys: lets typing through in order and turns what a scanner typed into one scan."""

from collections.abc import Awaitable, Callable

from textual.events import Key

from fieldapp.messages import Scanned, Typed, WedgePort

Handle = Callable[[Key], Awaitable[None]]


class WedgeGate:
    """Holds keys back until the wedge filter has decided.

    Args:
        port: the filter.
        handle: handles a typed key as if nothing had been in between.
        scanned: takes the text of a scan.
        now: the monotonic clock in seconds.
    """

    def __init__(
        self, port: WedgePort, handle: Handle, scanned: Callable[[str], object], now: Callable[[], float]
    ) -> None:
        self._port = port
        self._handle = handle
        self._scanned = scanned
        self._now = now
        self._held: list[Key] = []

    async def take(self, key: Key) -> None:
        """Take a key; what it decides is handled before this returns."""
        self._held.append(key)
        await self._act(self._port.feed(key.key, key.character, self._now()))

    async def expire(self) -> None:
        """Decide what is held, if its time has come."""
        await self._act(self._port.expire(self._now()))

    @property
    def wait_s(self) -> float | None:
        """Return in how many seconds to ask `expire`, None while nothing is held."""
        deadline_s = self._port.deadline_s
        return None if deadline_s is None else max(deadline_s - self._now(), 0.0)

    async def _act(self, answer: object) -> None:
        if not isinstance(answer, Typed):
            return
        keys, self._held = self._held[: len(answer.keys)], self._held[len(answer.keys) :]
        if isinstance(answer, Scanned):
            self._scanned(answer.text)
            return
        for key in keys:
            await self._handle(key)
