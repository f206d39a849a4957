"""A note on a case: a phrase or own words, photos, saved."""

from collections.abc import Sequence
from typing import ClassVar

from fieldapp.form_steps import Step, TextStep, choice_tile
from fieldapp.keymap import Action
from fieldapp.photo_form import PHOTO_VERBS, PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.casework import PHRASES
from fieldapp.presentation.outside import shown
from fieldapp.presentation.voices import voice_line
from fieldapp.services.case_forms import CaseNoteWork
from fieldapp.text import _
from fieldapp.voice_form import SpeaksNote, VoiceForm, VoiceStep
from fieldapp.widgets.tile import Face, Option


class PhraseStep(Step):
    """A phrase for one key, or own words."""

    def tiles(self) -> Sequence[Option]:
        """Return a tile for each phrase."""
        return [choice_tile(self.page, place, _(phrase)) for place, phrase in enumerate(PHRASES, 1)]

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1."""
        if 0 < choice <= len(PHRASES):
            await self.put(text=_(PHRASES[choice - 1]))

    async def do_own(self) -> None:
        """Type the words."""
        await self.form.stand("words")


class ReviewStep(ShowsPhotos, SavesPhotos, SpeaksNote, Step):
    """The note whole."""

    form: "CaseNotePanel"

    columns: ClassVar[int] = 3

    def note(self) -> str:
        """Return the words, and what was spoken."""
        spoken = voice_line(self.form.voices)
        said = [shown(self.form.draft.get("text"), max_chars=500)]
        if spoken:
            said.append("  ".join([_("Spoken note"), spoken]))
        return "\n".join(text for text in said if text)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is filled in."""
        if action.verb in PHOTO_VERBS:
            return self.photo_face(face) if action.verb == "photo" else face
        if action.verb == "voice":
            return self.voice_face(face)
        return self.discard_face(face) if action.verb == "discard" else face

    async def leave(self) -> None:
        """Return to the case."""
        await self.form.stage.back()

    async def do_save(self) -> None:
        """Save the note."""
        await self.save()

    async def do_words(self) -> None:
        """Type the words."""
        await self.form.stand("words")

    async def do_discard(self) -> None:
        """Forget the draft, at the second press."""
        await self.discard()


class CaseNotePanel(VoiceForm):
    """The form of a note."""

    NAME = "case_note"
    FORM = "case_note"
    WORK = CaseNoteWork
    STEPS = (
        lambda form: PhraseStep(form, "text"),
        lambda form: TextStep(form, "words", field="text"),
        lambda form: ReviewStep(form, "review"),
        lambda form: PhotosStep(form, "photos", back_to="review"),
        lambda form: VoiceStep(form, "voice", back_to="review"),
    )

    form_work: CaseNoteWork
