"""How far away something is, in words."""

from fieldapp.services.finding import BuildingChoice
from fieldapp.services.position import Away
from fieldapp.text import N_, _

_DIRECTIONS = (
    N_("north"),
    N_("northeast"),
    N_("east"),
    N_("southeast"),
    N_("south"),
    N_("southwest"),
    N_("west"),
    N_("northwest"),
)
_HERE_M = 15
"""Nearer than a receiver can tell: no direction is said."""
_TENS_FROM_M = 100
_KILOMETRE_M = 1000


def building_note(choice: BuildingChoice) -> str:
    """Return how far away a building is, where that is known, and its address."""
    return choice.address if choice.away is None else f"{away_words(choice.away)}  {choice.address}"


def away_words(away: Away) -> str:
    """Return distance and direction, as in ``120 m northeast``; no more digits than a receiver knows."""
    if away.distance_m < _HERE_M:
        return _("here")
    direction = _(_DIRECTIONS[round(away.bearing / 45) % len(_DIRECTIONS)])
    if away.distance_m >= _KILOMETRE_M:
        return _("{kilometres:.1f} km {direction}").format(kilometres=away.distance_m / 1000, direction=direction)
    metres = round(away.distance_m, -1) if away.distance_m >= _TENS_FROM_M else round(away.distance_m / 5) * 5
    return _("{metres} m {direction}").format(metres=int(metres), direction=direction)
