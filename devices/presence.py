"""Arrival of a tag: a card that is held, or read again at once, arrived only once."""

from __future__ import annotations

from collections.abc import Hashable

LEAVE_AFTER_S = 1.0
"""Seconds unseen after which a tag has left; readers repeat a held one every 50 to 90 ms and miss some."""


class Presence:
    """Remembers what lies in the field of one reader."""

    __slots__ = ("_last_seen_s", "_leave_after_s")

    def __init__(self, leave_after_s: float = LEAVE_AFTER_S) -> None:
        self._leave_after_s = leave_after_s
        self._last_seen_s: dict[Hashable, float] = {}

    def __len__(self) -> int:
        """Return how many tags are remembered."""
        return len(self._last_seen_s)

    def arrived(self, key: Hashable, now: float) -> bool:
        """Note that a tag was seen, and say whether it just arrived.

        Args:
            key: what identifies the tag.
            now: monotonic seconds, never before those of an earlier call.
        """
        self._last_seen_s = {seen: last for seen, last in self._last_seen_s.items() if now - last < self._leave_after_s}
        is_new = key not in self._last_seen_s
        self._last_seen_s[key] = now
        return is_new
