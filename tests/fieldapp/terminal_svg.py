"""Draws what a terminal shows as an SVG that needs nothing from anywhere: rectangles, and text in the viewer's fonts.

Every run of characters of one width stands at its own cell and is stretched to its cells, so that Chinese and Latin
stay in line whatever fonts there are; block characters are drawn, so that bars and square codes have no gaps.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from fieldapp.widgets.cells import width_of

CELL_WIDTH, CELL_HEIGHT = 10, 20
"""Size of one cell."""

FRAME = 16
"""Width of the frame around the screen."""

FRAME_COLOUR, INK, GROUND = "#20242b", "#000000", "#ffffff"
"""The tablet's rim; text and ground where the program leaves them to the terminal."""

FONTS = "ui-monospace,'DejaVu Sans Mono','Noto Sans Mono CJK SC','PingFang SC','Microsoft YaHei',monospace"
"""Fonts of whoever looks."""

STYLE = (
    f"text{{font:16px {FONTS};white-space:pre}}.b{{font-weight:bold}}.w{{font-size:18px}}"
    "rect{shape-rendering:crispEdges}"
)
"""Plain, bold and wide characters."""

_LOWER = {chr(0x2580 + eighths): (0.0, 1 - eighths / 8, 1.0, eighths / 8) for eighths in range(1, 9)}
_LEFT = {chr(0x2590 - eighths): (0.0, 0.0, eighths / 8, 1.0) for eighths in range(1, 8)}
BLOCKS = {**_LOWER, **_LEFT, "▀": (0.0, 0.0, 1.0, 0.5), "▐": (0.5, 0.0, 0.5, 1.0)}
"""Block characters as parts of their cell: left, top, width, height."""


def terminal_svg(lines: Iterable[Iterable[Segment]], *, columns: int, rows: int, title: str) -> str:
    """Return the picture of a screen.

    Args:
        lines: its rows as runs of styled text.
        title: what the picture shows, for those who cannot see it.
    """
    width, height = columns * CELL_WIDTH, rows * CELL_HEIGHT
    grounds: list[str] = []
    inks: list[str] = []
    for row, line in enumerate(lines):
        cell = 0
        for text, style in _runs(line):
            length = width_of(text)
            ink, ground = _colours(style)
            if ground != GROUND:
                grounds.append(_rectangle(cell, row, (0, 0, length, 1), ground))
            inks += _drawn(text, cell, row, ink, is_bold=bool(style.bold))
            cell += length
    body = "\n".join([f'<rect width="{width}" height="{height}" fill="{GROUND}"/>', *grounds, *inks])
    outer = f"0 0 {width + 2 * FRAME} {height + 2 * FRAME}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{outer}" role="img">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect width="100%" height="100%" rx="12" fill="{FRAME_COLOUR}"/>\n'
        f'<g transform="translate({FRAME} {FRAME})">\n{body}\n</g>\n</svg>\n'
    )


def _runs(line: Iterable[Segment]) -> Iterator[tuple[str, Style]]:
    """Yield text and style, neighbours of one style together."""
    parts = [(segment.text, segment.style or Style.null()) for segment in line if segment.text and not segment.control]
    for _colours_of_run, run in groupby(parts, key=lambda part: (_colours(part[1]), part[1].bold)):
        found = list(run)
        yield "".join(text for text, _style in found), found[0][1]


def _colours(style: Style) -> tuple[str, str]:
    ink, ground = _hex(style.color, INK), _hex(style.bgcolor, GROUND)
    return (ground, ink) if style.reverse else (ink, ground)


def _hex(colour: Color | None, usual: str) -> str:
    return usual if colour is None or colour.is_default else colour.get_truecolor().hex


def _drawn(text: str, cell: int, row: int, ink: str, *, is_bold: bool) -> Iterator[str]:
    for kind, chars in _pieces(text):
        length = width_of(chars)
        if kind == "block":
            left, top, width, height = BLOCKS[chars[0]]
            whole = width == 1.0
            for place in range(1 if whole else length):
                yield _rectangle(cell + place, row, (left, top, length if whole else width, height), ink)
        elif kind != "space":
            x, y = cell * CELL_WIDTH, row * CELL_HEIGHT + 15
            names = " ".join([*(["b"] if is_bold else []), *(["w"] if kind == "wide" else [])])
            mark = f' class="{names}"' if names else ""
            size = f'textLength="{length * CELL_WIDTH}"' if len(chars) > 1 else ""
            yield f'<text{mark} x="{x}" y="{y}" fill="{ink}" {size}>{escape(chars)}</text>'.replace(" >", ">")
        cell += length


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield runs of spaces, of one block character, of wide characters, and of narrow ones."""
    for (kind, _block), run in groupby(text, key=_kind_of):
        yield kind, "".join(run)


def _kind_of(char: str) -> tuple[str, str]:
    if char.isspace():
        return "space", ""
    if char in BLOCKS:
        return "block", char
    return ("wide" if width_of(char) > 1 else "narrow"), ""


def _rectangle(cell: int, row: int, part: Sequence[float], colour: str) -> str:
    left, top, width, height = part
    x, y = (cell + left) * CELL_WIDTH, (row + top) * CELL_HEIGHT
    sizes = f'width="{width * CELL_WIDTH:g}" height="{height * CELL_HEIGHT:g}"'
    return f'<rect x="{x:g}" y="{y:g}" {sizes} fill="{colour}"/>'
