"""Waits for what happens next: a line, a tag, news of the sync, a signal; one after the other, in one thread."""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from fieldapp.plain.events import Event, InputEnded, Line, LinkChanged, ReaderFault, TagRead
from fieldapp.reader_news import ReaderRole
from fieldapp.services.tag_effect import Certainty

MAX_LINE_BYTES = 64 * 1024
"""Longest line that is kept whole, bytes; what is longer is cut. The longest field holds 2,000 characters."""

_CHUNK_BYTES = 65_536


class Inbox:
    """Events from any thread, and the lines of a file descriptor.

    Lines are read here and not by the interpreter's own reader: a thread that waits in it could not be ended, and
    tags would have to wait for Enter.

    Args:
        source: descriptor of a terminal, pipe or file that lines come from.
        encoding: how its bytes are to be read; what does not fit is replaced.
    """

    def __init__(self, source: int, *, encoding: str = "utf-8") -> None:
        self._source = source
        self._encoding = encoding
        self._posted: SimpleQueue[Event] = SimpleQueue()
        # Open until the program ends: a thread may post at any time, and must not write into another's file.
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._bytes = bytearray()
        self._has_ended = False

    def post(self, event: Event) -> None:
        """Let something happen; may be called from any thread, and from a signal's handler."""
        self._posted.put(event)
        with suppress(OSError):
            # A full pipe wakes as well.
            os.write(self._wake, b".")

    def next(self, timeout_s: float | None, *, wants_lines: bool = True) -> Event | None:
        """Return what happens next, None when nothing did within the time.

        Args:
            timeout_s: None for as long as it takes.
            wants_lines: whether lines are read now; those that come meanwhile wait.
        """
        while True:
            with suppress(Empty):
                return self._posted.get_nowait()
            if wants_lines and (event := self._from_source()) is not None:
                return event
            sources = [self._woken, self._source] if wants_lines else [self._woken]
            ready, _, _ = select.select(sources, [], [], timeout_s)
            if not ready:
                return None
            if self._woken in ready:
                os.read(self._woken, _CHUNK_BYTES)
            if self._source in ready:
                self._read()

    def _from_source(self) -> Event | None:
        end = self._bytes.find(b"\n")
        if end >= 0 or (self._has_ended and self._bytes):
            end = end if end >= 0 else len(self._bytes)
            line = bytes(self._bytes[:end]).removesuffix(b"\r")
            del self._bytes[: end + 1]
            return Line(line.decode(self._encoding, "replace"))
        return InputEnded() if self._has_ended else None

    def _read(self) -> None:
        try:
            data = os.read(self._source, _CHUNK_BYTES)
        except OSError:
            # EIO: the terminal is gone.
            data = b""
        self._has_ended = not data
        self._bytes += data
        if b"\n" not in self._bytes:
            del self._bytes[MAX_LINE_BYTES:]


class PostedNews:
    """Posts what readers say."""

    def __init__(self, post: Callable[[Event], object]) -> None:
        self._post = post

    def tag_read(self, medium: str, value: str, at_monotonic: float, certainty: Certainty) -> object:  # noqa: ARG002 - the Protocol's signature
        """Post a tag."""
        return self._post(TagRead(medium, value, certainty))

    def link_changed(self, name: str, role: ReaderRole, state: str) -> object:
        """Post how a reader's link stands."""
        return self._post(LinkChanged(name, role, state))

    def reader_fault(self, name: str, reason: str) -> object:
        """Post what was no reading."""
        return self._post(ReaderFault(name, reason))
