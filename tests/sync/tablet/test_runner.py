"""The worker: when it syncs, what it tells, and that it ends. The time is the test's own."""

import threading
from itertools import groupby

import pytest

from sync.journal import SyncStatus
from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import NotEnrolled, PortalAnswered, ServerBusy, ServerUnreachable
from sync.tablet.runner import Known, Synced, SyncWorker
from sync.tablet.schedule import Ended, next_pause_s
from sync.tablet.watcher import Watcher
from tests.sync.tablet.makers import AT_MS, FixedClock

CONFIG = ExchangeConfig(jitter=0.0, again_spread_s=0.0)


class Script:
    """Attempts that end as told, then well."""

    settled = 1

    def __init__(self, *ends: Exception | Synced) -> None:
        self.ends = list(ends)
        self.waiting = 0
        self.last_faults: list[str | None] = []
        self.at_s: list[float] = []
        self.clock = FixedClock()

    def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
        self.at_s.append((self.clock.wall_ms - AT_MS) / 1000)
        self.last_faults.append(last_fault)
        watcher.phase("sending")
        watcher.settled(self.settled, 2)
        end = self.ends.pop(0) if self.ends else Synced()
        if isinstance(end, Exception):
            raise end
        return end

    def known(self) -> Known:
        return Known(self.waiting, AT_MS)


class Sleep:
    """Passes the time at once, and ends the worker after so many sleeps."""

    def __init__(self, clock: FixedClock, sleeps: int) -> None:
        self.clock = clock
        self.left = sleeps
        self.worker: SyncWorker | None = None
        self.before_sleep: list[object] = []

    def wait(self, seconds: float | None) -> None:
        assert self.worker is not None
        assert seconds is not None
        self.left -= 1
        if self.left < 0:
            self.worker.let_end()
            return
        action = self.before_sleep.pop(0) if self.before_sleep else None
        if callable(action):
            action()
            return
        self.clock.advance(seconds)

    def wake(self) -> None:
        return


def worker_over(script: Script, sleeps: int) -> tuple[SyncWorker, Sleep]:
    sleep = Sleep(script.clock, sleeps)
    worker = SyncWorker(script, clock=script.clock, config=CONFIG, waiting=sleep)
    sleep.worker = worker
    return worker, sleep


def test_it_begins_soon_and_then_polls_seldom() -> None:
    script = Script()
    worker, _ = worker_over(script, 3)
    worker.work()
    assert script.at_s == [5, 905, 1805]


def test_while_something_waits_it_comes_back_sooner() -> None:
    script = Script()
    script.waiting = 1
    worker, _ = worker_over(script, 3)
    worker.work()
    assert script.at_s == [5, 185, 365]


def test_failures_back_off_up_to_the_longest_pause() -> None:
    script = Script(*[ServerUnreachable("cut")] * 9)
    worker, _ = worker_over(script, 9)
    worker.work()
    pauses = [later - earlier for earlier, later in zip(script.at_s, script.at_s[1:], strict=False)]
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]


def test_a_server_that_asks_to_wait_is_given_the_time() -> None:
    script = Script(ServerBusy("later", 120.0))
    worker, _ = worker_over(script, 2)
    worker.work()
    assert script.at_s == [5, 125]


def test_a_request_is_done_at_once_even_in_a_back_off() -> None:
    script = Script(*[ServerUnreachable("cut")] * 3)
    worker, sleep = worker_over(script, 3)
    sleep.before_sleep = [None, worker.request, None]
    worker.work()
    assert script.at_s == [5, 5, 15]


def test_a_save_is_sent_a_moment_later_and_many_saves_together() -> None:
    script = Script()
    worker, sleep = worker_over(script, 5)

    def save_twice() -> None:
        worker.saved()
        script.clock.advance(2)
        worker.saved()

    sleep.before_sleep = [None, save_twice, None, None]
    worker.work()
    assert script.at_s[:2] == [5, 10]


def test_a_save_during_a_sync_is_sent_a_moment_after_it() -> None:
    class SavedMeanwhile(Script):
        def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
            if not self.at_s:
                worker.saved()
                self.waiting = 1
            return super().sync(watcher, last_fault)

    script = SavedMeanwhile()
    worker, _ = worker_over(script, 2)
    worker.work()
    assert script.at_s == [5, 10]


def test_a_save_does_not_shorten_a_back_off() -> None:
    script = Script(*[ServerUnreachable("cut")] * 4)
    worker, sleep = worker_over(script, 5)
    sleep.before_sleep = [None, None, None, worker.saved, None]
    worker.work()
    assert script.at_s == [5, 10, 20, 40]


def test_the_next_request_carries_the_last_fault() -> None:
    script = Script(PortalAnswered("html"))
    worker, _ = worker_over(script, 2)
    worker.work()
    assert script.last_faults == [None, "E-PORTAL"]


@pytest.mark.parametrize(
    ("end", "phase", "code"),
    [
        (Synced(), "done", None),
        (ServerUnreachable("cut"), "offline", "E-OFFLINE"),
        (PortalAnswered("html"), "failed", "E-PORTAL"),
        (NotEnrolled("nobody"), "idle", "E-ENROL"),
        (ZeroDivisionError("a fault of the program"), "failed", "E-SYNC"),
    ],
)
def test_the_status_says_how_it_ended(end: Exception | Synced, phase: str, code: str | None) -> None:
    script = Script(end)
    worker, _ = worker_over(script, 0)
    status = worker.attempt()
    assert (status.phase, status.fault.code if status.fault else None) == (phase, code)
    assert status == worker.status()
    assert status.proven_at_ms == AT_MS


def test_listeners_hear_every_step() -> None:
    heard: list[SyncStatus] = []
    script = Script(Synced(proven_again=True, warning="E-CERT"))
    script.waiting = 2
    worker, _ = worker_over(script, 0)
    worker.subscribe(heard.append)
    worker.attempt()
    assert [status.phase for status in heard] == ["connecting", "sending", "sending", "done"]
    assert [(status.sent, status.total) for status in heard] == [(0, 2), (0, 2), (1, 2), (1, 2)]
    assert (heard[-1].proven_again, heard[-1].warning) == (True, "E-CERT")


def test_a_download_says_how_much_has_come_and_how_long_it_will_take() -> None:
    heard: list[SyncStatus] = []

    class Downloading(Script):
        def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
            for done in (1_000, 2_000, 5_000):
                watcher.fetched(done, 9_000)
                self.clock.advance(2)
            watcher.fetched(700, 0)
            return super().sync(watcher, last_fault)

    worker, _ = worker_over(Downloading(), 0)
    worker.subscribe(heard.append)
    ended = worker.attempt()
    fetched = [(status.fetched_bytes, status.fetch_bytes, status.fetch_left_s) for status in heard[1:5]]
    assert fetched == [(1_000, 9_000, None), (2_000, 9_000, 14.0), (5_000, 9_000, 4.0), (700, 0, None)]
    assert (ended.fetched_bytes, ended.fetch_bytes) == (0, 0)


class SendingSlowly(Script):
    """Sends records in batches, then photos in parts, four seconds for each."""

    def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
        for sent in range(10, 51, 10):
            watcher.phase("sending")
            self.clock.advance(4)
            watcher.settled(sent, 50)
        watcher.phase("sending")
        watcher.photos(0, 2)
        watcher.photo_bytes(0, 800)
        for came in range(100, 801, 100):
            self.clock.advance(4)
            watcher.photo_bytes(came, 800 - came)
        return Synced()


def test_sending_says_how_long_it_will_take_once_that_is_known() -> None:
    heard: list[SyncStatus] = []
    worker, _ = worker_over(SendingSlowly(), 0)
    worker.subscribe(heard.append)
    worker.attempt()
    of_records = [status.send_left_s for status in heard if not status.photos_total]
    of_photos = [status.send_left_s for status in heard if status.photos_total]
    assert [said for said, _ in groupby(of_records)] == [None, 10, None]
    assert [said for said, _ in groupby(of_photos)] == [None, 20, 10, None]


def test_a_part_of_a_photo_that_changes_nothing_said_is_no_news() -> None:
    heard: list[SyncStatus] = []

    class Fast(Script):
        def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
            watcher.photo_bytes(0, 1_000_000)
            for came in range(1, 1_000):
                watcher.photo_bytes(came, 1_000_000 - came)
            return Synced()

    worker, _ = worker_over(Fast(), 0)
    worker.subscribe(heard.append)
    worker.attempt()
    assert [status.phase for status in heard] == ["connecting", "done"]


def test_a_started_worker_ends_when_told() -> None:
    began = threading.Event()

    class Once(Script):
        def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
            began.set()
            return Synced()

    worker = SyncWorker(Once(), clock=FixedClock(), config=ExchangeConfig())
    worker.start()
    worker.request()
    assert began.wait(5)
    worker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "sync-worker"]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_chance_only_ever_adds_to_a_pause(chance: float) -> None:
    config = ExchangeConfig()
    pause = next_pause_s(Ended(failures=1), config, chance)
    assert config.backoff_first_s <= pause <= config.backoff_first_s * (1 + config.jitter)
