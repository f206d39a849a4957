"""Ending the shift: what was done, what still waits, one key, and all of it is sent."""

from collections.abc import Mapping
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import SaveStep, TextStep
from fieldapp.keymap import Action
from fieldapp.presentation.today import shift_lines
from fieldapp.services.filling import ShiftEndWork
from fieldapp.text import _
from fieldapp.widgets.tile import Face
from sync.journal import JournalEntry, SyncStatus


class EndStep(SaveStep):
    """The shift at a glance, and its end."""

    columns: ClassVar[int] = 3
    form: "ShiftEndPanel"

    def title(self) -> str:
        """Return what is asked."""
        return _("End the shift?")

    def note(self) -> str:
        """Return what was done and what waits."""
        view = self.form.form_work.view
        return "\n".join(shift_lines(view, but=self.form.FORM)) if view is not None else ""

    def face(self, face: Face, action: Action) -> Face:
        """Say what was noted; that it ends with what looks like somebody's number, once that was said."""
        if action.verb == "end" and self.form.is_sure:
            return Face(face.key, _("End as it is"), _("It may hold somebody's number"), "warn")
        note = self.form.draft.get("note")
        return Face(face.key, face.label, note) if action.verb == "note" and note else face

    async def do_end(self) -> None:
        """End the shift and send everything."""
        await self.save()

    async def saved(self, entry: JournalEntry, _filled_in: Mapping[str, str]) -> None:
        """Say that it has ended, and show how everything is sent."""
        stage = self.form.stage
        stage.flash(_("Shift ended"), _("Sending what waits"))
        stage.offer_undo(entry, _("Shift ended"))
        await stage.go("outbox", above_home=True)

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

    async def sync_changed(self, _status: SyncStatus) -> None:
        """Say anew what waits and how long it takes; a note that is being typed is left alone."""
        if not self.step.uses_line:
            await self.work.do(self.form_work.look)
            self.paint()
