"""The week's rounds: on which day which building was looked at; of buildings, never of a person."""

from textual.app import ComposeResult

from fieldapp.list_panel import ListPanel
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.weeks import (
    building_week,
    building_week_mark,
    building_week_title,
    day_labels,
    week_words,
)
from fieldapp.services.week import DAYS, BuildingWeek, RoundWeek
from fieldapp.text import _
from fieldapp.widgets.day_bars import DayBars
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class WeekPanel(ListPanel):
    """The last seven days of the grid's buildings."""

    NAME = "week"

    week: RoundWeek | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, bars and list."""
        yield PlainText(id="week-title", classes="panel-title")
        yield PlainText(id="week-words")
        yield DayBars(id="week-bars")
        yield WindowedList(numbered=True, id="week-list")

    async def opened(self, _argument: object) -> None:
        """Read the week."""
        self.week = await self.work.do(self.services.weeks.rounds)

    def paint(self) -> None:
        """Show the week."""
        week = self.week
        if week is None:
            return
        self.query_one("#week-title", PlainText).say_pieces(
            (_("Rounds of seven days"), "bold"), ("   ", ""), (_("as recorded on this tablet"), "")
        )
        self.query_one("#week-words", PlainText).say(week_words(week))
        self.query_one(DayBars).show(week.per_day, day_labels(week.days), peak=len(week.rows))
        rows = [self._row(row, week) for row in week.rows]
        empty = _("No buildings yet: connect once, key 5 on today")
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty=empty, keep_place=True)

    async def chosen(self, row: Row) -> None:
        """Open the building."""
        await self.stage.go("building", row.key)

    def _row(self, row: BuildingWeek, week: RoundWeek) -> Row:
        tone: Tone = "good" if row.count == DAYS else "plain"
        return Row(row.id, building_week_title(row), building_week(row, week.days), building_week_mark(row), tone)
