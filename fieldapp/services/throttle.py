"""How long somebody waits after wrong PINs: long enough to stop guessing, never for ever, and nothing is wiped."""

from msgspec import Struct

from fieldapp.services.moments import Moment, decoded_moment, elapsed_s

FREE_TRIES = 5
"""Wrong PINs without a wait: gloves and cold fingers mistype."""

FIRST_WAIT_S = 30
"""Wait after the last free try; every further one doubles it."""

LONGEST_WAIT_S = 15 * 60
"""The wait grows no further: 96 guesses a day among a million."""


class Throttle(Struct, frozen=True):
    """Wrong PINs of one person since the last right one.

    Attributes:
        failures: how many in a row.
        last: when the last one was, None when there was none.
    """

    failures: int = 0
    last: Moment | None = None

    def encoded(self) -> str | None:
        """Return the throttle as text for the settings, None when there is nothing to keep."""
        return f"{self.failures} {self.last.encoded()}" if self.last else None


def decoded_throttle(text: str | None) -> Throttle:
    """Return the throttle of a settings text; unreadable text counts as none."""
    count, _, rest = (text or "").partition(" ")
    last = decoded_moment(rest)
    return Throttle(int(count), last) if count.isdecimal() and last else Throttle()


def wait_after(failures: int) -> int:
    """Return the seconds to wait after so many wrong PINs in a row."""
    if failures < FREE_TRIES:
        return 0
    return min(FIRST_WAIT_S << min(failures - FREE_TRIES, 10), LONGEST_WAIT_S)


def wait_left_s(throttle: Throttle, now: Moment) -> int:
    """Return the whole seconds still to wait; clocks that contradict each other count as no time passed."""
    if throttle.last is None:
        return 0
    passed_s = elapsed_s(throttle.last, now) or 0.0
    left_s = wait_after(throttle.failures) - passed_s
    return max(0, int(left_s) + (left_s > int(left_s)))


def after_failure(throttle: Throttle, now: Moment) -> Throttle:
    """Return the throttle after one more wrong PIN."""
    return Throttle(throttle.failures + 1, now)
