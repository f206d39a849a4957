"""Reporting a problem: a category, a phrase, a look at the whole, done."""

from collections.abc import Sequence

from fieldapp.keymap import CHOICE_KEYS, Action
from fieldapp.plain.form import FormPage, Step, TextStep
from fieldapp.plain.page import Face, Listing, Row, listing
from fieldapp.plain.photos import PhotosStep, ShowsPhotos
from fieldapp.plain.voice import SpeaksNote, VoiceForm, VoiceStep
from fieldapp.presentation.forms import problem_facts
from fieldapp.presentation.words import danger_words, matter_group, matter_name, severity_word
from fieldapp.services.filling import MATTERS_OFFERED, ProblemWork, next_severity, severity_of
from fieldapp.services.forms import YES
from fieldapp.services.matter_picker import Matter
from fieldapp.services.problem import DONE_PHRASES, PHRASES
from fieldapp.text import _


class ProblemStep(Step):
    """A step that knows the catalogue."""

    form: "ProblemPage"

    @property
    def matter(self) -> Matter | None:
        """Return the chosen category."""
        return self.form.work.picker.get(self.get("matter"))

    @property
    def matter_words(self) -> str:
        """Return the chosen category's name, empty before."""
        return matter_name(self.matter.entry) if self.matter else ""

    @property
    def danger_words(self) -> str:
        """Return whom to call first, empty for what is no danger."""
        return danger_words(self.matter.entry) if self.matter else ""

    def before(self) -> str:
        """Return to the whole, once there is something whole."""
        is_whole = bool(self.get("matter") and self.get("description"))
        return self._back_to or ("review" if is_whole and self.name != "review" else "")

    def chosen(self, row: Row) -> None:
        """Take a category and go on; a danger is said at once."""
        matter = self.form.work.picker.get(row.key)
        if matter is None:
            return
        self.form.values |= self.form.work.choose(matter)
        if danger := danger_words(matter.entry):
            self.form.talk.say(danger, matter_name(matter.entry))
        self.form.stand()


class MatterStep(ProblemStep):
    """The categories used lately and the common ones."""

    def listing(self) -> Listing:
        """Return the offered categories."""
        return listing([matter_row(matter) for matter in self.form.work.offered()[:MATTERS_OFFERED]])

    def do_find(self) -> None:
        """Ask what to find one by."""
        self.form.stand("find")


class FindStep(ProblemStep):
    """The whole catalogue, found by initials, characters, digits or English words."""

    query = ""
    is_typing = True

    @property
    def question(self) -> str:
        """Ask what to find, while something is looked for."""
        return _("Initials, characters or digits:") if self.is_typing else ""

    def entered(self) -> None:
        """Begin by asking."""
        self.query, self.is_typing = "", True

    def title(self) -> str:
        """Return what is asked."""
        return _("Find a category")

    def listing(self) -> Listing:
        """Return what fits."""
        found = self.form.work.found(self.query)
        return Listing(
            len(found),
            lambda offset, limit: [matter_row(matter) for matter in found[offset : offset + limit]],
            _("Nothing fits"),
        )

    def submitted(self, text: str) -> None:
        """Find what fits."""
        self.query, self.is_typing = text, False

    def heard(self, text: str) -> bool:
        """Look for something else; a key without a row is none."""
        if text in CHOICE_KEYS:
            return False
        self.query = text
        return True

    def back_inside(self) -> bool:
        """Ask again, when something was found."""
        was_typing, self.is_typing = self.is_typing, True
        return not was_typing


class PhraseStep(ProblemStep):
    """Sentences for one key, or own words."""

    def __init__(self, form: FormPage, name: str, phrases: Sequence[str], *, own: str) -> None:
        super().__init__(form, name)
        self._phrases = phrases
        self._own = own

    def facts(self) -> Sequence[str]:
        """Return the category the words are for, and whom to call first where it is a danger."""
        return (self.matter_words, self.danger_words)

    def listing(self) -> Listing:
        """Return the phrases."""
        return listing([Row(phrase, _(phrase)) for phrase in self._phrases])

    def chosen(self, row: Row) -> None:
        """Take a phrase; where and what are fields of their own and may still change."""
        self.form.put({self.name: row.label})
        self.form.stand()

    def do_own(self) -> None:
        """Type own words."""
        self.form.stand(self._own)


class ReviewStep(ShowsPhotos, SpeaksNote, ProblemStep):
    """The whole: report it, or change any part of it."""

    form: "ProblemPage"

    def facts(self) -> Sequence[str]:
        """Return what would be reported."""
        facts = problem_facts(self.form.values, self.matter_words, self.form.place)
        return [*(f"{label}  {text}" for label, text in facts), self.danger_words]

    def face(self, face: Face, action: Action) -> Face:
        """Say what is set, and what a second time does."""
        if action.verb in {"photo", "voice"}:
            return self.photo_face(face) if action.verb == "photo" else self.voice_face(face)
        if action.verb == "save" and self.form.is_save_wanted and self.form.job is not None:
            return Face(face.key, _("Without it"), _("The photo is being made"))
        if action.verb == "save" and self.form.is_sure:
            return Face(face.key, _("Report as it is"), _("It may hold somebody's number"))
        if action.verb == "solved" and self.is_set("self_resolved"):
            return Face(face.key, _("Not solved after all"), _("Hand it on"))
        if action.verb == "severity":
            return Face(face.key, face.label, severity_word(severity_of(self.get("severity"))))
        return self.discard_face(face) if action.verb == "discard" else face

    def default(self) -> str:
        """Return to report it."""
        return "problem.review.save"

    def saved_words(self) -> str:
        """Return category and place."""
        return f"{self.matter_words} {super().saved_words()}".strip()

    def do_save(self) -> None:
        """Report it."""
        self.save()

    def do_solved(self) -> None:
        """Say that it was solved on the spot, or take that back."""
        self._put("self_resolved", "" if self.is_set("self_resolved") else YES, action="")

    def do_severity(self) -> None:
        """Go to the next severity."""
        self._put("severity", next_severity(self.get("severity")))

    def do_words(self) -> None:
        """Change the words."""
        self.form.stand("own_description")

    def do_matter(self) -> None:
        """Change the category."""
        self.form.stand("matter")

    def _put(self, field: str, value: str, **others: str) -> None:
        self.form.put({field: value, **others})
        self.form.stand()


class ProblemPage(VoiceForm):
    """The problem form."""

    NAME = "problem"
    FORM = "problem"
    TAKES_PLACE = True
    WORK = ProblemWork
    STEPS = (
        lambda form: MatterStep(form, "matter"),
        lambda form: FindStep(form, "find", back_to="matter"),
        lambda form: PhraseStep(form, "description", PHRASES, own="own_description"),
        lambda form: TextStep(form, "own_description", field="description"),
        lambda form: PhraseStep(form, "action", DONE_PHRASES, own="own_action"),
        lambda form: TextStep(form, "own_action", field="action"),
        lambda form: ReviewStep(form, "review"),
        lambda form: PhotosStep(form, "photos"),
        lambda form: VoiceStep(form, "voice"),
    )

    work: ProblemWork


def matter_row(matter: Matter) -> Row:
    """Return the row of a category."""
    return Row(matter.key, matter_name(matter.entry), matter_group(matter.entry))
