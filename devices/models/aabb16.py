"""13.56 MHz modules with sixteen-bit AA BB frames: YHY523, YHY632, many teaching kits."""

from __future__ import annotations

from devices.codecs.aabb import Aabb16Codec
from devices.dialogues.aabb import aabb16_dialogue, aabb16_probe
from devices.models.base import LineSettings, Model

AABB16 = Model(
    name="aabb16",
    medium="a",
    role="badge",
    codec=Aabb16Codec,
    line=LineSettings(baud=19200),
    dialogue=aabb16_dialogue,
    probe=aabb16_probe,
    bauds=(19200, 9600, 115200),
)
