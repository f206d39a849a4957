"""A case: its state, who handles it, and what happened so far; a note is one key away."""

from collections.abc import Collection

from textual.app import ComposeResult
from textual.widget import Widget

from fieldapp.form_turns import open_note, open_task
from fieldapp.keymap import Action, Need
from fieldapp.panel import Panel
from fieldapp.presentation.casework import case_lines, case_title, history_mark, history_note, history_title
from fieldapp.services.casework import CaseView
from fieldapp.services.photo_field import PhotosToShow
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of
from sync.reference import HistoryLine


class CasePanel(Panel):
    """The page of a case."""

    NAME = "case"

    case_id = ""
    case: CaseView | None = None

    def compose(self) -> ComposeResult:
        """Lay out the facts and the history."""
        yield PlainText(id="case-title", classes="panel-title")
        yield PlainText(id="case-words")
        yield WindowedList(id="case-history")

    async def opened(self, argument: object) -> None:
        """Read the case; `argument` is its id, None for the same as before."""
        self.case_id = argument if isinstance(argument, str) else self.case_id
        self.case = await self.work.do(self.services.casework.case, self.case_id)

    def paint(self) -> None:
        """Show the case, the newest of its history first."""
        case = self.case
        title = case_title(case) if case is not None else _("This case is not on this tablet")
        lines = case_lines(case, self.services.zone) if case is not None else []
        self.query_one("#case-title", PlainText).say(title, style="bold")
        words = self.query_one("#case-words", PlainText)
        words.display = bool(lines)
        words.say("\n".join(lines))
        rows = [self._row(case, line) for line in reversed(case.entry.history)] if case is not None else []
        self.query_one(WindowedList).show(len(rows), pages_of(rows), keep_place=True)

    def focus_target(self) -> Widget | None:
        """Give the arrow keys to the history."""
        return self.query_one(WindowedList)

    def met(self) -> Collection[Need]:
        """Return whether something is asked about it."""
        return {Need.TASKS} if self.case is not None and self.case.task is not None else ()

    def is_shown(self, action: Action) -> bool:
        """Offer photos where this tablet has some, and nothing for a case that is not here."""
        return self.case is not None and (action.verb != "photos" or bool(self.case.photos))

    async def do_note(self) -> None:
        """Note something."""
        if self.case is not None:
            await open_note(self, self.case)

    async def do_task(self) -> None:
        """Answer what is asked about it."""
        if self.case is not None and self.case.task is not None:
            await open_task(self, self.case.task)

    async def do_photos(self) -> None:
        """Look at the photos that this tablet has of it."""
        if self.case is not None:
            await self.stage.go("photo", PhotosToShow(self.case.photos))

    def _row(self, case: CaseView, line: HistoryLine) -> Row:
        mark, tone = history_mark(line, case)
        return Row(line.record, history_title(line, self.services.zone), history_note(line), mark, tone)
