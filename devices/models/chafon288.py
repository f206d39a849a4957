"""UHF readers of the kind UHFReader288 and later: Chafon RU5202, RU6402, MU801 to MU904, RRU9816 and their like."""

from __future__ import annotations

from devices.codecs.chafon import Chafon288Codec
from devices.dialogues.chafon import chafon288_dialogue, chafon288_probe
from devices.models.base import LineSettings, Model

CHAFON288 = Model(
    name="chafon288",
    medium="epc",
    role="badge",
    codec=Chafon288Codec,
    line=LineSettings(baud=57600),
    dialogue=chafon288_dialogue,
    probe=chafon288_probe,
    bauds=(57600,),
)
