"""What the desk says and wants looked at, and what a colleague left: the pressing first, one key opens one."""

from textual.app import ComposeResult

from fieldapp.form_turns import open_task
from fieldapp.list_panel import ListPanel
from fieldapp.presentation.casework import (
    case_mark,
    case_note,
    case_title,
    handed_line,
    notice_mark,
    notice_note,
    notice_row,
    task_mark,
    task_note,
    task_title,
    tasks_title,
)
from fieldapp.services.casework import CaseView, HandedOver, Notice, OpenTask, WorkLeft
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class TasksPanel(ListPanel):
    """The list of tasks, below what the desk says anew; what was opened already stands at the end."""

    NAME = "tasks"

    tasks: tuple[OpenTask, ...] = ()
    handed: tuple[HandedOver, ...] = ()
    notices: tuple[Notice, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out title and list."""
        yield PlainText(id="tasks-title", classes="panel-title")
        yield WindowedList(numbered=True, id="tasks-list")

    async def opened(self, _argument: object) -> None:
        """Read what is asked."""
        self.tasks, self.handed, self.notices = await self.work.do(self._read)

    def paint(self) -> None:
        """Show it."""
        asked = [*map(self._task_row, self.tasks), *(row for handed in self.handed for row in _handed_rows(handed))]
        first = [self._notice_row(notice) for notice in self.notices if notice.is_first]
        last = [self._notice_row(notice) for notice in self.notices if not notice.is_first]
        rows = [*first, *asked, *last]
        handed = sum(handed.count for handed in self.handed)
        left = WorkLeft(tasks=len(self.tasks), handed=handed, notices=len(self.notices))
        self.query_one("#tasks-title", PlainText).say(tasks_title(left), style="bold")
        empty = _("Nothing is asked now. New tasks come when you send.")
        self.query_one(WindowedList).show(len(rows), pages_of(rows), empty=empty, keep_place=True)

    async def chosen(self, row: Row) -> None:
        """Open a notice, a task, or a case that was left."""
        if any(notice.id == row.key for notice in self.notices):
            await self.stage.go("notice", row.key)
            return
        task = next((task for task in self.tasks if task.id == row.key), None)
        if task is not None:
            await open_task(self, task)
        elif any(case.id == row.key for handed in self.handed for case in handed.cases):
            await self.stage.go("case", row.key)

    def _read(self) -> tuple[tuple[OpenTask, ...], tuple[HandedOver, ...], tuple[Notice, ...]]:
        casework = self.services.casework
        return tuple(casework.tasks()), tuple(casework.handed_over()), tuple(casework.notices())

    def _notice_row(self, notice: Notice) -> Row:
        mark, tone = notice_mark(notice)
        return Row(notice.id, notice_row(notice), notice_note(notice, self.services.zone), mark, tone)

    def _task_row(self, task: OpenTask) -> Row:
        mark, tone = task_mark(task)
        return Row(task.id, task_title(task), task_note(task, self.services.zone), mark, tone)


def _handed_rows(handed: HandedOver) -> list[Row]:
    return [Row("", handed_line(handed), "", _("left to you")), *map(_case_row, handed.cases)]


def _case_row(case: CaseView) -> Row:
    mark, tone = case_mark(case)
    return Row(case.id, case_title(case), case_note(case), mark, tone)
