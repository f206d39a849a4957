"""How long sending will still take, from its pace so far: said when it is known, and in steps that do not jitter."""

from bisect import bisect_left
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

LEAST_STEPS = 3
"""Steps of the work, a batch or a part of a photo, before a pace is believed."""

LEAST_TOOK_S = 5.0
"""Time over which a pace is measured before it is believed."""

WORTH_SAYING_S = 8.0
"""What takes less is over before it is read."""

_UNSAID_BELOW_S = 5.0
"""What was once said stays until so little is left."""

_MIN_S, _HOUR_S = 60, 3600
_STEPS_S = (*range(10, 60, 10), *range(_MIN_S, 11 * _MIN_S, _MIN_S), *range(15 * _MIN_S, 61 * _MIN_S, 5 * _MIN_S))
"""What is said up to an hour: tens of seconds, then minutes, then five of them; beyond it whole hours."""

_BELOW, _ABOVE = 0.85, 1.15
"""How far an estimate may leave the step that was said before another one is said."""


class Pace(Struct, frozen=True):
    """How a piece of work goes on.

    Attributes:
        began_ms: when it began, by a clock that nobody sets.
        steps: in how many steps it has moved.
        left_s: what is said of the time that is left, None while that is not known well enough, or soon over.
    """

    began_ms: int
    steps: int = 0
    left_s: int | None = None

    def after(self, now_ms: int, *, moved: int, left: int) -> "Pace":
        """Return the pace after a further step.

        Args:
            moved: what was done since it began, in any unit.
            left: what there is still to do, in the same unit.
        """
        steps, took_s = self.steps + 1, (now_ms - self.began_ms) / 1000
        estimate_s = None
        if steps >= LEAST_STEPS and took_s >= LEAST_TOOK_S and moved > 0:
            estimate_s = max(left, 0) * took_s / moved
        return replace(self, steps=steps, left_s=said_s(estimate_s, self.left_s))


def said_s(estimate_s: float | None, before_s: int | None = None) -> int | None:
    """Return which time to say: the estimate rounded up to a step, or what was said before while that is near enough.

    Args:
        estimate_s: seconds that are left, None while that is not known.
        before_s: what was said last, None when nothing was.
    """
    if estimate_s is None or estimate_s < (WORTH_SAYING_S if before_s is None else _UNSAID_BELOW_S):
        return None
    if before_s is not None and _step_below(before_s) * _BELOW < estimate_s <= before_s * _ABOVE:
        return before_s
    return _step_of(estimate_s)


def _step_of(seconds: float) -> int:
    place = bisect_left(_STEPS_S, seconds)
    return _STEPS_S[place] if place < len(_STEPS_S) else ceil(seconds / _HOUR_S) * _HOUR_S


def _step_below(step_s: int) -> int:
    place = bisect_left(_STEPS_S, step_s)
    if place == len(_STEPS_S):
        return step_s - _HOUR_S
    return _STEPS_S[place - 1] if place else 0
