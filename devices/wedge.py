"""Scanners that type like a keyboard: which keys were a scan, and which were typed by a person.

Keys that follow one another quickly are held back as a group. The group is a scan when its text says so: the
caller's grammar accepts it, or it is long and ended by Enter. Else it is handed back to be typed, in order.
Timing only groups; content decides. No key is ever lost or passed by another.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from devices.codecs.line import without_aim_id

GAP_S = 0.050
"""Longest pause inside a group; scanners type every 1 to 18 ms, people rarely under 50."""

LONG_ENOUGH = 8
"""Fewest characters that are taken for a scan without the grammar when Enter follows within the gap."""

MAX_KEYS = 512
"""Most keys held back; the longest code worth typing is far shorter, so a held key ends here."""

_ENTER = "enter"


class Key(Struct, frozen=True):
    """One key as the terminal names it, with the character it types, if any."""

    name: str
    character: str | None = None

    @property
    def is_printable(self) -> bool:
        """Whether the key types one visible character or a space."""
        return self.character is not None and len(self.character) == 1 and self.character.isprintable()


class Held(Struct, frozen=True):
    """Nothing to do yet: the key is kept until its group is decided."""


class Scan(Struct, frozen=True):
    """A group of keys that was a scan; ``keys`` are all that it used up, Enter included."""

    text: str
    keys: tuple[Key, ...]


class Replay(Struct, frozen=True):
    """Keys a person typed, to be handled as typing, in this order."""

    keys: tuple[Key, ...]


HELD = Held()


class WedgeFilter:
    """Sorts keys into scans and typing; the caller gives the clock and asks again at ``deadline_s``.

    Args:
        gap_s: longest pause between keys of one group.
        accepts: the grammar of codes that need no Enter; given the text without an AIM identifier.
    """

    __slots__ = ("_accepts", "_gap_s", "_keys", "_last_s")

    def __init__(self, gap_s: float = GAP_S, *, accepts: Callable[[str], bool]) -> None:
        self._gap_s = gap_s
        self._accepts = accepts
        self._keys: list[Key] = []
        self._last_s = 0.0

    @property
    def deadline_s(self) -> float | None:
        """When ``expire`` must be called if no key comes before, or None while nothing is held."""
        return self._last_s + self._gap_s if self._keys else None

    def feed(self, key: str, character: str | None, now: float) -> Held | Scan | Replay:
        """Take one key and return what it decides.

        A key that comes after the deadline decides the group before it and is held itself, even when it types
        nothing; so the answer never speaks of two groups.
        """
        before = self.expire(now)
        pressed = Key(key, character)
        self._keys.append(pressed)
        self._last_s = now
        if before is not None:
            return before
        if self._may_go_on(pressed):
            return HELD
        return self._decided()

    def expire(self, now: float) -> Scan | Replay | None:
        """Decide the held group when its deadline has come; None when it has not, or nothing is held."""
        deadline_s = self.deadline_s
        if deadline_s is None or now < deadline_s:
            return None
        return self._decided()

    def _may_go_on(self, pressed: Key) -> bool:
        return pressed.is_printable and self._keys[0].is_printable and len(self._keys) < MAX_KEYS

    def _decided(self) -> Scan | Replay:
        keys = tuple(self._keys)
        self._keys.clear()
        text = self._scanned_text(keys)
        return Replay(keys) if text is None else Scan(text, keys)

    def _scanned_text(self, keys: tuple[Key, ...]) -> str | None:
        ended_by_enter = keys[-1].name == _ENTER
        typed = keys[:-1] if ended_by_enter else keys
        if not typed or not all(key.is_printable for key in typed):
            return None
        text = without_aim_id("".join(key.character or "" for key in typed))
        is_scan = self._accepts(text) or (ended_by_enter and len(text) >= LONG_ENOUGH)
        return text if is_scan else None
