"""Work that must happen one after the other, off the event loop: scans, saves, drafts and the reads between them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class OrderedWork:
    """One thread that does what it is given in the order in which it was given.

    What was asked first is on disk first, whoever asks; a slow disk delays the answer, never the screen.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="work")
        self._waiting = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def do(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something and return its result; its error is raised here."""
        loop = asyncio.get_running_loop()
        self._waiting += 1
        self._idle.clear()
        try:
            return await loop.run_in_executor(self._thread, lambda: call(*args, **kwargs))
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._idle.set()

    async def when_idle(self) -> None:
        """Wait until nothing is being done: for reads that must not stand before a scan or a save."""
        await self._idle.wait()

    @property
    def is_idle(self) -> bool:
        """Return whether nothing is being done and nothing waits."""
        return self._waiting == 0

    def do_before_leaving(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something after all that was given before, and wait for it: for the last moments of the program."""
        return self._thread.submit(lambda: call(*args, **kwargs)).result()

    def close(self) -> None:
        """Finish what was given and take no more."""
        self._thread.shutdown(wait=True)
