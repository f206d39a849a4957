"""Readers made of software on a pseudo-terminal, for the demo and the tests; a driver cannot tell them apart."""

from __future__ import annotations

from devices.emulator.em4100 import EmulatedBadgeReader
from devices.emulator.line import EmulatedScanEngine
from devices.emulator.pty_reader import EmulatedReader

__all__ = ["EmulatedBadgeReader", "EmulatedReader", "EmulatedScanEngine"]
