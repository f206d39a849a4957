"""Reporting a problem: a category, a phrase, a look at the whole, done. Four keys when nothing is special."""

from collections.abc import Sequence
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import Step, TextStep, choice_tile
from fieldapp.keymap import Action
from fieldapp.photo_form import PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.forms import problem_facts
from fieldapp.presentation.words import danger_words, matter_group, matter_name, severity_word
from fieldapp.services.filling import MATTERS_OFFERED, ProblemWork, next_severity, severity_of
from fieldapp.services.forms import YES
from fieldapp.services.matter_picker import Matter
from fieldapp.services.problem import DONE_PHRASES, PHRASES
from fieldapp.text import _
from fieldapp.voice_form import SpeaksNote, VoiceForm, VoiceStep
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

WIDE_CELLS = 72
"""From this width four tiles stand in a row with their words whole."""


class ProblemStep(Step):
    """A step that knows the catalogue."""

    form: "ProblemPanel"

    @property
    def matter(self) -> Matter | None:
        """Return the chosen category."""
        return self.form.form_work.picker.get(self.form.draft.get("matter"))

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
        draft = self.form.draft
        is_whole = bool(draft.get("matter") and draft.get("description"))
        return self._back_to or ("review" if is_whole and self.name != "review" else "")

    async def choose(self, matter: Matter) -> None:
        """Take a category and go on; a danger is said at once."""
        form = self.form
        form.draft.values |= await form.work.do(form.form_work.choose, matter)
        if danger := danger_words(matter.entry):
            form.stage.flash(danger, matter_name(matter.entry), "bad")
        await form.stand()


class MatterStep(ProblemStep):
    """The categories used lately and the common ones, as tiles."""

    def tiles(self) -> Sequence[Option]:
        """Return the offered categories."""
        return [
            choice_tile(self.page, place, matter_name(matter.entry), matter_group(matter.entry))
            for place, matter in enumerate(self.form.form_work.offered()[:MATTERS_OFFERED], 1)
        ]

    async def do_pick(self, choice: int) -> None:
        """Choose a category by place."""
        offered = self.form.form_work.offered()[:MATTERS_OFFERED]
        if choice <= len(offered):
            await self.choose(offered[choice - 1])

    async def do_find(self) -> None:
        """Show all of them, with a line to find one in."""
        await self.form.stand("find")


class FindStep(ProblemStep):
    """The whole catalogue, found by initials, characters, digits or English words."""

    uses_line: ClassVar[bool] = True
    uses_list: ClassVar[bool] = True

    def title(self) -> str:
        """Return what is asked."""
        return _("Find a category")

    def tiles(self) -> Sequence[Option]:
        """Return none: there is a list."""
        return ()

    def entered(self) -> None:
        """Begin with an empty line."""
        self.form.query_one(PlainInput).put("")

    def paint_line(self, line: PlainInput) -> None:
        """Say what can be typed."""
        line.max_length = 40
        line.placeholder = _("Initials, characters or digits")

    def paint_list(self, rows: WindowedList) -> None:
        """Show what fits the line."""
        found = self.form.form_work.found(self.form.query_one(PlainInput).value)
        shown = [Row(matter.key, matter_name(matter.entry), matter_group(matter.entry)) for matter in found]
        rows.show(len(shown), pages_of(shown), empty=_("Nothing fits"))

    def typed(self, _text: str) -> None:
        """Show what fits now."""
        self.paint_list(self.form.query_one(WindowedList))

    async def submitted(self, _text: str) -> None:
        """Take the highlighted row."""
        self.form.query_one(WindowedList).choose()

    async def chosen(self, row: Row) -> None:
        """Take a row's category."""
        matter = self.form.form_work.picker.get(row.key)
        if matter is not None:
            await self.choose(matter)

    async def do_pick(self, choice: int) -> None:
        """Choose a row by its function key, as digits are typed."""
        self.form.query_one(WindowedList).choose_numbered(choice)


class PhraseStep(ProblemStep):
    """Sentences for one key, or own words."""

    def __init__(self, form: FormPanel, name: str, phrases: Sequence[str], *, own: str) -> None:
        super().__init__(form, name)
        self._phrases = phrases
        self._own = own

    def note(self) -> str:
        """Return the category the words are for, and whom to call first where it is a danger."""
        return "\n".join(text for text in (self.matter_words, self.danger_words) if text)

    def tiles(self) -> Sequence[Option]:
        """Return the phrases."""
        return [choice_tile(self.page, place, _(phrase)) for place, phrase in enumerate(self._phrases, 1)]

    async def do_pick(self, choice: int) -> None:
        """Take a phrase; where and what are fields of their own and may still change."""
        if choice <= len(self._phrases):
            await self.put(**{self.name: _(self._phrases[choice - 1])})

    async def do_own(self) -> None:
        """Type own words."""
        await self.form.stand(self._own)


class ReviewStep(ShowsPhotos, SavesPhotos, SpeaksNote, ProblemStep):
    """The whole: report it, or change any part of it."""

    form: "ProblemPanel"
    columns: ClassVar[int] = 3

    def columns_in(self, width_cells: int) -> int:
        """Return one more where photos are a seventh tile and there is room for it."""
        has_seventh = any(option.press == f"{self.page}.photo" for option in self.tiles())
        return self.columns + 1 if has_seventh and width_cells >= WIDE_CELLS else self.columns

    def note(self) -> str:
        """Return what would be reported."""
        facts = problem_facts(self.form.draft.values, self.matter_words, self.form.place)
        said = [f"{label}  {text}" for label, text in facts]
        return "\n".join([*said, self.danger_words] if self.danger_words else said)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is set, and what a second press does."""
        if action.verb in {"photo", "voice"}:
            return self.photo_face(face) if action.verb == "photo" else self.voice_face(face)
        if action.verb == "save" and self.form.is_save_wanted and self.form.job is not None:
            return Face(face.key, _("Without it"), _("The photo is being made"), "warn")
        if action.verb == "save" and self.form.is_sure:
            return Face(face.key, _("Report as it is"), _("It may hold somebody's number"), "warn")
        if action.verb == "solved" and self.is_set("self_resolved"):
            return Face(face.key, _("Not solved after all"), _("Hand it on"))
        if action.verb == "severity":
            return Face(face.key, face.label, severity_word(severity_of(self.form.draft.get("severity"))))
        return self.discard_face(face) if action.verb == "discard" else face

    def saved_words(self) -> str:
        """Return category and place."""
        return f"{self.matter_words} {super().saved_words()}".strip()

    async def do_save(self) -> None:
        """Report it."""
        await self.save()

    async def do_solved(self) -> None:
        """Say that it was solved on the spot, or take that back."""
        await self.put(self_resolved="" if self.is_set("self_resolved") else YES, action="")

    async def do_severity(self) -> None:
        """Go to the next severity."""
        await self.put(severity=next_severity(self.form.draft.get("severity")))

    async def do_words(self) -> None:
        """Change the words."""
        await self.form.stand("own_description")

    async def do_matter(self) -> None:
        """Change the category."""
        await self.form.stand("matter")

    async def do_discard(self) -> None:
        """Forget the draft, at the second press."""
        await self.discard()


class ProblemPanel(VoiceForm):
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

    form_work: ProblemWork
