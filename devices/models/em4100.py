"""EM4100 badge readers: RDM6300, RDM630, ID-12LA, ID-20LA and their many copies."""

from __future__ import annotations

from devices.codecs.em4100 import Em4100Codec
from devices.models.base import LineSettings, Model

EM4100 = Model(name="em4100", medium="em", role="badge", codec=Em4100Codec, line=LineSettings(baud=9600))
