"""Where the app's looks live: the themes, and one `.tcss` for each screen and panel, read when it is first made.

No screen or widget names a sheet itself: a screen's own sheet would leak into others once it was shown. Reading all at
once would make the first paint wait for the looks of what is shown much later.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.css.stylesheet import Stylesheet

FOLDER = Path(__file__).parent

AT_FIRST = ("widgets", "shift", "today")
"""Sheets of what the home screen consists of; the app reads them when it starts."""

LATER = ("typing", "forms")
"""What most others share."""


def dress(stylesheet: "Stylesheet", name: str) -> None:
    """Read the sheets of a screen or a panel, once, before it is mounted."""
    if name in AT_FIRST:
        return
    for sheet in (FOLDER / f"{wanted}.tcss" for wanted in (*LATER, name)):
        if sheet.exists() and not stylesheet.has_source(str(sheet)):
            stylesheet.add_source(sheet.read_text(encoding="utf-8"), (str(sheet), ""))
