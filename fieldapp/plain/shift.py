"""Starting the shift and ending it."""

from collections.abc import Mapping, Sequence

from fieldapp.keymap import Action
from fieldapp.plain.form import ChoiceStep, FormPage, SaveStep, TextStep
from fieldapp.plain.outbox import OutboxPage
from fieldapp.plain.page import Face, Row
from fieldapp.presentation.casework import handed_line
from fieldapp.presentation.today import shift_lines
from fieldapp.services.case_forms import ShiftBeginWork
from fieldapp.services.filling import ShiftEndWork
from fieldapp.text import _
from sync.journal import JournalEntry


class WeatherStep(ChoiceStep):
    """The weather; choosing it starts the shift."""

    form: "ShiftStartPage"

    def title(self) -> str:
        """Return what is asked."""
        return _("How is the weather? Choosing it starts the shift")

    def facts(self) -> Sequence[str]:
        """Return what was left for this shift."""
        return [handed_line(handed) for handed in self.form.work.handed]

    def chosen(self, row: Row) -> None:
        """Choose and start."""
        form = self.form
        shift = form.work.start(row.key)
        form.talk.say(_("Shift started, saved"))
        form.talk.offer_undo(shift.entry)
        form.talk.home()


class ShiftStartPage(FormPage):
    """The form of the shift's start."""

    NAME = "shift_start"
    FORM = "shift_start"
    WORK = ShiftBeginWork
    STEPS = (lambda form: WeatherStep(form, "weather"),)

    work: ShiftBeginWork


class EndStep(SaveStep):
    """The shift at a glance, and its end."""

    form: "ShiftEndPage"

    def title(self) -> str:
        """Return what is asked."""
        return _("End the shift?")

    def facts(self) -> Sequence[str]:
        """Return what was done and what waits."""
        view = self.form.work.view
        return shift_lines(view, but=self.form.FORM) if view is not None else ()

    def face(self, face: Face, action: Action) -> Face:
        """Say what was noted; that it ends with what looks like somebody's number, once that was said."""
        if action.verb == "end" and self.form.is_sure:
            return Face(face.key, _("End as it is"), _("It may hold somebody's number"))
        note = self.get("note")
        return Face(face.key, face.label, note) if action.verb == "note" and note else face

    def default(self) -> str:
        """Return to end it."""
        return "shift_end.review.end"

    def do_end(self) -> None:
        """End the shift, send everything, and say how that goes."""
        self.save()

    def saved(self, entry: JournalEntry, _filled_in: Mapping[str, str]) -> None:
        """Say that it has ended, and how everything is sent."""
        talk = self.form.talk
        talk.say(_("Shift ended, saved"), _("Sending what waits"))
        talk.offer_undo(entry)
        talk.go("outbox", OutboxPage.SEND, above_home=True)

    def do_note(self) -> None:
        """Type a note."""
        self.form.stand("note")


class ShiftEndPage(FormPage):
    """The form of the shift's end."""

    NAME = "shift_end"
    FORM = "shift_end"
    WORK = ShiftEndWork
    STEPS = (
        lambda form: EndStep(form, "review"),
        lambda form: TextStep(form, "note", back_to="review"),
    )

    work: ShiftEndWork
