"""Text that came from outside, on its way to a screen."""

from sync.text import clean_line, clean_text

NO_NAME = "—"
"""Stands where a name is missing."""


def shown(text: str, *, max_chars: int = 200) -> str:
    """Return outside text on one line, without anything a terminal would obey."""
    return clean_line(text, max_chars=max_chars)


def shown_lines(text: str, *, max_chars: int = 4000) -> str:
    """Return outside text with its lines kept, without anything a terminal would obey."""
    return clean_text(text, max_chars=max_chars)
