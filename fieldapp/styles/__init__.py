"""Where the app's looks live: one `.tcss` for each screen and each widget, all loaded by the app, and the themes."""

from pathlib import Path

STYLES = tuple(sorted(Path(__file__).parent.glob("*.tcss")))
"""Every style sheet. Screens name none: a screen's own sheet leaks into others once it was shown."""
