"""How something shown is meant; colours are the screens' affair, and words stand beside every colour."""

from typing import Literal

Tone = Literal["plain", "good", "warn", "bad", "muted"]
"""Plain fact; done or proven; look at it; not done; no longer counts."""
