"""UHF modules M100, QM100, YRM100 and R200."""

from __future__ import annotations

from devices.codecs.m100 import M100Codec
from devices.dialogues.m100 import m100_dialogue, m100_probe
from devices.models.base import LineSettings, Model

M100 = Model(
    name="m100",
    medium="epc",
    role="badge",
    codec=M100Codec,
    line=LineSettings(baud=115200),
    dialogue=m100_dialogue,
    probe=m100_probe,
    bauds=(115200,),
)
