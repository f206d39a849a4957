"""Parallax 28140 and 28340 badge readers; only their owner can name them, for lines of other readers look alike."""

from __future__ import annotations

from devices.codecs.parallax import ParallaxCodec
from devices.models.base import LineSettings, Model

PARALLAX = Model(
    name="parallax",
    medium="em",
    role="badge",
    codec=ParallaxCodec,
    line=LineSettings(baud=2400, raises_dtr=True),
    is_checked=False,
)
