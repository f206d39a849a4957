"""Ending the shift: what was done, what still waits, one key, and all of it is sent."""

from collections.abc import Mapping
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import FormWork, Step, TextStep
from fieldapp.keymap import Action
from fieldapp.presentation.photos import progress_text
from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.today import counts_line, round_line
from fieldapp.services import Services
from fieldapp.services.today import TodayView
from fieldapp.text import _, ngettext
from fieldapp.widgets.tile import Face
from sync.journal import JournalEntry


class ShiftEndWork(FormWork):
    """What ending a shift does."""

    FORM = "shift_end"

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.view: TodayView | None = None

    def begin(self) -> dict[str, str]:
        """Read what the shift holds; return the draft."""
        self.view = self.services.today.view()
        return super().begin()

    def next_step(self, _values: Mapping[str, str]) -> str:
        """Show the whole."""
        return "review"

    def end(self, note: str) -> JournalEntry:
        """Save the end and ask for a sync."""
        shift = self.services.shifts.current()
        rounds = self.services.rounds.done(shift.id) if shift else 0
        entry = self.services.shifts.end(rounds_done=rounds, note=note, draft=self.FORM)
        self.services.exchange.request()
        return entry


class EndStep(Step):
    """The shift at a glance, and its end."""

    columns: ClassVar[int] = 3
    form: "ShiftEndPanel"

    def title(self) -> str:
        """Return what is asked."""
        return _("End the shift?")

    def note(self) -> str:
        """Return what was done and what waits."""
        view = self.form.form_work.view
        if view is None:
            return ""
        lines = [
            round_line(view.round),
            counts_line(view.counts),
            waiting_words(view.summary, view.photos),
            progress_text(view.photos),
        ]
        drafts = [form for form in view.drafts if form != self.form.FORM]
        if drafts:
            text = ngettext(
                "{count} form is half written and stays", "{count} forms are half written and stay", len(drafts)
            )
            lines.append(text.format(count=len(drafts)))
        return "\n".join(lines)

    def face(self, face: Face, action: Action) -> Face:
        """Say what was noted."""
        note = self.form.draft.get("note")
        return Face(face.key, face.label, note) if action.verb == "note" and note else face

    async def do_end(self) -> None:
        """End the shift and send everything."""
        form = self.form
        entry = await form.work.do(form.form_work.end, form.draft.get("note"))
        form.stage.flash(_("Shift ended"), _("Sending what waits"))
        form.stage.offer_undo(entry, _("Shift ended"))
        await form.stage.go("outbox", above_home=True)

    async def do_note(self) -> None:
        """Type a note."""
        await self.form.stand("note")


class ShiftEndPanel(FormPanel):
    """The form of the shift's end."""

    NAME = "shift_end"
    FORM = "shift_end"
    WORK = ShiftEndWork
    STEPS = (
        lambda form: EndStep(form, "review"),
        lambda form: TextStep(form, "note", back_to="review"),
    )

    form_work: ShiftEndWork
