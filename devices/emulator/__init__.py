"""Readers made of software on a pseudo-terminal, for the demo and the tests; a driver cannot tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from devices.emulator.aabb import EmulatedAabb8, EmulatedAabb16
from devices.emulator.asked_reader import AskedReader
from devices.emulator.chafon import EmulatedChafon18, EmulatedChafon288
from devices.emulator.em4100 import EmulatedBadgeReader
from devices.emulator.gm65 import EmulatedGm65
from devices.emulator.line import EmulatedScanEngine
from devices.emulator.m100 import EmulatedM100
from devices.emulator.nmea import EmulatedReceiver
from devices.emulator.parallax import EmulatedParallax
from devices.emulator.pn532 import EmulatedPn532
from devices.emulator.pty_reader import EmulatedReader

__all__ = [
    "EMULATORS",
    "AskedReader",
    "EmulatedAabb8",
    "EmulatedAabb16",
    "EmulatedBadgeReader",
    "EmulatedChafon18",
    "EmulatedChafon288",
    "EmulatedGm65",
    "EmulatedM100",
    "EmulatedParallax",
    "EmulatedPn532",
    "EmulatedReader",
    "EmulatedReceiver",
    "EmulatedScanEngine",
]

EMULATORS: Mapping[str, type[EmulatedReader]] = MappingProxyType(
    {
        "aabb16": EmulatedAabb16,
        "aabb8": EmulatedAabb8,
        "chafon18": EmulatedChafon18,
        "chafon288": EmulatedChafon288,
        "em4100": EmulatedBadgeReader,
        "gm65": EmulatedGm65,
        "line": EmulatedScanEngine,
        "m100": EmulatedM100,
        "nmea": EmulatedReceiver,
        "parallax": EmulatedParallax,
        "pn532": EmulatedPn532,
    }
)
"""The emulated reader of each model, by the model's name."""
