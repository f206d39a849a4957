"""A receiver that says what it is told."""

from msgspec import Struct

LAT, LON = 45.602057, 126.642387
"""Where it stands."""


class Here(Struct, frozen=True):
    """A position."""

    lat: float = LAT
    lon: float = LON
    quality: int = 1
    sigma_m: float | None = 5.0
    age_s: float = 1.0


class FakeReceiver:
    """A receiver that says what it is told."""

    def __init__(self, here: Here | None = None) -> None:
        self.here = here
        self.offset_ms: int | None = None

    def whereabouts(self) -> Here | None:
        return self.here

    def clock_offset_ms(self) -> int | None:
        return self.offset_ms
