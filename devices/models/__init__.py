"""Every reader this program knows, by name; a new one is its own file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from devices.errors import UnknownModel
from devices.models.aabb8 import AABB8
from devices.models.aabb16 import AABB16
from devices.models.base import LineSettings, Model, Role
from devices.models.chafon18 import CHAFON18
from devices.models.chafon288 import CHAFON288
from devices.models.em4100 import EM4100
from devices.models.gm65 import GM65
from devices.models.line import BADGE_LINE, LINE
from devices.models.m100 import M100
from devices.models.nmea import NMEA
from devices.models.parallax import PARALLAX
from devices.models.pn532 import PN532

__all__ = ["MODELS", "LineSettings", "Model", "Role", "model_named"]

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        model.name: model
        for model in (
            EM4100,
            LINE,
            GM65,
            PARALLAX,
            NMEA,
            PN532,
            M100,
            CHAFON18,
            CHAFON288,
            AABB16,
            AABB8,
        )
    }
)
"""The readers, in the order in which they are offered."""


def model_named(name: str, role: str | None = None) -> Model:
    """Return the reader of that name.

    Args:
        role: what it is configured for; lines of text from a badge reader are those of a Wiegand converter.
    Raises:
        UnknownModel: there is none; the message names the nearest, or all.
    """
    if (name, role) == (LINE.name, BADGE_LINE.role):
        return BADGE_LINE
    try:
        return MODELS[name]
    except KeyError:
        nearest = get_close_matches(name, MODELS, n=1) or list(MODELS)
        raise UnknownModel(f"no reader model {name!r}; known: {', '.join(nearest)}") from None
