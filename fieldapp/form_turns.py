"""Opens forms from wherever one is; what is half written about something else is put aside for it, never lost."""

from fieldapp.panel import Panel
from fieldapp.presentation.half_written import aside_said
from fieldapp.services.case_forms import CaseNoteWork, TaskWork
from fieldapp.services.casework import CaseView, OpenTask
from fieldapp.services.filling import begin_here
from fieldapp.services.forms import HalfWritten
from fieldapp.services.places import Spot


async def open_form(panel: Panel, form: str, spot: Spot | None = None, *, above_home: bool = False) -> None:
    """Open a form at a place, or where the last check-in was."""
    aside = await panel.work.do(begin_here, panel.services, form, spot)
    await panel.stage.go(form, above_home=above_home)
    say_aside(panel, aside)


async def open_task(panel: Panel, task: OpenTask) -> None:
    """Open a task to be answered."""
    aside = await panel.work.do(TaskWork(panel.services).open, task)
    await panel.stage.go("task")
    say_aside(panel, aside)


async def open_note(panel: Panel, case: CaseView) -> None:
    """Open a note on a case."""
    aside = await panel.work.do(CaseNoteWork(panel.services).open, case)
    await panel.stage.go("case_note")
    say_aside(panel, aside)


async def go_on(panel: Panel, draft: str) -> None:
    """Open a form with what was half written in it."""
    await panel.stage.go(await panel.work.do(panel.services.forms.take_up, draft))


def say_aside(panel: Panel, aside: HalfWritten | None) -> None:
    """Say what was put aside, and how it goes on."""
    if aside is not None:
        panel.stage.flash(*aside_said(aside), "warn")
