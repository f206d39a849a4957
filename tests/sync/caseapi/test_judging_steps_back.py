"""Judging takes the writer that exchanges wait for, so it steps back for them, but not for ever."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from sync.caseapi.service import judging_loop
from sync.caseapi.service.judging_loop import PATIENCE_S, QUIET_S, JudgingLoop
from sync.caseapi.storage.base import Judge


class Judged:
    """A store in which one batch waits, and the moment at which it is judged; time goes by in sleeps only."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        self.at_s = -1.0
        monkeypatch.setattr(judging_loop, "time", SimpleNamespace(monotonic=lambda: self.now_s))
        monkeypatch.setattr(judging_loop, "asyncio", SimpleNamespace(sleep=self.sleep, Event=asyncio.Event))

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now_s += seconds

    async def learn(self, _known: str) -> None:
        """Nothing is new."""

    async def judge_waiting(self, _judge: Judge, _limit: int) -> int:
        if self.at_s >= 0:
            return 0
        self.at_s = self.now_s
        return 1

    async def after_s(self, is_waited_for: Callable[[], bool], *, has_come: bool = False) -> float:
        began_s = self.now_s
        loop = JudgingLoop(self, lambda *_: pytest.fail("there is nothing to judge"), is_waited_for)  # type: ignore[arg-type, return-value]  # never called
        if has_come:
            loop.wake()
        assert await loop.catch_up() == 1
        return self.at_s - began_s


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judged:
    return Judged(monkeypatch)


async def test_where_nobody_waits_it_begins_at_once(judged: Judged) -> None:
    assert await judged.after_s(lambda: False) == 0


async def test_it_waits_for_a_silence_after_records_came(judged: Judged) -> None:
    assert await judged.after_s(lambda: False, has_come=True) == pytest.approx(QUIET_S)


async def test_it_steps_back_while_tablets_wait_for_the_writer_however_long_one_commit_takes(judged: Judged) -> None:
    answered_s = judged.now_s + 4 * QUIET_S
    waited_s = await judged.after_s(lambda: judged.now_s < answered_s)
    assert 4 * QUIET_S <= waited_s <= 5 * QUIET_S + 1e-9


async def test_it_does_not_step_back_for_ever(judged: Judged) -> None:
    assert await judged.after_s(lambda: True) == pytest.approx(PATIENCE_S)
