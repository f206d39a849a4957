"""Starting the shift: one look at the weather, and it has begun."""

from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import ChoiceStep
from fieldapp.presentation.casework import handed_line
from fieldapp.services.case_forms import ShiftBeginWork
from fieldapp.text import _


class WeatherStep(ChoiceStep):
    """The weather; choosing it starts the shift."""

    columns: ClassVar[int] = 3
    form: "ShiftStartPanel"

    def title(self) -> str:
        """Return what is asked."""
        return _("How is the weather? Choosing it starts the shift")

    def note(self) -> str:
        """Return what was left for this shift."""
        return "\n".join(handed_line(handed) for handed in self.form.form_work.handed)

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1, and start."""
        codes = self.codes()
        if 0 < choice <= len(codes):
            form = self.form
            shift = await form.work.do(form.form_work.start, codes[choice - 1])
            form.stage.flash(_("Shift started"))
            form.stage.offer_undo(shift.entry, _("Shift started"))
            await form.stage.home()


class ShiftStartPanel(FormPanel):
    """The form of the shift's start."""

    NAME = "shift_start"
    FORM = "shift_start"
    WORK = ShiftBeginWork
    STEPS = (lambda form: WeatherStep(form, "weather"),)

    form_work: ShiftBeginWork
