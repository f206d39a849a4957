"""Places for parts of photos, and the line before them.

A place is taken before anything is known of who asks, so that whoever finds none costs next to nothing. While all are
taken one stands in line: a tablet that is sent away comes back with two requests more, and later each time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sync.caseapi.errors import Overloaded

MAX_UPLOADS = 256
"""Most parts taken in at the same moment, so that memory and open files stay bounded."""

MAX_WAITING = 128
"""Most parts that wait for one of them to end; more are told to come back. Of each a piece is in memory already."""

WAIT_S = 10.0
"""Longest that they wait: a third of a tablet's patience, which then has still to send its part."""


class Places:
    """Gives places to those who came first."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(MAX_UPLOADS)
        self._waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            Overloaded: the line is as long as it may be, or did not move in time.
        """
        if self._free.locked():
            await self._stand_in_line()
        else:
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()

    async def _stand_in_line(self) -> None:
        if self._waiting >= MAX_WAITING:
            raise Overloaded("too many uploads are under way")
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_S):
                await self._free.acquire()
        except TimeoutError as exc:
            raise Overloaded("too many uploads are under way") from exc
        finally:
            self._waiting -= 1
