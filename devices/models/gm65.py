"""GM65, GM805, GM861 and EM1365 scan engines with their own settings protocol; what they scan is text as of any engine.

Their frames carry a check, the text between them does not.
"""

from __future__ import annotations

from devices.codecs.gm65 import Gm65Codec
from devices.dialogues.gm65 import gm65_dialogue, gm65_probe
from devices.models.base import LineSettings, Model

GM65 = Model(
    name="gm65",
    medium="line",
    role="scan",
    codec=Gm65Codec,
    line=LineSettings(baud=9600),
    is_checked=False,
    dialogue=gm65_dialogue,
    probe=gm65_probe,
    bauds=(9600, 57600, 115200),
)
