"""Judges what arrives, in the background: after the commit, in transactions of its own, never in a reply."""

import asyncio
import time
from collections.abc import Callable

import structlog

from sync.caseapi.errors import CaseApiError
from sync.caseapi.service.judging import KNOWLEDGE
from sync.caseapi.storage.base import Judge, JudgingStore

BATCH_RECORDS = 500
"""Most records judged in one transaction: a fifth of a second of the writer, so that no exchange waits longer."""

QUIET_S = 0.2
"""Silence of the exchanges after which judging goes on: tablets that wait for their receipt come first."""

PATIENCE_S = 3.0
"""Longest that judging steps back for exchanges before its next batch: as long as a whole district needs that comes in
the same second. There is a limit, so that judging ends also on the busiest day, at some 150 records a second."""

RETRY_S = 5.0
"""Pause after the database refused, as on a full disk."""

log = structlog.get_logger("caseapi.judging")


class JudgingLoop:
    """Runs while the server runs; what was left by an earlier run is judged first."""

    def __init__(self, store: JudgingStore, judge: Judge, is_waited_for: Callable[[], bool] = lambda: False) -> None:
        """Judge nothing yet.

        Args:
            is_waited_for: tells whether tablets wait for their records to be on disk, which takes the same writer.
        """
        self._store = store
        self._judge = judge
        self._is_waited_for = is_waited_for
        self._came = asyncio.Event()
        self._came_at_s = -QUIET_S

    def wake(self) -> None:
        """Say that records were stored."""
        self._came_at_s = time.monotonic()
        self._came.set()

    async def run(self) -> None:
        """Judge until cancelled."""
        while True:
            try:
                await self._store.learn(KNOWLEDGE)
                await self._follow()
            except CaseApiError as exc:
                log.error("judging_paused", error=str(exc))
                await asyncio.sleep(RETRY_S)

    async def catch_up(self) -> int:
        """Judge all that waits and return how many records that were."""
        judged = 0
        while count := await self._next_batch():
            judged += count
        return judged

    async def _next_batch(self) -> int:
        until_s = time.monotonic() + PATIENCE_S
        while (now_s := time.monotonic()) < min(until_s, quiet_s := self._quiet_at_s(now_s)):
            await asyncio.sleep(min(until_s, quiet_s) - now_s)
        return await self._store.judge_waiting(self._judge, BATCH_RECORDS)

    def _quiet_at_s(self, now_s: float) -> float:
        return (now_s if self._is_waited_for() else self._came_at_s) + QUIET_S

    async def _follow(self) -> None:
        while True:
            self._came.clear()
            if judged := await self.catch_up():
                log.info("judged", records=judged)
            await self._came.wait()
