"""The worker after a cut: again in a moment, for as long as that gets on, and never in a busy loop."""

import pytest

from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import ConnectionCut, ServerBusy, ServerSilent, ServerUnreachable, SyncError
from sync.tablet.schedule import Cut, pause_after_cut_s
from tests.sync.tablet.test_runner import Script, worker_over

FIRST_S = 5
"""When the first attempt is made."""

TABLETS = 1_112


class Still(Script):
    """Attempts through which nothing comes before they fail; through the others something does."""

    settled = 0


def pauses(script: Script) -> list[float]:
    return [round(later - earlier, 1) for earlier, later in zip(script.at_s, script.at_s[1:], strict=False)]


def test_two_cuts_cost_a_moment_each() -> None:
    script = Still(ConnectionCut("reset"), ConnectionCut("reset"))
    worker, _ = worker_over(script, 3)
    worker.work()
    assert pauses(script) == [0.1, 0.1]
    assert script.last_faults == [None, "E-OFFLINE", "E-OFFLINE"]
    assert worker.status().phase == "done"


def test_a_line_that_only_cuts_is_left_alone_longer_and_longer() -> None:
    script = Still(*[ConnectionCut("reset")] * 9)
    worker, _ = worker_over(script, 8)
    worker.work()
    assert pauses(script) == [0.1, 0.1, 5, 10, 20, 40, 80]


def test_as_long_as_something_comes_through_it_is_tried_again_at_once_up_to_a_bound() -> None:
    script = Script(*[ConnectionCut("reset")] * 60)
    worker, _ = worker_over(script, 50)
    worker.work()
    most = ExchangeConfig().again_most
    assert pauses(script)[:most] == [0.1] * most
    assert pauses(script)[most : 2 * most + 2] == [5, *[0.1] * most, 5], "and what got on begins to pause anew"


@pytest.mark.parametrize(
    "other", [ServerUnreachable("refused"), ServerSilent("silent"), ServerBusy("later"), ServerBusy("later", 3)]
)
def test_whatever_else_goes_wrong_is_paused_after_as_ever(other: SyncError) -> None:
    script = Script(other, other)
    worker, _ = worker_over(script, 3)
    worker.work()
    assert pauses(script) == [5, 10]


def test_a_server_that_asks_to_wait_after_a_cut_is_given_the_time() -> None:
    script = Script(ConnectionCut("reset"), ServerBusy("later", 60))
    worker, _ = worker_over(script, 3)
    worker.work()
    assert pauses(script) == [0.1, 60]


def test_in_between_nobody_hears_of_a_fault() -> None:
    script = Script(ConnectionCut("reset"))
    worker, _ = worker_over(script, 1)
    heard: list[str] = []
    worker.subscribe(lambda status: heard.append(status.phase))
    assert worker.attempt().fault is None
    assert {"offline", "failed"}.isdisjoint(heard)


def test_told_to_end_it_does_not_try_again() -> None:
    script = Script(*[ConnectionCut("reset")] * 3)
    worker, sleep = worker_over(script, 2)
    sleep.before_sleep = [None, worker.let_end]
    worker.work()
    assert script.at_s == [FIRST_S]
    assert worker.status().phase == "offline"


def test_a_herd_that_was_cut_off_at_once_comes_back_spread() -> None:
    config = ExchangeConfig()
    herd = [pause_after_cut_s(Cut(), config, place / TABLETS) for place in range(TABLETS)]
    moments = sorted(pause for pause in herd if pause is not None)
    assert len(moments) == TABLETS
    assert 0.1 <= moments[0] <= moments[-1] < 1
    in_a_tenth = max(sum(start <= moment < start + 0.1 for moment in moments) for start in moments)
    assert in_a_tenth <= TABLETS / 4
