"""Reporting a problem: a category, a phrase, a look at the whole, done. Four keys when nothing is special."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import FormWork, Step, TextStep, choice_tile
from fieldapp.keymap import Action
from fieldapp.photo_form import PhotoForm, PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.photos import photos_line
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import matter_group, matter_name, severity_word
from fieldapp.services import Services
from fieldapp.services.forms import YES, SaveResult
from fieldapp.services.matter_picker import Matter, MatterPicker
from fieldapp.services.photo_field import FIELD
from fieldapp.services.problem import PHRASES
from fieldapp.text import N_, _
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

TILES = 8
"""Categories offered as tiles; the others are found by typing."""

WIDE_CELLS = 72
"""From this width four tiles stand in a row with their words whole."""

ACTIONS = (
    N_("Cleared away"),
    N_("Repaired"),
    N_("Closed or switched off"),
    N_("Talked it over, settled"),
    N_("Secured until repair"),
)
"""What was done on the spot, for one key; messages to be looked up when shown."""


class ProblemWork(FormWork):
    """What the problem form does, and the catalogue it chooses from."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._problems = services.problems
        self.picker = MatterPicker({})

    def begin(self) -> dict[str, str]:
        """Return the draft, or a new one at the place of the last check-in."""
        self.picker = self._problems.picker()
        return self._problems.begin()

    def next_step(self, values: Mapping[str, str]) -> str:
        """Ask for the category, then for words, then show the whole."""
        if not values.get("matter"):
            return "matter"
        if not values.get("description") and not values.get(FIELD):
            return "description"
        is_open = values.get("self_resolved") == YES and not values.get("action")
        return "action" if is_open else "review"

    def save(self, values: Mapping[str, str], *, anyway: bool) -> SaveResult:
        """Save the problem."""
        return self._problems.save(values, anyway=anyway)

    def choose(self, matter: Matter) -> dict[str, str]:
        """Put a category into the draft; return the fields that follow from it."""
        return self._problems.choose(matter)

    def offered(self) -> list[Matter]:
        """Return the categories used lately, then the common ones."""
        return [*self.picker.recent(), *self.picker.common()]


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
        return danger_words(self.matter) if self.matter and self.matter.entry.emergency_number else ""

    def before(self) -> str:
        """Return to the whole, once there is something whole."""
        draft = self.form.draft
        is_whole = bool(draft.get("matter") and draft.get("description"))
        return self._back_to or ("review" if is_whole and self.name != "review" else "")

    async def choose(self, matter: Matter) -> None:
        """Take a category and go on; a danger is said at once."""
        form = self.form
        form.draft.values |= await form.work.do(form.form_work.choose, matter)
        if matter.entry.emergency_number:
            form.stage.flash(danger_words(matter), matter_name(matter.entry), "bad")
        await form.stand()


class MatterStep(ProblemStep):
    """The categories used lately and the common ones, as tiles."""

    def tiles(self) -> Sequence[Option]:
        """Return the offered categories."""
        return [
            choice_tile(self.page, place, matter_name(matter.entry), matter_group(matter.entry))
            for place, matter in enumerate(self.form.form_work.offered()[:TILES], 1)
        ]

    async def do_pick(self, choice: int) -> None:
        """Choose a category by place."""
        offered = self.form.form_work.offered()[:TILES]
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
        work = self.form.form_work
        query = self.form.query_one(PlainInput).value
        found = work.picker.find(query) if query.strip() else work.offered()
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


class ReviewStep(ShowsPhotos, SavesPhotos, ProblemStep):
    """The whole: report it, or change any part of it."""

    form: "ProblemPanel"
    columns: ClassVar[int] = 3

    def columns_in(self, width_cells: int) -> int:
        """Return one more where photos are a seventh tile and there is room for it."""
        has_seventh = any(option.press == f"{self.page}.photo" for option in self.tiles())
        return self.columns + 1 if has_seventh and width_cells >= WIDE_CELLS else self.columns

    def note(self) -> str:
        """Return what would be reported."""
        draft = self.form.draft
        lines = [
            (_("Category"), self.matter_words),
            (_("Place"), place_text(self.form.place) or draft.get("place") or _("none yet: scan a plate")),
            (_("Words"), draft.get("description")),
            (_("Photos"), photos_line(self.form.photos)),
            (_("Done"), draft.get("action") if self.is_set("self_resolved") else ""),
        ]
        said = [f"{label}  {text}" for label, text in lines if text]
        return "\n".join([*said, self.danger_words] if self.danger_words else said)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is set, and what a second press does."""
        if action.verb == "photo":
            return self.photo_face(face)
        if action.verb == "save" and self.form.is_save_wanted:
            return Face(face.key, _("Without it"), _("The photo is being made"), "warn")
        if action.verb == "save" and self.form.is_sure:
            return Face(face.key, _("Report as it is"), _("It may hold somebody's number"), "warn")
        if action.verb == "solved" and self.is_set("self_resolved"):
            return Face(face.key, _("Not solved after all"), _("Hand it on"))
        if action.verb == "severity":
            return Face(face.key, face.label, severity_word(self._severity()))
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
        await self.put(severity=str(self._severity() % 3 + 1))

    async def do_words(self) -> None:
        """Change the words."""
        await self.form.stand("own_description")

    async def do_matter(self) -> None:
        """Change the category."""
        await self.form.stand("matter")

    async def do_discard(self) -> None:
        """Forget the draft, at the second press."""
        await self.discard()

    def _severity(self) -> int:
        severity = self.form.draft.get("severity")
        return int(severity) if severity in {"1", "2", "3"} else 2


class ProblemPanel(PhotoForm):
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
        lambda form: PhraseStep(form, "action", ACTIONS, own="own_action"),
        lambda form: TextStep(form, "own_action", field="action"),
        lambda form: ReviewStep(form, "review"),
        lambda form: PhotosStep(form, "photos"),
    )

    form_work: ProblemWork


def danger_words(matter: Matter) -> str:
    """Return which number to call first."""
    return _("Danger: call {number} first").format(number=matter.entry.emergency_number)
