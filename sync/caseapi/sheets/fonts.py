"""The font of printed sheets: a TrueType file with Chinese, embedded so that every printer draws the same."""

from functools import cache
from pathlib import Path
from typing import Any

from sync.caseapi.errors import CommandRefused

DEBIAN_FONT = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
"""Where Debian's package fonts-droid-fallback puts it."""

_MISSING = (
    "printed sheets need a TrueType font with Chinese: install Debian's fonts-droid-fallback, or name a .ttf file in"
    " the setting font; Noto's CJK fonts are no TrueType and cannot be embedded"
)


LATIN = "Vera"
"""The font, which comes with reportlab, for letters and digits: Debian's Chinese one has none."""


@cache
def sheet_font(configured: str = "") -> str:
    """Return the name under which reportlab knows the font, registering it first.

    Args:
        configured: the setting's file; empty for Debian's.

    Raises:
        CommandRefused: there is none, or it cannot be embedded; says what to install.
    """
    path = Path(configured) if configured else DEBIAN_FONT
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFError, TTFont
    except ImportError as exc:
        raise CommandRefused("printed sheets need reportlab: install xunge with the extra labels") from exc
    if not path.is_file():
        raise CommandRefused(f"there is no font at {path}: {_MISSING}")
    name = f"sheet-{path.stem}"
    try:
        pdfmetrics.registerFont(TTFont(LATIN, "Vera.ttf"))
        pdfmetrics.registerFont(TTFont(name, str(path)))
    except (TTFError, OSError, ValueError) as exc:
        raise CommandRefused(f"the font {path} cannot be embedded: {_MISSING}") from exc
    return name


def runs_of(font: str, text: str) -> list[tuple[str, str]]:
    """Return a text in pieces, each with the font that has its characters; what neither has is drawn as a box."""
    glyphs = _glyphs(font)
    pieces: list[tuple[str, str]] = []
    for char in text:
        name = font if ord(char) in glyphs and not char.isascii() else LATIN
        if ord(char) not in _glyphs(LATIN):
            name = font
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + char)
        else:
            pieces.append((name, char))
    return pieces


def width_of(font: str, text: str, size: float) -> float:
    """Return how wide a text is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(sum(stringWidth(piece, name, size) for name, piece in runs_of(font, text)))


def draw(canvas: Any, at: tuple[float, float], text: str, size: float, *, font: str) -> None:
    """Draw a text from a point on, in points."""
    x, y = at
    for name, piece in runs_of(font, text):
        canvas.setFont(name, size)
        canvas.drawString(x, y, piece)
        x += canvas.stringWidth(piece, name, size)


def lacking(font: str, text: str) -> str:
    """Return the characters of a text that neither font can draw, each once, in order."""
    known = _glyphs(font).keys() | _glyphs(LATIN).keys()
    return "".join(dict.fromkeys(char for char in text if not char.isspace() and ord(char) not in known))


@cache
def _glyphs(font: str) -> dict[int, int]:
    from reportlab.pdfbase import pdfmetrics

    return dict(pdfmetrics.getFont(font).face.charToGlyph)
