"""How long to wait before a port is tried again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackOff:
    """Eager at first, because a plug is often only pushed back in; patient after a minute."""

    first_s: float = 0.05
    longest_s: float = 0.5
    patient_after_s: float = 60.0
    patient_s: float = 2.0

    def delay_s(self, failures: int, missing_for_s: float) -> float:
        """Return the seconds to wait after so many failures in a row; none after none."""
        if failures == 0:
            return 0.0
        if missing_for_s >= self.patient_after_s:
            return self.patient_s
        return float(min(self.longest_s, self.first_s * 2 ** min(failures - 1, 16)))


class Retries:
    """Counts the attempts of one link since its port last worked."""

    __slots__ = ("_back_off", "_failures", "_first_failed_s")

    def __init__(self, back_off: BackOff) -> None:
        self._back_off = back_off
        self._failures = 0
        self._first_failed_s = 0.0

    def attempt(self, now: float) -> float:
        """Count an attempt that begins now and return the seconds to wait before it."""
        if self._failures == 0:
            self._first_failed_s = now
        delay_s = self._back_off.delay_s(self._failures, now - self._first_failed_s)
        self._failures += 1
        return delay_s

    def worked(self) -> None:
        """Note that the port gave an answer, not only that it could be opened."""
        self._failures = 0
