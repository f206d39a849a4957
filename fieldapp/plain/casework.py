"""What the desk says and wants looked at, what a colleague left, the open cases, and one case with its history."""

from collections.abc import Collection, Sequence

from fieldapp.keymap import Action, Need
from fieldapp.plain.drafts import say_aside
from fieldapp.plain.page import Listing, Page, Row, TalkPort, listing
from fieldapp.presentation.casework import (
    case_lines,
    case_mark,
    case_note,
    case_title,
    cases_label,
    handed_line,
    history_mark,
    history_note,
    history_title,
    notice_facts,
    notice_mark,
    notice_note,
    notice_row,
    notice_text,
    notice_title,
    task_mark,
    task_note,
    task_title,
    tasks_title,
)
from fieldapp.services.case_forms import CaseNoteWork, TaskWork
from fieldapp.services.casework import CaseView, HandedOver, Notice, OpenTask, WorkLeft
from fieldapp.services.photo_field import PhotosToShow
from fieldapp.text import _
from sync.reference import HistoryLine


class TasksPage(Page):
    """The list of tasks."""

    NAME = "tasks"

    tasks: Sequence[OpenTask] = ()
    handed: Sequence[HandedOver] = ()
    notices: Sequence[Notice] = ()

    def opened(self, _argument: object) -> None:
        """Read what is asked."""
        casework = self.services.casework
        self.tasks, self.handed, self.notices = casework.tasks(), casework.handed_over(), casework.notices()

    def title(self) -> str:
        """Return how much is asked."""
        handed = sum(handed.count for handed in self.handed)
        return tasks_title(WorkLeft(tasks=len(self.tasks), handed=handed, notices=len(self.notices)))

    def facts(self) -> Sequence[str]:
        """Return what colleagues left, each with a word."""
        return [handed_line(handed) for handed in self.handed]

    def listing(self) -> Listing:
        """Return new and urgent notices, the tasks, the cases that were left, and the notices that were opened."""
        left = [case for handed in self.handed for case in handed.cases]
        first = [self._notice_row(notice) for notice in self.notices if notice.is_first]
        last = [self._notice_row(notice) for notice in self.notices if not notice.is_first]
        rows = [*first, *map(self._task_row, self.tasks), *map(case_row, left), *last]
        return listing(rows, "" if self.handed else _("Nothing is asked now. New tasks come when you send."))

    def chosen(self, row: Row) -> None:
        """Go to a notice, to a task, or to a case that was left."""
        if any(notice.id == row.key for notice in self.notices):
            self.talk.go("notice", row.key)
            return
        task = next((task for task in self.tasks if task.id == row.key), None)
        if task is not None:
            open_task(self.talk, task)
        else:
            self.talk.go("case", row.key)

    def _task_row(self, task: OpenTask) -> Row:
        return Row(task.id, _marked(task_title(task), task_mark(task)[0]), task_note(task, self.services.zone))

    def _notice_row(self, notice: Notice) -> Row:
        label = _marked(notice_row(notice), notice_mark(notice)[0])
        return Row(notice.id, label, notice_note(notice, self.services.zone))


class NoticePage(Page):
    """A notice of the desk, whole."""

    NAME = "notice"

    notice_id = ""
    notice: Notice | None = None

    def opened(self, argument: object) -> None:
        """Read the notice; `argument` is its id, None for the same as before."""
        self.notice_id = argument if isinstance(argument, str) else self.notice_id
        self.notice = self.services.casework.open_notice(self.notice_id)

    def title(self) -> str:
        """Return who says it, or that it is over."""
        return notice_title(self.notice) if self.notice is not None else _("This notice is over or was withdrawn")

    def facts(self) -> Sequence[str]:
        """Return when it was said and until when it holds, then its words."""
        notice = self.notice
        if notice is None:
            return ()
        return [notice_facts(notice, self.services.zone), *notice_text(notice).split("\n")]


class CasesPage(Page):
    """The open cases of a building, or of the grid."""

    NAME = "cases"

    building = ""
    cases: Sequence[CaseView] = ()

    def opened(self, argument: object) -> None:
        """Read the cases; `argument` is the id of a building, empty for the grid, None for the same as before."""
        self.building = argument if isinstance(argument, str) else self.building
        self.cases = self.services.casework.cases(self.building)

    def title(self) -> str:
        """Return how many there are."""
        return cases_label(len(self.cases))

    def listing(self) -> Listing:
        """Return them."""
        return listing([case_row(case) for case in self.cases], _("No case is open"))

    def chosen(self, row: Row) -> None:
        """Go to a case."""
        self.talk.go("case", row.key)


class CasePage(Page):
    """A case: its state, who handles it, and what happened so far, the newest first."""

    NAME = "case"

    case_id = ""
    case: CaseView | None = None

    def opened(self, argument: object) -> None:
        """Read the case; `argument` is its id, None for the same as before."""
        self.case_id = argument if isinstance(argument, str) else self.case_id
        self.case = self.services.casework.case(self.case_id)

    def title(self) -> str:
        """Return what it is and how it stands."""
        return case_title(self.case) if self.case is not None else _("This case is not on this tablet")

    def facts(self) -> Sequence[str]:
        """Return place, term and handler, then the history."""
        case = self.case
        if case is None:
            return ()
        return [
            *case_lines(case, self.services.zone),
            *(self._happened(case, line) for line in reversed(case.entry.history)),
        ]

    def met(self) -> Collection[Need]:
        """Return whether something is asked about it."""
        return (Need.TASKS,) if self.case is not None and self.case.task is not None else ()

    def is_shown(self, action: Action) -> bool:
        """Offer photos where this tablet has some, and nothing for a case that is not here."""
        return self.case is not None and (action.verb != "photos" or bool(self.case.photos))

    def do_note(self) -> None:
        """Note something."""
        if self.case is not None:
            aside = CaseNoteWork(self.services).open(self.case)
            self.talk.go("case_note")
            say_aside(self.talk, aside)

    def do_task(self) -> None:
        """Answer what is asked about it."""
        if self.case is not None and self.case.task is not None:
            open_task(self.talk, self.case.task)

    def do_photos(self) -> None:
        """Go through the photos that this tablet has of it."""
        if self.case is not None:
            self.talk.go("photo", PhotosToShow(self.case.photos))

    def _happened(self, case: CaseView, line: HistoryLine) -> str:
        parts = (history_title(line, self.services.zone), history_note(line), history_mark(line, case)[0])
        return "  ".join(part for part in parts if part)


def case_row(case: CaseView) -> Row:
    """Return the row of a case."""
    return Row(case.id, _marked(case_title(case), case_mark(case)[0]), case_note(case))


def open_task(talk: TalkPort, task: OpenTask) -> None:
    """Go to a task to be answered."""
    aside = TaskWork(talk.services).open(task)
    talk.go("task")
    say_aside(talk, aside)


def _marked(title: str, mark: str) -> str:
    return "  ".join(part for part in (mark, title) if part)
