"""What is half written: choose what to go on with."""

from collections.abc import Sequence

from textual.app import ComposeResult

from fieldapp.form_turns import go_on
from fieldapp.list_panel import ListPanel
from fieldapp.presentation.half_written import half_written_note, half_written_title
from fieldapp.services.forms import HalfWritten
from fieldapp.services.matter_picker import Matter
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class DraftsPanel(ListPanel):
    """The list of forms that somebody began, last touched first."""

    NAME = "drafts"

    drafts: Sequence[HalfWritten] = ()
    matters: Sequence[Matter | None] = ()

    def compose(self) -> ComposeResult:
        """Lay out the question and the list."""
        yield PlainText(id="drafts-title", classes="panel-title")
        yield WindowedList(numbered=True, id="drafts-list")

    async def opened(self, _argument: object) -> None:
        """Read what is half written."""
        self.drafts = await self.work.do(self.services.today.half_written)
        self.matters = await self.work.do(self._matters)

    def paint(self) -> None:
        """Show the drafts."""
        self.query_one("#drafts-title", PlainText).say(_("Half written: which one?"), style="bold")
        rows = [
            Row(half.name, half_written_title(half), half_written_note(half, matter))
            for half, matter in zip(self.drafts, self.matters, strict=True)
        ]
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty=_("Nothing is half written"))

    async def chosen(self, row: Row) -> None:
        """Go on with a draft."""
        await go_on(self, row.key)

    def _matters(self) -> list[Matter | None]:
        return [self.services.problems.matter(half.values.get("matter", "")) for half in self.drafts]
