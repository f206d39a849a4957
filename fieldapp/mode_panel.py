"""A mode: while such a panel is on the stage every tag is the panel's own, also when a list lies above it."""

from fieldapp.panel import Panel
from fieldapp.services.tag_effect import Certainty
from sync.journal import JournalEntry


class ModePanel(Panel):
    """A panel that takes every tag and every place chosen by hand, and stays when something is taken back."""

    async def tag_read(self, medium: str, value: str, certainty: Certainty) -> None:
        """Act on a tag; nothing else does."""

    async def taken_back(self, entry: JournalEntry) -> None:
        """Note that a record was withdrawn by undo."""
