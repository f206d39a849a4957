"""A visit: why, how it went, saved. What else there is to say is one key away."""

from collections.abc import Sequence
from typing import ClassVar

from fieldapp.form_steps import ChoicesStep, ChoiceStep, DateStep, SaveStep, TextStep
from fieldapp.keymap import Action
from fieldapp.panel import options_of
from fieldapp.photo_form import PHOTO_VERBS, PhotoForm, PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.forms import VISIT_FIELDS, value_text, visit_facts
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import purpose_word
from fieldapp.services.filling import VisitWork
from fieldapp.text import _
from fieldapp.widgets.tile import Face, Option


class PurposeStep(ChoiceStep):
    """Why somebody was visited."""

    async def do_more(self) -> None:
        """Show the further fields."""
        await self.form.stand("more")


class OutcomeStep(SavesPhotos, ChoiceStep):
    """How it went; choosing saves, so that a visit is three keys."""

    columns: ClassVar[int] = 3

    def note(self) -> str:
        """Return why, and what else is filled in."""
        return "  ".join(visit_facts(self.form.draft.values))

    def tiles(self) -> Sequence[Option]:
        """Return a tile for each outcome, and one that leads to the place while that is missing."""
        return [*super().tiles(), *options_of(self.form, "tile")]

    def is_shown(self, action: Action) -> bool:
        """Offer the place while there is none."""
        return action.verb != "place" or self.form.place is None

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1, and save."""
        codes = self.codes()
        if 0 < choice <= len(codes):
            await self.form.draft.put({self.name: codes[choice - 1]})
            await self.save()

    async def do_more(self) -> None:
        """Show the further fields."""
        await self.form.stand("more")

    def saved_words(self) -> str:
        """Return why and where."""
        return f"{purpose_word(self.form.draft.get('purpose'))} {super().saved_words()}".strip()


class MoreStep(ShowsPhotos, SaveStep):
    """The fields that most visits leave empty."""

    columns: ClassVar[int] = 3

    def before(self) -> str:
        """Return to where the form stands."""
        return self.form.form_work.next_step(self.form.draft.values)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is filled in."""
        if action.verb in PHOTO_VERBS:
            return self.photo_face(face) if action.verb == "photo" else face
        if action.verb == "discard":
            return self.discard_face(face)
        if action.verb == "place":
            return Face(face.key, face.label, place_text(self.form.place) or face.note)
        field = self.spec.field(VISIT_FIELDS[action.verb])
        return Face(face.key, face.label, value_text(field, self.form.draft.get(field.name)) or face.note)

    async def do_flat(self) -> None:
        """Type which flat it was."""
        await self.form.stand("flat")

    async def do_needs(self) -> None:
        """Choose what is needed."""
        await self.form.stand("needs")

    async def do_note(self) -> None:
        """Type a note."""
        await self.form.stand("note")

    async def do_again(self) -> None:
        """Choose when to come again."""
        await self.form.stand("follow_up_on")

    async def do_discard(self) -> None:
        """Forget the draft, at the second press."""
        await self.discard()

    def title(self) -> str:
        """Return what is shown."""
        return _("More about this visit")


class VisitPanel(PhotoForm):
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
