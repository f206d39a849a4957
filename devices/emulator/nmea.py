"""An emulated GNSS receiver: once a second it says where it is, as somebody walks who carries it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from math import cos, pi, radians, sin
from operator import xor
from pathlib import Path

from devices.emulator.pty_reader import EmulatedReader

START = (45.602057, 126.642387)
"""Where it stands at first, latitude and longitude: in the middle of the demonstration district."""

PACE_RADIUS_M = 8.0
PACE_CYCLES = 60
"""It walks a circle of eight metres about its place, one round a minute: the step of somebody who looks around."""

EVERY_S = 1.0
_METRES_A_DEGREE = 111_195.0


class EmulatedReceiver(EmulatedReader):
    """Sends RMC, GGA, GSA and GST once a second while it is plugged in.

    Args:
        every_s: seconds between two cycles; None for cycles only when ``cycle`` is called.
        clock: what the satellites say the time is, in UTC.
    """

    def __init__(
        self,
        stable_path: Path | None = None,
        *,
        every_s: float | None = EVERY_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._place: tuple[float, float] | None = START
        self._sigma_m = 2.0
        self._clock = clock
        self._cycles = 0
        self._stop = threading.Event()
        super().__init__(stable_path)
        self._playing = None if every_s is None else threading.Thread(target=self._play, args=(every_s,), daemon=True)
        if self._playing is not None:
            self._playing.start()

    def move(self, lat: float, lon: float, *, sigma_m: float = 2.0) -> None:
        """Be at another place from the next cycle on, and know it by so many metres."""
        with self._lock:
            self._place, self._sigma_m = (lat, lon), sigma_m

    def lose_fix(self) -> None:
        """See no satellites from the next cycle on, until it is moved."""
        with self._lock:
            self._place = None

    def garble(self) -> None:
        """Send one sentence with a byte damaged on the way."""
        damaged = sentence("GNGGA,000000.00,4536.12345,N,12638.54321,E,1,08,0.9,142.6,M,5.1,M,,").replace(
            b"4536", b"4537"
        )
        self.send(damaged)

    def cycle(self) -> None:
        """Send what it says in one second."""
        with self._lock:
            self._cycles += 1
            moment = self._clock()
            place = None if self._place is None else _paced(self._place, self._cycles)
            self.send(no_fix(moment) if place is None else fix(moment, place, self._sigma_m))

    def close(self) -> None:
        """Put the receiver away; may be called again."""
        self._stop.set()
        if self._playing is not None:
            self._playing.join()
        super().close()

    def _play(self, every_s: float) -> None:
        while not self._stop.wait(every_s):
            self.cycle()


def sentence(body: str) -> bytes:
    """Return a sentence with its check and line end."""
    return f"${body}*{reduce(xor, body.encode('ascii'), 0):02X}\r\n".encode("ascii")


def fix(moment: datetime, place: tuple[float, float], sigma_m: float) -> bytes:
    """Return the sentences of one second in which the receiver knows where it is."""
    at, time, each = _place(*place), f"{moment:%H%M%S}.00", sigma_m / 2**0.5
    return b"".join(
        (
            sentence(f"GNRMC,{time},A,{at},1.1,,{moment:%d%m%y},,,A,V"),
            sentence(f"GNGGA,{time},{at},1,11,{sigma_m / 5:.2f},142.6,M,5.1,M,,"),
            sentence(f"GNGSA,A,3,04,05,09,12,24,25,29,31,,,,,1.5,{sigma_m / 5:.2f},1.3,1"),
            sentence(f"GNGST,{time},{sigma_m:.1f},{each:.2f},{each:.2f},0.0,{each:.2f},{each:.2f},{sigma_m * 2:.1f}"),
        )
    )


def no_fix(moment: datetime) -> bytes:
    """Return the sentences of one second in which the receiver does not know where it is."""
    time = f"{moment:%H%M%S}.00"
    return sentence(f"GNRMC,{time},V,,,,,,,{moment:%d%m%y},,,N,V") + sentence(f"GNGGA,{time},,,,,0,00,99.99,,,,,,")


def _place(lat: float, lon: float) -> str:
    return f"{_angle(lat, 2)},{'NS'[lat < 0]},{_angle(lon, 3)},{'EW'[lon < 0]}"


def _angle(degrees: float, digits: int) -> str:
    # Whole units first: minutes rounded by themselves could become 60.
    units = round(abs(degrees) * 60 * 100_000)
    whole, minutes = divmod(units, 60 * 100_000)
    return f"{whole:0{digits}}{minutes // 100_000:02}.{minutes % 100_000:05}"


def _paced(place: tuple[float, float], cycle: int) -> tuple[float, float]:
    lat, lon = place
    turn = 2 * pi * cycle / PACE_CYCLES
    north_m, east_m = PACE_RADIUS_M * cos(turn), PACE_RADIUS_M * sin(turn)
    return lat + north_m / _METRES_A_DEGREE, lon + east_m / _METRES_A_DEGREE / cos(radians(lat))
