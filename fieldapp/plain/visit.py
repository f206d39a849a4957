"""A visit: why, how it went, saved. What else there is to say is one key away."""

from collections.abc import Sequence

from fieldapp.keymap import Action
from fieldapp.plain.form import ChoicesStep, ChoiceStep, DateStep, SaveStep, TextStep
from fieldapp.plain.page import Face, Row
from fieldapp.plain.photos import PhotoForm, PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.forms import VISIT_FIELDS, value_text, visit_facts
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import purpose_word
from fieldapp.services.filling import VisitWork
from fieldapp.text import _


class PurposeStep(ChoiceStep):
    """Why somebody was visited."""

    def do_more(self) -> None:
        """Go to the further fields."""
        self.form.stand("more")


class OutcomeStep(SavesPhotos, ChoiceStep):
    """How it went; choosing saves, so that a visit is three keys."""

    def facts(self) -> Sequence[str]:
        """Return why, and what else is filled in."""
        return ("  ".join(visit_facts(self.form.values)),)

    def is_shown(self, action: Action) -> bool:
        """Offer the place while there is none."""
        return action.verb != "place" or self.form.place is None

    def chosen(self, row: Row) -> None:
        """Choose and save."""
        self.form.put({self.name: row.key})
        self.save()

    def do_more(self) -> None:
        """Go to the further fields."""
        self.form.stand("more")

    def saved_words(self) -> str:
        """Return why and where."""
        return f"{purpose_word(self.get('purpose'))} {super().saved_words()}".strip()


class MoreStep(ShowsPhotos, SaveStep):
    """The fields that most visits leave empty."""

    def before(self) -> str:
        """Return to where the form stands."""
        return self.form.work.next_step(self.form.values)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is filled in."""
        if action.verb == "photo":
            return self.photo_face(face)
        if action.verb == "discard":
            return self.discard_face(face)
        if action.verb == "place":
            return Face(face.key, face.label, place_text(self.form.place) or face.note)
        field = VISIT_FIELDS.get(action.verb)
        if field is None:
            return face
        return Face(face.key, face.label, value_text(self.spec.field(field), self.get(field)) or face.note)

    def do_flat(self) -> None:
        """Type which flat it was."""
        self.form.stand("flat")

    def do_needs(self) -> None:
        """Choose what is needed."""
        self.form.stand("needs")

    def do_note(self) -> None:
        """Type a note."""
        self.form.stand("note")

    def do_again(self) -> None:
        """Choose when to come again."""
        self.form.stand("follow_up_on")

    def title(self) -> str:
        """Return what is listed."""
        return _("More about this visit")


class VisitPage(PhotoForm):
    """The visit form."""

    NAME = "visit"
    FORM = "visit"
    TAKES_PLACE = True
    WORK = VisitWork
    STEPS = (
        lambda form: PurposeStep(form, "purpose"),
        lambda form: OutcomeStep(form, "outcome", back_to="purpose"),
        lambda form: MoreStep(form, "more"),
        lambda form: TextStep(form, "flat", back_to="more"),
        lambda form: ChoicesStep(form, "needs", back_to="more"),
        lambda form: TextStep(form, "note", back_to="more"),
        lambda form: DateStep(form, "follow_up_on", back_to="more"),
        lambda form: PhotosStep(form, "photos", back_to="more"),
    )
