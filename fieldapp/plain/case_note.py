"""A note on a case: a phrase or own words, photos, saved."""

from collections.abc import Sequence

from fieldapp.keymap import Action
from fieldapp.plain.form import Step, TextStep
from fieldapp.plain.page import Face, Listing, Row, listing
from fieldapp.plain.photos import PhotosStep, ShowsPhotos
from fieldapp.plain.voice import SpeaksNote, VoiceForm, VoiceStep
from fieldapp.presentation.casework import PHRASES
from fieldapp.presentation.outside import shown
from fieldapp.services.case_forms import CaseNoteWork
from fieldapp.text import _


class PhraseStep(Step):
    """A phrase for one key, or own words."""

    def listing(self) -> Listing:
        """Return the phrases."""
        return listing([Row(phrase, _(phrase)) for phrase in PHRASES])

    def chosen(self, row: Row) -> None:
        """Take a phrase and go on."""
        self.form.put({"text": row.label})
        self.form.stand()

    def do_own(self) -> None:
        """Type the words."""
        self.form.stand("words")


class ReviewStep(ShowsPhotos, SpeaksNote):
    """The note whole."""

    form: "CaseNotePage"

    def facts(self) -> Sequence[str]:
        """Return the words, and what was spoken."""
        return (shown(self.get("text"), max_chars=500), self.voice_words())

    def face(self, face: Face, action: Action) -> Face:
        """Say what is filled in."""
        if action.verb in {"photo", "voice"}:
            return self.photo_face(face) if action.verb == "photo" else self.voice_face(face)
        return self.discard_face(face) if action.verb == "discard" else face

    def leave(self) -> None:
        """Return to the case."""
        self.form.talk.back()

    def default(self) -> str:
        """Return to save."""
        return "case_note.review.save"

    def do_save(self) -> None:
        """Save the note."""
        self.save()

    def do_words(self) -> None:
        """Type the words."""
        self.form.stand("words")


class CaseNotePage(VoiceForm):
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

    work: CaseNoteWork
