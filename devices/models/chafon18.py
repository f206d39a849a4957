"""UHF readers of the kind UHFReader18 and 09: Chafon CF-RU5102, RU5106, RU5112 and their like."""

from __future__ import annotations

from devices.codecs.chafon import Chafon18Codec
from devices.dialogues.chafon import chafon18_dialogue, chafon18_probe
from devices.models.base import LineSettings, Model

CHAFON18 = Model(
    name="chafon18",
    medium="epc",
    role="badge",
    codec=Chafon18Codec,
    line=LineSettings(baud=57600),
    dialogue=chafon18_dialogue,
    probe=chafon18_probe,
    bauds=(57600,),
)
