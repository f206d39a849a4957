"""When an app rests: nothing is begun and not done, nothing drawn and not painted.

The app's own queues are asked. The library's pause gives each widget a message to deal with, and then sleeps until the
processor has been idle: half the time of a test, and another outcome where the machine is busy.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from textual._compositor import Compositor
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Resize
from textual.geometry import Size
from textual.message_pump import MessagePump

from fieldapp.app import FieldApp

TURN_S = 0.001
"""How long a turn waits where the app itself waits."""

_CALM_TURNS = 3
_MOST_TURNS = 20_000


async def come_to_rest(app: FieldApp) -> None:
    """Wait until everything that was begun is done and painted."""
    calm = 0
    for _turn in range(_MOST_TURNS):
        await asyncio.sleep(TURN_S if _is_waiting(app) else 0)
        app.screen._on_timer_update()
        calm = 0 if _is_busy(app) else calm + 1
        if calm == _CALM_TURNS:
            return
    raise AssertionError("the app never came to rest")


async def resize(app: FieldApp, columns: int, rows: int) -> None:
    """Make the terminal another size, and wait until the app has taken it."""
    size = Size(columns, rows)
    assert isinstance(app._driver, HeadlessDriver)
    app._driver._size = size
    app.post_message(Resize(size, size))
    await come_to_rest(app)


@contextmanager
def painted_when_looked_at() -> Iterator[None]:
    """Paint nothing between two looks: what would be sent to a terminal is thrown away, and costs a third of a test."""

    def nothing(compositor: Compositor, *_arguments: object, **_named: object) -> None:
        compositor._dirty_regions.clear()

    with patch.object(Compositor, "render_update", nothing):
        yield


async def let_timers_go_off(app: FieldApp, times: int = 1) -> None:
    """Do now what timers do sooner or later by the machine's clock, those that repeat so many times."""
    for turn in range(times):
        running = [timer for pump in _pumps(app) for timer in pump._timers if timer._active.is_set()]
        for timer in running:
            if turn == 0 or timer._repeat is None:
                await timer._tick(next_timer=0.0, count=0)
        await come_to_rest(app)


def _pumps(app: FieldApp) -> list[MessagePump]:
    return [app, *(node for each in app.screen_stack for node in each.walk_children(with_self=True))]


def _is_waiting(app: FieldApp) -> bool:
    """Return whether threads, or the clock after which the library takes a new size, will go on with something."""
    is_working = not app.work.is_idle or any(worker.is_running for worker in app.workers)
    return is_working or app._resize_event is not None


def _is_busy(app: FieldApp) -> bool:
    """Return whether a message waits or is being dealt with, or something is to be painted."""
    screen = app.screen
    if screen._callbacks or screen._dirty_widgets or screen._layout_required or screen._repaint_required:
        return True
    is_asked = any(pump._next_callbacks or (pump._running and not _waits_for_a_message(pump)) for pump in _pumps(app))
    return is_asked or _is_waiting(app)


def _waits_for_a_message(pump: MessagePump) -> bool:
    queue: Any = pump._message_queue  # the library's own, cut down: it does not count what is being dealt with
    return queue.empty() and bool(queue.ready_event._waiters)
