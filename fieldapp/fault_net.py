"""The net under the whole app: a fault in drawing, composing, a handler, a timer or a worker ends no shift.

The library ends an app at the first exception that nobody caught, and the widget in which it happened hears nothing
any more. Here the fault goes into the log, what is unsaved is put away, and the screens are made anew: the inspector
is at home again, told by a sentence and a code. Only a program that faults again and again ends.
"""

import logging
import time
from collections.abc import Callable

from textual.app import App
from textual.message import Message
from textual.worker import WorkerFailed

from fieldapp.messages import Trouble
from fieldapp.presentation.troubles import UNEXPECTED
from fieldapp.services.errors import ServiceError
from sync.errors import SyncError

MOST_FAULTS = 3
"""So many faults within `FAULTS_WITHIN_S` end the program: home itself cannot be shown."""

FAULTS_WITHIN_S = 20.0
"""How far back faults count."""

log = logging.getLogger("fieldapp")


class CaughtApp(App[int]):
    """An app that goes on after a fault.

    Attributes:
        faults: what was caught, in order.
        begins_again: whether the screens are being made anew.
        crash: what ended the app, None while it runs or when it was left.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.now = now
        self.faults: list[Exception] = []
        self.crash: Exception | None = None
        self._faulted_at: list[float] = []
        self.begins_again = False

    async def begin_again(self) -> None:
        """Put away what is unsaved and make the screens anew."""
        raise LookupError("an app needs screens of its own")

    async def _dispatch_message(self, message: Message) -> None:
        # The library would leave the loop of messages, and with it the program.
        try:
            await super()._dispatch_message(message)
        except (ServiceError, SyncError) as refused:
            log.warning("handler_refused code=%s", refused.code)
            self.screen.post_message(Trouble(refused.code))
        except Exception as error:  # noqa: BLE001 - the net
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        if self.begins_again or self.crash is not None:
            # What is being taken down faults once more.
            return
        fault = error.error if isinstance(error, WorkerFailed) and isinstance(error.error, Exception) else error
        self.faults.append(fault)
        now = self.now()
        self._faulted_at = [at for at in self._faulted_at if now - at < FAULTS_WITHIN_S] + [now]
        if len(self._faulted_at) >= MOST_FAULTS or not self._dom_ready or self._exit:
            self._end_by(fault)
            return
        from fieldapp.crashes import keep_crash

        keep_crash(fault)
        self.begins_again = True
        self.call_later(self._begin_again)

    async def _begin_again(self) -> None:
        try:
            await self.begin_again()
        except Exception as error:  # noqa: BLE001 - the net
            self._end_by(error)
            return
        finally:
            self.begins_again = False
        self.screen.call_later(self.screen.post_message, Trouble(UNEXPECTED))

    def _end_by(self, error: Exception) -> None:
        # The library would print the values of local variables: names, notes, PINs.
        if self.crash is None:
            self.crash = self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self._close_messages_no_wait()
