"""Arrival of a tag: a card that is held, or read again at once, arrived only once."""

from __future__ import annotations

from collections.abc import Hashable

LEAVE_AFTER_S = 1.0
"""Seconds unseen after which a tag has left; readers repeat a held one every 50 to 90 ms and miss some."""

AGAIN_S = 5.0
"""Seconds within which a tag that may have been misread is believed when it is read once more: held, or held again."""


class Presence:
    """Remembers what lies in the field of one reader.

    Args:
        leave_after_s: in the unit in which ``now`` is given.
    """

    __slots__ = ("_leave_after_s", "_seen")

    def __init__(self, leave_after_s: float = LEAVE_AFTER_S) -> None:
        self._leave_after_s = leave_after_s
        self._seen: dict[Hashable, float] = {}

    def __len__(self) -> int:
        """Return how many tags are remembered."""
        return len(self._seen)

    def arrived(self, key: Hashable, now: float) -> bool:
        """Note that a tag was seen, and say whether it just arrived.

        Args:
            key: what identifies the tag.
            now: monotonic seconds, never before those of an earlier call.
        """
        _forget_before(self._seen, now - self._leave_after_s)
        is_new = self._seen.pop(key, None) is None
        self._seen[key] = now
        return is_new


class SecondReads:
    """Tells when a tag was read a second time: chance does not damage two reads of a framing without a check alike."""

    __slots__ = ("_again_s", "_seen", "_sure")

    def __init__(self, again_s: float = AGAIN_S) -> None:
        self._again_s = again_s
        self._seen: dict[Hashable, float] = {}
        self._sure: set[Hashable] = set()

    def is_second(self, key: Hashable, now: float, *, has_arrived: bool) -> bool:
        """Note that a tag was read, and say whether that makes it sure; true once for each arrival.

        Args:
            key: what identifies the tag.
            now: monotonic seconds, never before those of an earlier call.
            has_arrived: whether this read is the tag's arrival; it is the second one when the tag was there before.
        """
        self._sure.difference_update(_forget_before(self._seen, now - self._again_s))
        if has_arrived:
            self._sure.discard(key)
        was_read = self._seen.pop(key, None) is not None
        self._seen[key] = now
        if not was_read or key in self._sure:
            return False
        self._sure.add(key)
        return True


def _forget_before(seen: dict[Hashable, float], until: float) -> list[Hashable]:
    """Take out what was last seen then or before; a dictionary keeps the order in which its keys were put in."""
    gone: list[Hashable] = []
    for key, last in seen.items():
        if last > until:
            break
        gone.append(key)
    for key in gone:
        del seen[key]
    return gone
