"""Opens the forms of cases and tasks, from wherever one is; what was begun about another one is finished first."""

from fieldapp.panel import Panel
from fieldapp.services.case_forms import CaseNoteWork, TaskWork
from fieldapp.services.casework import CaseView, OpenTask
from fieldapp.text import _


async def open_task(panel: Panel, task: OpenTask) -> None:
    """Open a task to be answered."""
    _say_busy(panel, is_free=await panel.work.do(TaskWork(panel.services).open, task))
    await panel.stage.go("task")


async def open_note(panel: Panel, case: CaseView) -> None:
    """Open a note on a case."""
    _say_busy(panel, is_free=await panel.work.do(CaseNoteWork(panel.services).open, case))
    await panel.stage.go("case_note")


def _say_busy(panel: Panel, *, is_free: bool) -> None:
    if not is_free:
        panel.stage.flash(_("Finish this first"), _("Something else was begun in this form"), "warn")
