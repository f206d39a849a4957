"""The day's log: every record in its words, newest first. Nobody writes it."""

from textual.app import ComposeResult

from fieldapp.list_panel import ListPanel
from fieldapp.presentation.records import record_cells
from fieldapp.presentation.today import counts_line
from fieldapp.services.shift_log import Log, LogLine
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class LogPanel(ListPanel):
    """The log of the day."""

    NAME = "log"

    day: Log | None = None

    def compose(self) -> ComposeResult:
        """Lay out title and list."""
        yield PlainText(id="log-title", classes="panel-title")
        yield WindowedList(numbered=True, id="log-list")

    async def opened(self, _argument: object) -> None:
        """Read the log."""
        self.day = await self.work.do(self.services.day_log.read)

    def paint(self) -> None:
        """Show the log."""
        rows = [self._row(line) for line in reversed(self.day.lines)] if self.day else []
        counts = counts_line(self.day.counts) if self.day else _("No shift is open")
        self.query_one("#log-title", PlainText).say_pieces((_("Today's log"), "bold"), ("   ", ""), (counts, ""))
        listing = self.query_one(WindowedList)
        listing.show(len(rows), pages_of(rows), empty=_("Nothing yet. The first scan begins the log."), keep_place=True)

    async def chosen(self, row: Row) -> None:
        """Show a record whole."""
        line = next((line for line in self.day.lines if line.entry.record.id == row.key), None) if self.day else None
        if line is not None:
            await self.stage.go("record", line)

    def _row(self, line: LogLine) -> Row:
        cells = record_cells(line)
        mark = _("withdrawn") if line.is_void else ""
        return Row(line.entry.record.id, f"{cells.time}  {cells.label}", f"       {cells.detail}", mark, cells.tone)
