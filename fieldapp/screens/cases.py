"""The open cases of a building, or of the grid; one key opens one."""

from textual.app import ComposeResult

from fieldapp.list_panel import ListPanel
from fieldapp.presentation.casework import case_mark, case_note, case_title, cases_label
from fieldapp.services.casework import CaseView
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class CasesPanel(ListPanel):
    """The list of cases."""

    NAME = "cases"

    building = ""
    cases: tuple[CaseView, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out title and list."""
        yield PlainText(id="cases-title", classes="panel-title")
        yield WindowedList(numbered=True, id="cases-list")

    async def opened(self, argument: object) -> None:
        """Read the cases; `argument` is the id of a building, empty for the grid, None for the same as before."""
        self.building = argument if isinstance(argument, str) else self.building
        self.cases = tuple(await self.work.do(self.services.casework.cases, self.building))

    def paint(self) -> None:
        """Show them."""
        self.query_one("#cases-title", PlainText).say(cases_label(len(self.cases)), style="bold")
        rows = [_row(case) for case in self.cases]
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty=_("No case is open"), keep_place=True)

    async def chosen(self, row: Row) -> None:
        """Show a case whole."""
        await self.stage.go("case", row.key)


def _row(case: CaseView) -> Row:
    mark, tone = case_mark(case)
    return Row(case.id, case_title(case), case_note(case), mark, tone)
