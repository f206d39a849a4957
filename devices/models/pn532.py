"""PN532, the NFC chip on most 13.56 MHz boards, on its high-speed UART."""

from __future__ import annotations

from devices.codecs.pn532 import Pn532Codec
from devices.dialogues.pn532 import pn532_dialogue, pn532_probe
from devices.models.base import LineSettings, Model

PN532 = Model(
    name="pn532",
    medium="a",
    role="badge",
    codec=Pn532Codec,
    line=LineSettings(baud=115200),
    dialogue=pn532_dialogue,
    probe=pn532_probe,
    bauds=(115200,),
)
