"""What readers say on its way to the app: in order, bounded, and never more than the app has time for.

A reader that floods must not fill the app's message queue, in which keys and touches wait too. So of each kind one
message is under way at a time. Tags wait in a queue that is never shortened: when it is full the reader's own thread
waits, and with it the reader's line. Of links and faults, which are facts of the moment, the newest stands for all.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from textual.message import Message

from fieldapp.messages import LinkChanged, Post, ReaderFault, TagRead
from fieldapp.reader_news import ReaderRole
from fieldapp.services.tag_effect import Certainty

MOST_TAGS = 64
"""Tags that wait for the app before their reader has to."""

GIVEN_UP_S = 2.0
"""A message that nobody has called done for so long was lost with its screen; the next one follows."""

Done = Callable[[], object]
"""Says that a message has been dealt with."""

Made = Callable[[Done], Message]
"""Makes a message that says by this when it is dealt with."""


class PostedNews:
    """Posts what readers say to the app; to be closed before the readers are."""

    def __init__(self, post: Post, *, now: Callable[[], float] = time.monotonic) -> None:
        self._post = post
        self._now = now
        self._tags = _Lane(post, now, MOST_TAGS)
        self._newest: dict[tuple[type[Message], str], _Lane] = {}

    def tag_read(self, medium: str, value: str, at_monotonic: float, certainty: Certainty) -> None:
        """Post a tag when those before it are dealt with; waits while too many are."""
        self._tags.put(lambda done: TagRead(medium, value, at_monotonic, certainty, done))

    def link_changed(self, name: str, role: ReaderRole, state: str) -> None:
        """Post how a reader's link stands."""
        self._lane(LinkChanged, name).put(lambda done: LinkChanged(name, role, state, done))

    def reader_fault(self, name: str, reason: str) -> None:
        """Post what was no reading."""
        self._lane(ReaderFault, name).put(lambda done: ReaderFault(name, reason, done))

    def close(self) -> None:
        """Post nothing more, and let no reader wait."""
        for lane in (self._tags, *tuple(self._newest.values())):
            lane.close()

    def _lane(self, kind: type[Message], name: str) -> "_Lane":
        return self._newest.setdefault((kind, name), _Lane(self._post, self._now, most=0))


class _Lane:
    """Messages of one kind, of which one is under way at a time.

    Args:
        most: how many wait before whoever brings another one has to; 0: only the newest waits.
    """

    def __init__(self, post: Post, now: Callable[[], float], most: int) -> None:
        self._post = post
        self._now = now
        self._most = most
        self._waiting: deque[Made] = deque(maxlen=None if most else 1)
        self._changed = threading.Condition()
        self._posted_at: float | None = None
        self._number = 0
        self._is_closed = False

    def put(self, made: Made) -> None:
        """Let a message follow those before it."""
        with self._changed:
            while self._most and len(self._waiting) >= self._most and not self._is_closed:
                self._changed.wait(GIVEN_UP_S)
                self._go_on()
            if not self._is_closed:
                self._waiting.append(made)
                self._go_on()

    def close(self) -> None:
        """Take nothing more."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _go_on(self) -> None:
        """Post the next message if none is under way, or the one that is was lost."""
        is_free = self._posted_at is None or self._now() - self._posted_at >= GIVEN_UP_S
        if not is_free or not self._waiting or self._is_closed:
            return
        self._number += 1
        number = self._number
        self._posted_at = self._now()
        self._post(self._waiting.popleft()(lambda: self._done(number)))
        self._changed.notify_all()

    def _done(self, number: int) -> None:
        with self._changed:
            if number == self._number:
                self._posted_at = None
                self._go_on()
