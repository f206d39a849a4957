"""The single net: whatever fails in a turn becomes a sentence with a code; drafts and records stay as they are."""

import logging
from collections.abc import Coroutine
from typing import Protocol

from textual.message import Message

from fieldapp.messages import Trouble
from fieldapp.presentation.troubles import UNEXPECTED
from fieldapp.services.errors import ServiceError
from sync.errors import SyncError

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
