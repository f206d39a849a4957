"""A panel that is a list: the arrow keys are the list's, and a digit chooses the row that carries it."""

from textual.widget import Widget

from fieldapp.panel import Panel
from fieldapp.widgets.windowed_list import WindowedList


class ListPanel(Panel):
    """A panel around one `WindowedList`; its actions have a ``pick`` for the numbered rows."""

    def focus_target(self) -> Widget | None:
        """Give the arrow keys to the list."""
        return self.query_one(WindowedList)

    async def do_pick(self, choice: int) -> None:
        """Choose a row by its digit."""
        self.query_one(WindowedList).choose_numbered(choice)
