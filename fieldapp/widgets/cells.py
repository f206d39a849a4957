"""Text measured in terminal cells, where a Chinese character is two wide, and the strips that are made of it."""

from collections.abc import Collection
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sync.text import clean_text

ELLIPSIS = ".."
"""Ends a text that was cut; ASCII, because the one-character ellipsis is ambiguous in width."""


MOST_MOVED = 4
"""Tries to find a place for a text as it is."""

WIDE = 2
"""Cells of a Chinese character."""

CERTAIN = str.maketrans({"\u00b7": "|", "\u2026": ".", "\u2014": "-", "\u2013": "-"})
"""What is drawn for characters that some terminals make one cell wide and some two: all our own words use."""


def width_of(text: str) -> int:
    """Return the cells a text takes."""
    return cell_len(text)


def on_one_line(text: str, *, max_chars: int = 200) -> str:
    """Return the text cleaned and on one line, its spaces kept, its ambiguous characters replaced."""
    return clean_text(text, max_chars=max_chars).replace("\n", " ").translate(CERTAIN)


def fit(text: str, width_cells: int) -> str:
    """Return the text cleaned, on one line, and cut or padded to exactly this many cells."""
    if width_cells <= 0:
        return ""
    text = on_one_line(text, max_chars=width_cells * 2)
    if cell_len(text) <= width_cells:
        return set_cell_size(text, width_cells)
    if width_cells <= len(ELLIPSIS):
        return set_cell_size(text, width_cells)
    return set_cell_size(set_cell_size(text, width_cells - len(ELLIPSIS)).rstrip() + ELLIPSIS, width_cells)


def centred(text: str, width_cells: int) -> str:
    """Return the text cleaned and in the middle of this many cells."""
    text = on_one_line(text, max_chars=max(width_cells, 1) * 2)
    missing = width_cells - cell_len(text)
    return set_cell_size(" " * (missing // 2) + text, width_cells) if missing > 0 else fit(text, width_cells)


def spread(text: str) -> str:
    """Return the text with a space around each wide character, so that it reads from farther away."""
    spaced = text[:1]
    for before, char in pairwise(text):
        is_wide = cell_len(before) == WIDE or cell_len(char) == WIDE
        spaced += f" {char}" if is_wide and not before.isspace() and not char.isspace() else char
    return spaced


def uncut(text: str, cuts: Collection[int]) -> str:
    """Return the text moved a little to the right, or spaced, so that no wide character lies across a column.

    Textual draws a line in pieces that end where any widget ends, also a covered one, and a wide character across
    such an end is lost.
    """
    moved = [_spaced_off(" " * cells + text, cuts) for cells in range(MOST_MOVED)]
    return next((placed for cells, placed in enumerate(moved) if placed == " " * cells + text), moved[0])


def wrapped(text: str, width_cells: int, max_lines: int) -> list[str]:
    """Return the text on at most so many lines of so many cells; the last line is cut with an ellipsis.

    Chinese breaks anywhere, at a space rather where one is near and the lines are enough; Latin always so.
    """
    rest = on_one_line(text, max_chars=max(width_cells, 1) * max(max_lines, 1) * 2)
    lines = _broken(rest, width_cells, max_lines, at_spaces=True)
    if not lines or cell_len(lines[-1]) <= width_cells:
        return lines
    lines = _broken(rest, width_cells, max_lines, at_spaces=False)
    return [*lines[:-1], fit(lines[-1], width_cells).rstrip()]


def strip_of(*pieces: tuple[str, Style], width_cells: int, rest: Style) -> Strip:
    """Return one line of styled pieces, cut or filled with the last style to the width."""
    strip = Strip([Segment(text, style) for text, style in pieces if text])
    return strip.adjust_cell_length(width_cells, rest)


def _broken(text: str, width_cells: int, max_lines: int, *, at_spaces: bool) -> list[str]:
    """Return the text on lines; the last one holds the rest, however long."""
    lines: list[str] = []
    while text and len(lines) < max_lines - 1 and cell_len(text) > width_cells:
        head = _head(text, width_cells, at_spaces=at_spaces)
        lines.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return [*lines, text.rstrip()] if text else lines


def _head(text: str, width_cells: int, *, at_spaces: bool) -> str:
    cells = 0
    for place, char in enumerate(text):
        cells += cell_len(char)
        if cells > width_cells:
            space = text.rfind(" ", 0, place + 1)
            is_word = char != " " and (at_spaces or char.isascii())
            # A Latin word is torn only where the line would be left nearly empty.
            least = place // 3 if char.isascii() else place // 2
            return text[: space + 1] if is_word and space > least else text[: max(place, 1)]
    return text


def _spaced_off(text: str, cuts: Collection[int]) -> str:
    column, placed = 0, ""
    for char in text:
        while cell_len(char) == WIDE and column + 1 in cuts:
            placed, column = f"{placed} ", column + 1
        placed, column = placed + char, column + cell_len(char)
    return placed
