"""The sync worker: one thread that syncs when asked, soon after a save, and by itself now and then."""

import logging
import threading
from collections.abc import Callable
from itertools import count
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from sync.errors import SyncError
from sync.journal import RESTING, SyncFault, SyncPhase, SyncStatus
from sync.tablet.clock import TabletClock
from sync.tablet.config import ExchangeConfig
from sync.tablet.errors import ConnectionCut, NotEnrolled, ServerBusy, ServerUnreachable
from sync.tablet.pace import Pace
from sync.tablet.schedule import Cut, Ended, next_pause_s, pause_after_cut_s
from sync.tablet.watcher import Watcher

UNEXPECTED = "E-SYNC"
"""Code of a fault that no error of ours names; the log has the rest."""

_NOTHING_MOVES: dict[str, int | None] = {
    "fetched_bytes": 0,
    "fetch_bytes": 0,
    "fetch_left_s": None,
    "send_left_s": None,
}

log = logging.getLogger(__name__)


class Waiting(Protocol):
    """How the worker sleeps; tests replace it, so that none of them waits."""

    def wait(self, seconds: float | None) -> None:
        """Return after so many seconds, or when woken; None waits for that alone."""
        ...

    def wake(self) -> None:
        """End the present wait, or the next one."""
        ...


class EventWaiting:
    """Sleeps on an event."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, seconds: float | None) -> None:
        """Return after so many seconds, or when woken; None waits for that alone."""
        self._event.wait(seconds)
        self._event.clear()

    def wake(self) -> None:
        """End the present wait, or the next one."""
        self._event.set()


class Known(Struct, frozen=True):
    """What the database says before and after an attempt.

    Attributes:
        unsettled: how many records wait.
        photos_waiting: how many photos have still to be sent.
        proven_at_ms: the wall time of the last proven exchange, or None.
    """

    unsettled: int
    proven_at_ms: int | None
    photos_waiting: int = 0


class Synced(Struct, frozen=True):
    """How an attempt ended that met no fault.

    Attributes:
        proven_again: a new server database was proven to hold everything again.
        warning: code of something that is not as it should be, although the sync went on; empty for none.
    """

    proven_again: bool = False
    warning: str = ""


class Attempts(Protocol):
    """What the worker runs."""

    def sync(self, watcher: Watcher, last_fault: str | None) -> Synced:
        """Sync once."""
        ...

    def known(self) -> Known:
        """Return what the database says before and after."""
        ...


class SyncWorker:
    """Runs syncs one after another and tells how they go; every method may be called from any thread."""

    def __init__(
        self,
        attempts: Attempts,
        *,
        clock: TabletClock,
        config: ExchangeConfig,
        waiting: Waiting | None = None,
    ) -> None:
        self._attempts = attempts
        self._clock = clock
        self._config = config
        self._waiting = waiting or EventWaiting()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[SyncStatus], None]] = []
        self._status = SyncStatus("idle", proven_at_ms=self._known().proven_at_ms)
        self._is_requested = False
        self._is_stopping = False
        self._failures = 0
        self._unmoved_cuts = 0
        self._last_fault: str | None = None
        self._due_at_ms: float | None = self._clock.stamp().mono_ms + config.debounce_s * 1000
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        self._thread = threading.Thread(target=self.work, name="sync-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Break off before the next exchange and wait a moment for the thread.

        An exchange under way may still hang on the network; it can change nothing once the store is closed, and what
        was proven until then stays proven.
        """
        self.let_end()
        if self._thread is not None:
            self._thread.join(self._config.stop_wait_s)
            self._thread = None

    def let_end(self) -> None:
        """Let `work` return as soon as it can, without waiting for it."""
        self._is_stopping = True
        self._waiting.wake()

    def request(self) -> None:
        """Ask for a sync now; returns at once, coalesces with one under way."""
        with self._lock:
            self._is_requested = True
        self._waiting.wake()

    def saved(self) -> None:
        """Hear that a record was saved: it is sent in a moment, unless the last attempts failed."""
        with self._lock:
            if self._failures:
                return
            soon = self._now_ms() + self._config.debounce_s * 1000
            self._due_at_ms = soon if self._due_at_ms is None else min(self._due_at_ms, soon)
        self._waiting.wake()

    def status(self) -> SyncStatus:
        """Return what the worker is doing."""
        with self._lock:
            return self._status

    def subscribe(self, listener: Callable[[SyncStatus], None]) -> None:
        """Call the listener on every change, in the worker's thread."""
        with self._lock:
            self._listeners.append(listener)

    def unsubscribe(self, listener: Callable[[SyncStatus], None]) -> None:
        """Call a listener no more."""
        with self._lock:
            self._listeners.remove(listener)

    def sync_now(self, patience_s: float) -> SyncStatus | None:
        """Let the worker's thread sync now, and return how it ended; None when that took longer than `patience_s`."""
        ended: list[SyncStatus] = []
        has_ended = threading.Event()
        has_begun = False

        def heard(status: SyncStatus) -> None:
            nonlocal has_begun
            # What is under way already may have begun before the last save.
            has_begun = has_begun or status.phase == "connecting"
            if has_begun and status.phase in RESTING and not ended:
                ended.append(status)
                has_ended.set()

        self.subscribe(heard)
        try:
            self.request()
            has_ended.wait(patience_s)
        finally:
            self.unsubscribe(heard)
        return ended[0] if ended else None

    def work(self) -> None:
        """Sync whenever it is due, until told to end."""
        while not self._is_stopping:
            pause_ms = self._pause_ms()
            if pause_ms > 0:
                self._waiting.wait(pause_ms / 1000)
            else:
                self.attempt()

    def attempt(self) -> SyncStatus:
        """Sync once, now, in this thread, and again in a moment where the line was cut; return how it ended."""
        for again in count():
            self._begin()
            tried = _try(self._attempts, _Reporter(self), self._last_fault)
            self._last_fault = tried.fault.code if tried.fault is not None else None
            pause_s = self._pause_after_s(tried, again)
            if pause_s is None:
                break
            self._waiting.wait(pause_s)
            if self._is_stopping:
                break
        return self._end(tried)

    def _pause_after_s(self, tried: "_Tried", again: int) -> float | None:
        """Return how long to pause before the attempt is tried again, or None when it has ended."""
        if not tried.is_cut:
            self._unmoved_cuts = 0
            return None
        if tried.has_moved:
            self._failures = self._unmoved_cuts = 0
        self._unmoved_cuts += 1
        return pause_after_cut_s(Cut(self._unmoved_cuts, again), self._config, self._chance())

    def _begin(self) -> None:
        with self._lock:
            self._is_requested = False
            self._due_at_ms = None
        known = self._known()
        self._tell(
            phase="connecting",
            sent=0,
            total=known.unsettled,
            photos_sent=0,
            photos_total=known.photos_waiting,
            fault=None,
            retry_at_ms=None,
            **_NOTHING_MOVES,
        )

    def _end(self, tried: "_Tried") -> SyncStatus:
        known, fault = self._known(), tried.fault
        with self._lock:
            self._failures = self._failures + 1 if fault is not None else 0
            ended = Ended(self._failures, tried.retry_after_s, known.unsettled > 0 or known.photos_waiting > 0)
        pause_ms = next_pause_s(ended, self._config, self._chance()) * 1000
        with self._lock:
            now_ms = self._now_ms()
            # A save while this sync ran has set its own moment.
            saved_due_ms = self._due_at_ms if fault is None else None
            self._due_at_ms = now_ms + pause_ms if saved_due_ms is None else min(saved_due_ms, now_ms + pause_ms)
            pause_ms = max(0.0, self._due_at_ms - now_ms)
        return self._tell(
            phase=tried.phase,
            fault=fault,
            proven_at_ms=known.proven_at_ms,
            retry_at_ms=self._clock.now_ms() + round(pause_ms),
            proven_again=tried.synced.proven_again,
            warning=tried.synced.warning,
            **_NOTHING_MOVES,
        )

    def _known(self) -> Known:
        try:
            return self._attempts.known()
        except SyncError as exc:
            log.warning("journal_unreadable code=%s", exc.code)
            return Known(0, None)

    def _pause_ms(self) -> float:
        with self._lock:
            if self._is_requested or self._due_at_ms is None:
                return 0
            return max(0.0, self._due_at_ms - self._now_ms())

    def _now_ms(self) -> int:
        return self._clock.stamp().mono_ms

    def _chance(self) -> float:
        return int.from_bytes(self._clock.random_bytes(8), "big") / (1 << 64)

    def _tell(self, **changes: object) -> SyncStatus:
        with self._lock:
            self._status = replace(self._status, **changes)
            status, listeners = self._status, tuple(self._listeners)
        for listener in listeners:
            listener(status)
        return status


class _Reporter:
    """Turns what a session says into the worker's status, and tells how long what goes on will still take.

    Attributes:
        has_moved: something new has come through, either way.
    """

    def __init__(self, worker: SyncWorker) -> None:
        self.has_moved = False
        self._worker = worker
        self._fetch_began: tuple[int, int] | None = None
        self._pace: Pace | None = None

    def phase(self, phase: SyncPhase) -> None:
        """Hear what is being done now."""
        if phase == "sending" and self._pace is None:
            self._pace = Pace(self._worker._now_ms())
        self._worker._tell(phase=phase)

    def settled(self, sent: int, total: int) -> None:
        """Hear how many of the records that were waiting are proven stored."""
        self.has_moved = self.has_moved or sent > 0
        now_ms = self._worker._now_ms()
        self._pace = (self._pace or Pace(now_ms)).after(now_ms, moved=sent, left=total - sent)
        self._worker._tell(sent=sent, total=total, send_left_s=self._pace.left_s)

    def photos(self, sent: int, total: int) -> None:
        """Hear how many of the photos that were waiting have been sent whole."""
        self._worker._tell(photos_sent=sent, photos_total=total)

    def photo_bytes(self, came: int, left: int) -> None:
        """Hear how many bytes of photos have gone up, and how many are left."""
        self.has_moved = self.has_moved or came > 0
        now_ms = self._worker._now_ms()
        self._pace = Pace(now_ms) if not came or self._pace is None else self._pace.after(now_ms, moved=came, left=left)
        # A part of a photo by itself is no news: a fast line brings many in a second.
        if self._pace.left_s != self._worker._status.send_left_s:
            self._worker._tell(send_left_s=self._pace.left_s)

    def fetched(self, done_bytes: int, total_bytes: int) -> None:
        """Hear how much of a download has come."""
        self.has_moved = True
        now_ms = self._worker._now_ms()
        since_ms, since_bytes = self._fetch_began or (now_ms, done_bytes)
        if done_bytes < since_bytes:
            since_ms, since_bytes = now_ms, done_bytes
        self._fetch_began = since_ms, since_bytes
        came_bytes, took_s = done_bytes - since_bytes, (now_ms - since_ms) / 1000
        is_known = total_bytes > 0 and came_bytes > 0 and took_s > 0
        left_s = (total_bytes - done_bytes) * took_s / came_bytes if is_known else None
        self._worker._tell(fetched_bytes=done_bytes, fetch_bytes=total_bytes, fetch_left_s=left_s)

    def is_stopping(self) -> bool:
        """Tell whether to break off before the next exchange."""
        return self._worker._is_stopping


class _Tried(Struct, frozen=True):
    """How one try of an attempt ended.

    Attributes:
        retry_after_s: the server asks to wait at least so long.
        is_cut: the connection broke.
        has_moved: something new had come through before it failed.
    """

    phase: SyncPhase
    fault: SyncFault | None = None
    retry_after_s: float = 0.0
    synced: Synced = Synced()
    is_cut: bool = False
    has_moved: bool = False


def _try(attempts: Attempts, reporter: _Reporter, last_fault: str | None) -> _Tried:
    """Sync once; return how that ended, whatever went wrong."""
    try:
        return _Tried("done", synced=attempts.sync(reporter, last_fault))
    except NotEnrolled as exc:
        return _Tried("idle", SyncFault(exc.code, str(exc)))
    except ServerUnreachable as exc:
        is_cut = isinstance(exc, ConnectionCut)
        return _Tried("offline", SyncFault(exc.code, str(exc)), is_cut=is_cut, has_moved=reporter.has_moved)
    except SyncError as exc:
        retry_after_s = exc.retry_after_s if isinstance(exc, ServerBusy) else 0.0
        return _Tried("failed", SyncFault(exc.code, str(exc)), retry_after_s)
    except Exception:  # the worker's net: a fault of the program must not end all syncing
        log.exception("sync_failed_unexpectedly")
        return _Tried("failed", SyncFault(UNEXPECTED))
