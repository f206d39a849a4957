"""GNSS receivers that say where they are in NMEA sentences, as nearly all do."""

from __future__ import annotations

from devices.codecs.nmea import NmeaCodec
from devices.models.base import LineSettings, Model

NMEA = Model(
    name="nmea",
    medium="position",
    role="gnss",
    codec=NmeaCodec,
    line=LineSettings(baud=9600),
    bauds=(9600, 38400, 115200, 4800),
)
