"""The single net: whatever fails in a turn becomes a sentence with a code; drafts and records stay as they are."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from fieldapp.messages import Trouble
from fieldapp.presentation.troubles import UNEXPECTED
from fieldapp.services.errors import ServiceError
from sync.errors import SyncError

if TYPE_CHECKING:
    from textual.dom import DOMNode

log = logging.getLogger("fieldapp")


class Hears(Protocol):
    """Something that takes messages."""

    def post_message(self, message: Message) -> bool:
        """Take a message."""


async def guarded(work: Coroutine[None, None, None], listener: Hears) -> None:
    """Do some work; tell the listener of what went wrong instead of ending the app."""
    try:
        await work
    except (ServiceError, SyncError) as refused:
        log.warning("turn_refused code=%s", refused.code)
        listener.post_message(Trouble(refused.code))
    except Exception:
        log.exception("turn_failed")
        listener.post_message(Trouble(UNEXPECTED))


def beside(
    host: "DOMNode",
    group: str,
    work: Callable[[], Coroutine[None, None, None]],
    *,
    hears: Hears | None = None,
    replaces: bool = False,
) -> None:
    """Do some work beside the turns; it ends with the host.

    Args:
        work: makes the work when it begins, so that none is made that is replaced, or ended with the app, before.
        hears: who is told of what went wrong; the host unless it is somebody else.
        replaces: work of the same group that is under way is given up.
    """
    begun: Callable[[], Awaitable[None]] = partial(_begun, work, hears or host)
    host.run_worker(begun, group=group, exclusive=replaces, exit_on_error=False)


async def _begun(work: Callable[[], Coroutine[None, None, None]], listener: Hears) -> None:
    await guarded(work(), listener)
