"""Which reader is looked for on which port, when its owner did not say where it hangs.

A reader that answers, or talks with a check, is searched for: port after port, until it is found. One that cannot be
recognised, such as a scan engine that sends plain lines, gets a port on which none of those was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from devices.memory import Place


class Seeker(Struct, frozen=True):
    """One reader without a fixed port, as things stand.

    Attributes:
        name: its name.
        models: names of the models that it may be.
        is_searched: whether any of them can be recognised.
        at: where it is, or is searched for, now; None for nowhere.
        was_at: where it was found last, None for never.
        is_found: whether it is known to be where it is; one that is not is still searched for there.
        has_failed: whether it was searched for where it is now, in vain.
        tried: where it was searched for in vain.
    """

    name: str
    models: frozenset[str]
    is_searched: bool
    at: Place | None = None
    was_at: Place | None = None
    is_found: bool = False
    has_failed: bool = False
    tried: frozenset[Place] = frozenset()


def assigned(seekers: Sequence[Seeker], free: Sequence[Place], known: Mapping[Place, str]) -> dict[str, Place | None]:
    """Return for each reader where it is to be looked for now, None for nowhere.

    Args:
        free: the ports that are there, may be searched, and are nobody's, in the order in which they are tried.
        known: the name of the model that is known, or was chosen, for a port.
    """
    at: dict[str, Place | None] = {one.name: one.at for one in seekers if one.at in free and not one.has_failed}
    searched = [one for one in seekers if one.is_searched and one.name not in at]
    plain = [one for one in seekers if not one.is_searched and one.name not in at]
    for seeker in plain:
        own = [place for place in _left(free, at) if _rank(seeker, place, known) < _UNKNOWN]
        if own:
            at[seeker.name] = _best(seeker, own, known)
    for seeker in searched:
        fresh = [place for place in _left(free, at) if not _was_tried(seeker, place)]
        if fresh:
            at[seeker.name] = _best(seeker, fresh, known)
    unsettled = [one for one in seekers if one.is_searched and not (one.is_found and one.name in at)]
    for seeker in plain:
        spare = [place for place in _left(free, at) if all(_was_tried(one, place) for one in unsettled)]
        at.setdefault(seeker.name, _best(seeker, spare, known))
    for seeker in searched:
        # Where nothing is left to try it goes on listening, unless somebody else needs the port.
        at.setdefault(seeker.name, seeker.at if seeker.at in _left(free, at) else None)
    return at


def _left(free: Sequence[Place], at: Mapping[str, Place | None]) -> list[Place]:
    return [place for place in free if place not in at.values()]


def _was_tried(seeker: Seeker, place: Place) -> bool:
    return place in seeker.tried or (seeker.has_failed and place == seeker.at)


def _best(seeker: Seeker, places: Sequence[Place], known: Mapping[Place, str]) -> Place | None:
    return min(places, key=lambda place: _rank(seeker, place, known), default=None)


_UNKNOWN, _OTHERS = 3, 4


def _rank(seeker: Seeker, place: Place, known: Mapping[Place, str]) -> int:
    """Return how likely a reader hangs on a port, 0 for surely."""
    was = seeker.was_at
    if was is not None and (was == place or was.is_same_adapter(place)):
        return 0
    if place in known:
        return 1 if known[place] in seeker.models else _OTHERS
    return 2 if was is not None and was.usb_id and was.usb_id == place.usb_id else _UNKNOWN
