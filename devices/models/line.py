"""Scan engines that send what a code says as a line of text."""

from __future__ import annotations

from devices.codecs.line import LineCodec
from devices.models.base import LineSettings, Model

LINE = Model(name="line", medium="line", role="scan", codec=LineCodec, line=LineSettings(baud=9600), is_checked=False)
