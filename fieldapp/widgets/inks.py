"""Styles of the look that is worn, for widgets that draw their own lines.

Component classes would make every tile of every screen three nodes more for the style sheet to match, at start-up and
whenever a panel changes; these are looked up.
"""

from functools import cache

from rich.style import Style
from textual.widget import Widget

from fieldapp.styles.themes import PALETTES, known_theme


def inked(widget: Widget, ground: str, ink: str, *, bold: bool = False) -> Style:
    """Return the style of two of the look's tokens, as in ``inked(self, "tile", "tile_ink")``."""
    palette = PALETTES[known_theme(widget.app.theme)]
    return _style(getattr(palette, ground), getattr(palette, ink), bold)


@cache
def _style(ground: str, ink: str, bold: bool) -> Style:
    return Style(color=ink, bgcolor=ground, bold=bold)
