"""13.56 MHz modules with eight-bit AA BB frames: YHY502, YHY521, YHY522 and their like."""

from __future__ import annotations

from devices.codecs.aabb import Aabb8Codec
from devices.dialogues.aabb import aabb8_dialogue, aabb8_probe
from devices.models.base import LineSettings, Model

AABB8 = Model(
    name="aabb8",
    medium="a",
    role="badge",
    codec=Aabb8Codec,
    line=LineSettings(baud=19200),
    dialogue=aabb8_dialogue,
    probe=aabb8_probe,
    bauds=(19200, 115200),
)
