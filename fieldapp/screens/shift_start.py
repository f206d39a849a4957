"""Starting the shift: one look at the weather, and it has begun."""

from collections.abc import Mapping
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import ChoiceStep, FormWork
from fieldapp.text import _
from sync.records import ShiftStart
from sync.records.shift_start import Weather


class ShiftStartWork(FormWork):
    """What starting a shift does."""

    FORM = "shift_start"

    def next_step(self, _values: Mapping[str, str]) -> str:
        """Ask for the weather."""
        return "weather"


class WeatherStep(ChoiceStep):
    """The weather; choosing it starts the shift."""

    columns: ClassVar[int] = 3

    def title(self) -> str:
        """Return what is asked."""
        return _("How is the weather? Choosing it starts the shift")

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1, and start."""
        codes = self.codes()
        if 0 < choice <= len(codes):
            form = self.form
            weather: Weather = codes[choice - 1]  # type: ignore[assignment]  # the form's choices are the record's
            shift = await form.work.do(form.services.shifts.start, ShiftStart(weather=weather))
            form.stage.flash(_("Shift started"))
            form.stage.offer_undo(shift.entry, _("Shift started"))
            await form.stage.home()


class ShiftStartPanel(FormPanel):
    """The form of the shift's start."""

    NAME = "shift_start"
    FORM = "shift_start"
    WORK = ShiftStartWork
    STEPS = (lambda form: WeatherStep(form, "weather"),)
