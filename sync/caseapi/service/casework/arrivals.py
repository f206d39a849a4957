"""What has come into somebody's queue: read again when anything was written, told to whoever waits for it.

One task reads for all: every two seconds it looks at a number in memory, and only when that has grown it reads one
small row for each queue that somebody waits for. A listener is an object in memory; there is no thread for it.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from sync.caseapi.cases.permissions import TABLE
from sync.caseapi.errors import CaseApiError
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.casework.desk import QueueAsked, queues_of
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import QueueWanted

POLL_S = 2.0
"""How often the number of changes is looked at while somebody listens."""

MOST_LISTENERS = 6
"""Streams of one account at a time: a few windows on a few machines."""

Queues = tuple[QueueWanted, ...]

log = structlog.get_logger("caseapi.notices")


def queues_heard(by: Caller) -> Queues:
    """Return the queues of which somebody is told: those of the own desk or organisation; none for an auditor."""
    if not any(role in TABLE["read_cases"] and role != "auditor" for role in by.roles):
        return ()
    return tuple(queues_of(QueueAsked(), by, 0))


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who waits; `number` is how many cases have come in so far."""

    account: str
    queues: Queues
    number: int
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, timeout_s: float) -> None:
        """Return when the number has grown, when everything ends, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        self._woken.clear()

    def tell(self, number: int | None = None) -> None:
        """Wake it, with a new number or to see that everything ends."""
        self.number = self.number if number is None else number
        self._woken.set()


class Notices:
    """Reads arrivals for everybody who listens."""

    def __init__(self, storage: Storage, *, poll_s: float = POLL_S) -> None:
        self._storage = storage
        self._poll_s = poll_s
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.is_over = False

    @property
    def listening(self) -> int:
        """Return how many listen now."""
        return len(self._listeners)

    async def number(self, by: Caller) -> int:
        """Return how many cases have come into somebody's queues so far."""
        queues = queues_heard(by)
        return await self._storage.casework.arrived(queues) if queues else 0

    async def join(self, by: Caller) -> Listener | None:
        """Return a listener, or None where there is nothing to listen to, or the account has too many already."""
        queues = queues_heard(by)
        mine = sum(1 for each in self._listeners if each.account == by.id)
        if self.is_over or not queues or mine >= MOST_LISTENERS:
            return None
        listener = Listener(by.id, queues, 0)
        self._listeners.add(listener)
        try:
            listener.number = await self._storage.casework.arrived(queues)
        except CaseApiError:
            self._listeners.discard(listener)
            raise
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch(), name="notices")
        return listener

    def leave(self, listener: Listener) -> None:
        """Let a listener go; with the last one the reading ends."""
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    def end(self) -> None:
        """Let everybody go: the server stops."""
        self.is_over = True
        for listener in self._listeners:
            listener.tell()

    async def _watch(self) -> None:
        seen = -1
        while True:
            try:
                changes = await self._storage.desk.changes()
                if changes != seen:
                    await self._read()
                    seen = changes
            except CaseApiError as exc:
                log.warning("notices_put_off", error=str(exc))
            await asyncio.sleep(self._poll_s)

    async def _read(self) -> None:
        for queues in {each.queues for each in self._listeners}:
            number = await self._storage.casework.arrived(queues)
            self._tell(queues, number)

    def _tell(self, queues: Queues, number: int) -> None:
        waiting: Iterable[Listener] = [each for each in self._listeners if each.queues == queues]
        for listener in waiting:
            if listener.number != number:
                listener.tell(number)
