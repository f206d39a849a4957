"""Scan engines that send what a code says as a line of text, and Wiegand converters that send badges so."""

from __future__ import annotations

from devices.codecs.line import LineCodec
from devices.codecs.wiegand import WiegandCodec
from devices.models.base import LineSettings, Model

LINE = Model(name="line", medium="line", role="scan", codec=LineCodec, line=LineSettings(baud=9600), is_checked=False)

BADGE_LINE = Model(
    name="line", medium="w26", role="badge", codec=WiegandCodec, line=LineSettings(baud=9600), is_checked=False
)
"""What `LINE` is for a reader that is configured to read badges: a Wiegand converter."""
