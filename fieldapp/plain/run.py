"""Runs a conversation over standard input and output until it is left."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from fieldapp.plain.console import Console
from fieldapp.plain.conversation import Conversation
from fieldapp.plain.echo import Echo
from fieldapp.plain.events import Event, Resumed, Signalled, SyncChanged
from fieldapp.plain.inbox import Inbox, PostedNews
from fieldapp.reader_news import DeviceFeed
from fieldapp.services import Services

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
"""Signals that end the conversation, with everything put away."""


def run(services: Services, devices: DeviceFeed, *, begin: Callable[[], None]) -> int:
    """Converse until it is left; return the exit status.

    Args:
        begin: called once the first page was said: lets the sync worker go on.
    Raises:
        ConsoleGone: nobody reads any more; everything said to be saved is, and drafts stay.
    """
    inbox = Inbox(sys.stdin.fileno(), encoding=sys.stdin.encoding)
    is_typed = sys.stdin.isatty()
    echo = Echo(sys.stdin.fileno()) if is_typed else None
    console = Console(sys.stdout, echo, is_shared=is_typed and sys.stdout.isatty())
    try:
        with _signals(inbox.post):
            conversation = Conversation(services, console, inbox.post)
            services.exchange.subscribe(lambda status: inbox.post(SyncChanged(status)))
            conversation.begin()
            conversation.prompt()
            begin()
            devices.start(PostedNews(inbox.post))
            return _converse(conversation, inbox)
    finally:
        devices.stop()
        console.close()


def _converse(conversation: Conversation, inbox: Inbox) -> int:
    while conversation.status is None:
        conversation.take(inbox.next(conversation.patience_s(), wants_lines=conversation.wants_lines))
        conversation.prompt()
    return conversation.status


@contextmanager
def _signals(post: Callable[[Event], None]) -> Iterator[None]:
    """Let signals become events, so that none cuts a save short."""

    def ask_to_leave(number: int, _frame: FrameType | None) -> None:
        post(Signalled(number))

    def go_on(_number: int, _frame: FrameType | None) -> None:
        post(Resumed())

    handlers = {**dict.fromkeys(ENDING, ask_to_leave), signal.SIGCONT: go_on}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
