"""Text that came from outside, on its way to a screen."""

from sync.text import clean_line


def shown(text: str, *, max_chars: int = 200) -> str:
    """Return outside text on one line, without anything a terminal would obey."""
    return clean_line(text, max_chars=max_chars)
