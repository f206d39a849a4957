"""Judging that is told when: by the clock, a call of it would be one of another phase each time."""

import asyncio
from collections.abc import Callable

from sync.caseapi.storage.base import Judge, JudgingStore


class HeldJudging:
    """Judges what waits when it is told to and not before, so that every call is one of the same phase each time."""

    def __init__(self, store: JudgingStore) -> None:
        self._store = store
        self._is_wanted = asyncio.Event()
        self._tell: Callable[[bool], None] = lambda _: None

    def begin(self, tell: Callable[[bool], None]) -> None:
        """Let what waits be judged, and tell whether all of it was."""
        self._tell = tell
        self._is_wanted.set()

    async def learn(self, knowledge: str) -> int:
        """Pass it on."""
        return await self._store.learn(knowledge)

    async def judge_waiting(self, judge: Judge, limit: int) -> int:
        """Judge a batch once it is wanted."""
        await self._is_wanted.wait()
        count = None
        try:
            count = await self._store.judge_waiting(judge, limit)
        finally:
            if not count:
                self._is_wanted.clear()
                self._tell(count == 0)
        return count
