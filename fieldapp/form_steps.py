"""The steps that forms are made of: choices, several choices, a line of text, a date, and the look at the whole."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from fieldapp.keymap import TYPING, Action
from fieldapp.panel import options_of
from fieldapp.presentation.forms import gap_sentence, value_text, warning_sentence
from fieldapp.presentation.records import place_text
from fieldapp.services.filling import DAYS_OFF, day_off
from fieldapp.services.forms import FORMS, YES, FieldSpec, FormSpec, Incomplete, Saved, Warned
from fieldapp.services.moments import local_time
from fieldapp.text import _
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.windowed_list import Row, WindowedList

if TYPE_CHECKING:
    from fieldapp.form_panel import FormPanel
    from sync.journal import JournalEntry


class Step:
    """One step of a form: what it asks and shows; its keys are carried out by methods ``do_<verb>``.

    Args:
        back_to: the step that back leads to, empty for out of the form.
    """

    columns: ClassVar[int] = 2
    uses_line: ClassVar[bool] = False
    uses_list: ClassVar[bool] = False

    def __init__(self, form: "FormPanel", name: str, *, back_to: str = "") -> None:
        self.form = form
        self.name = name
        self._back_to = back_to

    @property
    def page(self) -> str:
        """Return the keymap's page of the step."""
        return f"{self.form.NAME}.{self.name}"

    @property
    def spec(self) -> FormSpec:
        """Return the fields of the form."""
        return FORMS[self.form.FORM]

    def before(self) -> str:
        """Return the step that back leads to, empty for out of the form."""
        return self._back_to

    def title(self) -> str:
        """Return what is asked."""
        field = next((field for field in self.spec.fields if field.name == self.name), None)
        return _(field.label) if field is not None else _(self.spec.title)

    def note(self) -> str:
        """Return lines that stand above the tiles, empty for none."""
        return ""

    def tiles(self) -> Sequence[Option]:
        """Return the tiles."""
        return options_of(self.form, "tile")

    def columns_in(self, _width_cells: int) -> int:
        """Return in how many columns the tiles stand."""
        return self.columns

    def highlighted(self) -> int:
        """Return the place of the tile that Enter presses."""
        return 0

    def face(self, face: Face, _action: Action) -> Face:
        """Return how an action looks as things stand, given how it usually does."""
        return face

    def is_shown(self, _action: Action) -> bool:
        """Return whether an action is offered at all now."""
        return True

    def entered(self) -> None:
        """Prepare what is shown when the step is entered."""

    def paint_line(self, line: PlainInput) -> None:
        """Set the line up, where the step uses it."""

    def paint_list(self, rows: WindowedList) -> None:
        """Fill the list, where the step uses it."""

    def typed(self, text: str) -> None:
        """Take what stands in the line, after every key."""

    async def submitted(self, text: str) -> None:
        """Take the line that was ended with Enter."""

    async def chosen(self, row: Row) -> None:
        """Take a row of the list."""

    async def put(self, **values: str) -> None:
        """Fill fields in, on disk at once, and go to the next step."""
        await self.form.draft.put(values)
        await self.form.stand()


class ChoiceStep(Step):
    """One of a few; the choice goes on to the next step."""

    @property
    def field(self) -> FieldSpec:
        """Return the field that is filled in."""
        return self.spec.field(self.name)

    def codes(self) -> list[str]:
        """Return the codes that can be chosen."""
        return list(self.field.choices or {})

    def tiles(self) -> Sequence[Option]:
        """Return a tile for each choice; what is chosen says so."""
        chosen = self.form.draft.get(self.name).split()
        return [
            choice_tile(self.page, place, value_text(self.field, code), _("chosen") if code in chosen else "")
            for place, code in enumerate(self.codes(), 1)
        ]

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1."""
        codes = self.codes()
        if 0 < choice <= len(codes):
            await self.put(**{self.name: codes[choice - 1]})


class ChoicesStep(ChoiceStep):
    """Several of a few; each press sets or unsets, back is done."""

    async def do_pick(self, choice: int) -> None:
        """Set or unset by place, from 1."""
        codes = self.codes()
        if 0 < choice <= len(codes):
            chosen = set(self.form.draft.get(self.name).split()) ^ {codes[choice - 1]}
            await self.form.draft.put({self.name: " ".join(code for code in codes if code in chosen)})
            await self.form.stand(self.name)


class DateStep(Step):
    """A day in the near future, by how far off it is."""

    def tiles(self) -> Sequence[Option]:
        """Return a tile for each distance, with its date."""
        return [
            choice_tile(self.page, place, _(label), self._date(days) or "")
            for place, (days, label) in enumerate(DAYS_OFF.items(), 1)
        ]

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1."""
        days = list(DAYS_OFF)
        if 0 < choice <= len(days):
            await self.form.draft.put({self.name: self._date(days[choice - 1])})
            await self.form.stand(self.before())

    def _date(self, days: int) -> str:
        services = self.form.services
        return day_off(local_time(services.clock.now_ms(), services.zone).date(), days)


class TextStep(Step):
    """A line of text; every key is stored, Enter goes on."""

    uses_line: ClassVar[bool] = True

    def __init__(self, form: "FormPanel", name: str, *, field: str = "", back_to: str = "") -> None:
        super().__init__(form, name, back_to=back_to)
        self.field = field or name

    @property
    def page(self) -> str:
        """Leave the digits to the line."""
        return TYPING

    def title(self) -> str:
        """Return the field's label."""
        return _(self.spec.field(self.field).label)

    def tiles(self) -> Sequence[Option]:
        """Return none: the keys are for the text."""
        return ()

    def paint_line(self, line: PlainInput) -> None:
        """Show what is filled in so far."""
        line.max_length = self.spec.field(self.field).max_chars
        line.placeholder = _("Type, then Enter")
        if line.value != self.form.draft.get(self.field):
            line.put(self.form.draft.get(self.field))

    def typed(self, text: str) -> None:
        """Take the text into the draft."""
        self.form.draft.type(self.field, text)

    async def submitted(self, text: str) -> None:
        """Go on, to where back leads or to the next step."""
        await self.form.draft.put({self.field: text.strip()})
        await self.form.stand(self._back_to)


class SaveStep(Step):
    """A step that can save the form."""

    async def save(self) -> None:
        """Save the record; what is missing, or looks like somebody's number, is said instead."""
        form, stage = self.form, self.form.stage
        filled_in = dict(form.draft.values)
        match await form.work.do(form.form_work.save, filled_in, anyway=form.is_sure):
            case Saved(entry=entry):
                await self.saved(entry, filled_in)
            case Incomplete() as gap:
                stage.flash(_("Not yet"), gap_sentence(self.spec, gap), "warn")
                if gap.field in form.steps:
                    await form.stand(gap.field)
            case Warned(warnings=warnings):
                stage.flash(_("Look again"), warning_sentence(warnings[0]), "warn")
                form.is_sure = True
                stage.repaint()

    async def saved(self, entry: "JournalEntry", filled_in: Mapping[str, str]) -> None:
        """Say what was saved, offer to take it back into the form, and leave."""
        words = self.saved_words()
        self.form.stage.flash(_("Saved"), words)
        self.form.stage.offer_undo(entry, words, form=self.form.FORM, values=filled_in)
        await self.leave()

    async def leave(self) -> None:
        """Go where one is after saving."""
        await self.form.stage.home()

    def saved_words(self) -> str:
        """Return what was saved, in a few words."""
        return place_text(self.form.place)

    async def discard(self) -> None:
        """Forget the draft at the second press."""
        form = self.form
        if not form.is_discarding:
            form.is_discarding = True
            form.stage.repaint()
            return
        await form.work.do(form.services.forms.discard, form.FORM)
        form.stage.flash(_("Discarded"), tone="plain")
        await form.stage.home()

    def discard_face(self, face: Face) -> Face:
        """Return the face of discarding: the first press only asks."""
        return Face(face.key, _("Really discard"), tone="bad") if self.form.is_discarding else face

    def is_set(self, flag: str) -> bool:
        """Return whether a flag of the form is set."""
        return self.form.draft.get(flag) == YES


def choice_tile(page: str, place: int, label: str, note: str = "") -> Option:
    """Return the tile of the n-th choice of a page."""
    return Option(f"{page}.pick:{place}", Face(str(place), label, note))
