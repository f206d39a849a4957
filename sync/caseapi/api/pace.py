"""How often one device may come: a fault in one tablet must not keep the others out."""

from collections.abc import Callable
from uuid import UUID

from sync.caseapi.api.problems import TooManyInFlight

KEPT_DEVICES = 8_192
"""Most devices whose pace is remembered; the ones that came longest ago are forgotten first."""


class DevicePace:
    """A bucket of exchanges for each device, refilled evenly over a minute."""

    def __init__(self, per_minute: int, now_ms: Callable[[], int]) -> None:
        """Begin with full buckets.

        Args:
            per_minute: exchanges that a device may begin in a minute; 0 sets no bound.
        """
        self._per_minute = per_minute
        self._now_ms = now_ms
        self._buckets: dict[UUID, tuple[float, int]] = {}

    def admit(self, device: UUID) -> None:
        """Take one exchange out of a device's bucket.

        Raises:
            TooManyInFlight: it is empty.
        """
        if not self._per_minute:
            return
        now_ms = self._now_ms()
        left, at_ms = self._buckets.pop(device, (float(self._per_minute), now_ms))
        left = min(float(self._per_minute), left + max(0, now_ms - at_ms) * self._per_minute / 60_000)
        self._buckets[device] = (max(0.0, left - 1), now_ms)
        while len(self._buckets) > KEPT_DEVICES:
            del self._buckets[next(iter(self._buckets))]
        if left < 1:
            raise TooManyInFlight("this tablet exchanges too often")
