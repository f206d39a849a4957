"""Virtual time: what will happen when, in one order for one seed; and an event loop that lives in it."""

import asyncio
import contextvars
import heapq
import math
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any

Act = Callable[..., object]


class Agenda:
    """Events by virtual time; those of the same millisecond in the order they were entered."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.done = 0
        self._entered = 0
        self._waiting: list[tuple[int, int, Act, tuple[Any, ...]]] = []

    def after(self, delay_ms: int, act: Act, *arguments: Any) -> None:
        """Enter what is to happen so many milliseconds from now."""
        self._entered += 1
        heapq.heappush(self._waiting, (self.now_ms + max(0, delay_ms), self._entered, act, arguments))

    def leap(self, ms: int) -> None:
        """Let a long time pass in which nobody did anything; what was due happens after it."""
        self.now_ms += ms

    def step(self) -> bool:
        """Let the next event happen; False when there is none."""
        if not self._waiting:
            return False
        due_ms, _, act, arguments = heapq.heappop(self._waiting)
        self.now_ms = max(self.now_ms, due_ms)
        self.done += 1
        act(*arguments)
        return True


class SimLoop(asyncio.AbstractEventLoop):
    """As much of an event loop as the case API needs; nothing in it waits for a thread, a socket or a real clock."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._ready: deque[events.Handle] = deque()
        self.is_dead = False
        self.troubles: list[str] = []

    def drain(self) -> None:
        """Run everything that can run now."""
        if not self._ready:
            return
        events._set_running_loop(self)
        try:
            while self._ready and not self.is_dead:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            events._set_running_loop(None)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end, letting the agenda go on; for what prepares or ends a world."""
        task = self.create_task(coroutine)
        self.drain()
        while not task.done() and self._agenda.step():
            self.drain()
        return task.result()

    def time(self) -> float:
        """Return virtual seconds."""
        return self._agenda.now_ms / 1000

    def call_soon(self, callback: Act, *args: Any, context: contextvars.Context | None = None) -> events.Handle:
        """Queue a callback."""
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Act, *args: Any, context: contextvars.Context | None = None
    ) -> events.Handle:
        """Queue a callback; there is one thread."""
        return self.call_soon(callback, *args, context=context)

    def call_at(
        self, when: float, callback: Act, *args: Any, context: contextvars.Context | None = None
    ) -> events.TimerHandle:
        """Queue a callback for a moment of virtual time."""
        timer = events.TimerHandle(when, callback, args, self, context)
        # Never before its time, not by a rounding: who sleeps until a moment would sleep again, for ever.
        delay_ms = math.ceil(when * 1000) - self._agenda.now_ms if when > self.time() else 0
        self._agenda.after(max(delay_ms, int(when > self.time())), self._fire, timer)
        return timer

    def call_later(
        self, delay: float, callback: Act, *args: Any, context: contextvars.Context | None = None
    ) -> events.TimerHandle:
        """Queue a callback for later."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def create_future(self) -> asyncio.Future[Any]:
        """Return a future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Any = None) -> asyncio.Task[Any]:
        """Return a task of this loop."""
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def run_in_executor(self, executor: Executor | None, func: Act, *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # the stub says `Any`
        """Run a function at once, in the one thread there is."""
        future = self.create_future()
        try:
            future.set_result(func(*args) if executor is None else executor.submit(func, *args).result())
        except Exception as exc:  # noqa: BLE001 - it is the future's answer
            future.set_exception(exc)
        return future

    def get_debug(self) -> bool:
        """Return that nothing is debugged."""
        return False

    def is_running(self) -> bool:
        """Return that it runs."""
        return True

    def is_closed(self) -> bool:
        """Return whether the process it stands for has ended."""
        return self.is_dead

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Remember what nobody caught; a world in which that happens has failed."""
        if not self.is_dead:
            self.troubles.append(f"{context.get('message')}: {context.get('exception')!r}")

    def _timer_handle_cancelled(self, handle: events.TimerHandle) -> None:
        """Leave a cancelled timer where it is: it does nothing when its time comes."""

    def _fire(self, timer: events.TimerHandle) -> None:
        if not timer.cancelled() and not self.is_dead:
            self._ready.append(timer)
