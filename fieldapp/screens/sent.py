"""What was sent in the last seven days, day by day, and what waits."""

from textual.app import ComposeResult
from textual.widget import Widget

from fieldapp.panel import Panel
from fieldapp.presentation.weeks import day_labels, sent_day_note, sent_day_title, sent_words, waiting_sentence
from fieldapp.services.week import SentWeek
from fieldapp.text import _
from fieldapp.widgets.day_bars import DayBars
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of
from sync.journal import SyncStatus


class SentPanel(Panel):
    """The history of the sync."""

    NAME = "sent"

    week: SentWeek | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, bars and days."""
        yield PlainText(id="sent-title", classes="panel-title")
        yield PlainText(id="sent-words")
        yield DayBars(id="sent-bars")
        yield WindowedList(id="sent-list")

    async def opened(self, _argument: object) -> None:
        """Read the week."""
        self.week = await self.work.do(self.services.weeks.sent)

    async def sync_changed(self, status: SyncStatus) -> None:
        """Read the week again when a sync has come to its end."""
        if status.phase == "done":
            await self.opened(None)
            self.stage.repaint()

    def paint(self) -> None:
        """Show the week, today first."""
        week = self.week
        if week is None:
            return
        title = (_("Sent in seven days"), "bold")
        self.query_one("#sent-title", PlainText).say_pieces(title, ("   ", ""), (sent_words(week), ""))
        self.query_one("#sent-words", PlainText).say(waiting_sentence(week))
        labels = day_labels(tuple(each.day for each in week.days))
        self.query_one(DayBars).show([each.records for each in week.days], labels)
        rows = [Row(f"{each.day}", sent_day_title(each), sent_day_note(each)) for each in reversed(week.days)]
        self.query_one(WindowedList).show(len(rows), pages_of(rows), keep_place=True)

    def focus_target(self) -> Widget | None:
        """Give the arrow keys to the list."""
        return self.query_one(WindowedList)
