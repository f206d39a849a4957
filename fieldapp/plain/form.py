"""What forms share: steps over one draft, each stored as it is filled in, and the same step again after a kill."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar

from fieldapp.keymap import TYPING, Action, Need
from fieldapp.plain.keys import ADD, EMPTY, KEEP
from fieldapp.plain.page import Face, Listing, Page, Row, TalkPort, listing
from fieldapp.presentation.forms import gap_sentence, value_text, warning_sentence
from fieldapp.presentation.records import place_text
from fieldapp.services.filling import DAYS_OFF, FormWork, day_off
from fieldapp.services.forms import FORMS, YES, FieldSpec, FormSpec, Incomplete, Saved, Warned
from fieldapp.services.moments import local_time
from fieldapp.services.places import NamedPlace, place_in
from fieldapp.text import _
from sync.journal import JournalEntry


class FormPage(Page):
    """A form; a scan fills its place in at any time."""

    WORK: ClassVar[type[FormWork]] = FormWork
    """Makes what the form does."""

    STEPS: ClassVar[tuple[Callable[["FormPage"], "Step"], ...]] = ()
    """Make the form's steps, by the names of the app's."""

    def __init__(self, talk: TalkPort) -> None:
        super().__init__(talk)
        self.work = self.WORK(self.services)
        self.values: dict[str, str] = {}
        self.steps = {step.name: step for step in [make(self) for make in self.STEPS]}
        self.step = next(iter(self.steps.values()))
        self.place: NamedPlace | None = None
        self.is_sure = False
        self.is_discarding = False

    @property
    def page(self) -> str:
        """Return the keymap's page of the step."""
        return self.step.page

    @property
    def question(self) -> str:
        """Return what the step asks, where it asks for a text."""
        return self.step.question

    def opened(self, argument: object) -> None:
        """Read the draft and stand where it stopped; `argument` may name the step to stand in."""
        self.values = self.work.begin()
        self.stand(argument if isinstance(argument, str) and argument in self.steps else "")

    def closed(self) -> None:
        """Note that the form is no longer open; its draft stays."""
        self.services.forms.closed(self.FORM)

    def put(self, values: Mapping[str, str]) -> None:
        """Fill fields in; they are on disk when this returns."""
        self.services.forms.put(self.FORM, values)
        self.values |= values

    def stand(self, step: str = "") -> None:
        """Go to a step, or to the one that comes next."""
        self.step = self.steps[step or self.work.next_step(self.values)]
        self.is_sure = self.is_discarding = False
        self.step.entered()
        self.place = place_in(self.services.reference, self.values)
        self.services.forms.opened(self.FORM, self.step.name)

    def title(self) -> str:
        """Return the step's question, and the form's place."""
        return "  ".join(text for text in (self.step.title(), place_text(self.place)) if text)

    def facts(self) -> Sequence[str]:
        """Return what the step says."""
        return self.step.facts()

    def listing(self) -> Listing | None:
        """Return what the step lets choose from."""
        return self.step.listing()

    def chosen(self, row: Row) -> None:
        """Give the chosen row to the step."""
        self.step.chosen(row)

    def met(self) -> Collection[Need]:
        """Return whether a place can be chosen."""
        return (Need.PLACES,)

    def is_shown(self, action: Action) -> bool:
        """Let the step say what it offers now."""
        return self.step.is_shown(action)

    def face(self, face: Face, action: Action) -> Face:
        """Let the step say how things stand."""
        return self.step.face(face, action)

    def default(self) -> str:
        """Return what an empty line does in the step."""
        return self.step.default()

    def doer(self) -> object:
        """Let the step carry its actions out."""
        return self.step

    def step_back(self) -> bool:
        """Go one step back inside the step, else to the step before, if there is one."""
        if self.step.back_inside():
            return True
        before = self.step.before()
        if before:
            self.stand(before)
        return bool(before)

    def submitted(self, text: str) -> None:
        """Give the line to the step."""
        self.step.submitted(text)

    def heard(self, text: str) -> bool:
        """Give a line that is no key to the step."""
        return self.step.heard(text)

    def place_given(self, place: NamedPlace) -> None:
        """Make a place the form's; everything else in the draft stays."""
        self.services.forms.put_place(self.FORM, place.place)


class Step:
    """One step of a form: what it asks and says; its keys are carried out by methods ``do_<verb>``.

    Args:
        back_to: the step that back leads to, empty for out of the form.
    """

    def __init__(self, form: FormPage, name: str, *, back_to: str = "") -> None:
        self.form = form
        self.name = name
        self._back_to = back_to

    @property
    def page(self) -> str:
        """Return the keymap's page of the step."""
        return f"{self.form.NAME}.{self.name}"

    @property
    def question(self) -> str:
        """Return what is asked of a line that is text; empty where a line is a key."""
        return ""

    @property
    def spec(self) -> FormSpec:
        """Return the fields of the form."""
        return FORMS[self.form.FORM]

    def get(self, field: str) -> str:
        """Return a field's value, empty when it is not filled in."""
        return self.form.values.get(field, "")

    def before(self) -> str:
        """Return the step that back leads to, empty for out of the form."""
        return self._back_to

    def title(self) -> str:
        """Return what is asked."""
        field = next((field for field in self.spec.fields if field.name == self.name), None)
        return _(field.label) if field is not None else _(self.spec.title)

    def facts(self) -> Sequence[str]:
        """Return what stands there, line by line."""
        return ()

    def listing(self) -> Listing | None:
        """Return what can be chosen from, None where there is nothing of the kind."""
        return None

    def chosen(self, row: Row) -> None:
        """Act on a row that was chosen."""

    def is_shown(self, _action: Action) -> bool:
        """Return whether an action is offered at all now."""
        return True

    def face(self, face: Face, _action: Action) -> Face:
        """Return how an action is said as things stand, given how it usually is."""
        return face

    def default(self) -> str:
        """Return the action that an empty line does, empty for none."""
        return ""

    def back_inside(self) -> bool:
        """Go one step back inside the step; return whether there was one."""
        return False

    def heard(self, _text: str) -> bool:
        """Act on a line that is no key; return whether it was understood."""
        return False

    def entered(self) -> None:
        """Prepare what is said when the step is entered."""

    def submitted(self, text: str) -> None:
        """Act on a line that is text."""


class ChoiceStep(Step):
    """One of a few; the choice goes on to the next step."""

    @property
    def field(self) -> FieldSpec:
        """Return the field that is filled in."""
        return self.spec.field(self.name)

    def listing(self) -> Listing:
        """Return a row for each choice; what is chosen says so."""
        taken = self.get(self.name).split()
        codes = list(self.field.choices or {})
        return listing(
            [Row(code, value_text(self.field, code), _("chosen") if code in taken else "") for code in codes]
        )

    def chosen(self, row: Row) -> None:
        """Take a choice and go on."""
        self.form.put({self.name: row.key})
        self.form.stand()


class ChoicesStep(ChoiceStep):
    """Several of a few; each key sets or unsets, back is done."""

    def chosen(self, row: Row) -> None:
        """Set or unset a choice."""
        taken = set(self.get(self.name).split()) ^ {row.key}
        self.form.put({self.name: " ".join(code for code in self.field.choices or {} if code in taken)})
        self.form.stand(self.name)


class DateStep(Step):
    """A day in the near future, by how far off it is."""

    def listing(self) -> Listing:
        """Return a row for each distance, with its date."""
        return listing([Row(str(days), _(label), self._date(days)) for days, label in DAYS_OFF.items()])

    def chosen(self, row: Row) -> None:
        """Take a day, and return to where one came from."""
        self.form.put({self.name: self._date(int(row.key))})
        self.form.stand(self.before())

    def _date(self, days: int) -> str:
        services = self.form.services
        return day_off(local_time(services.clock.now_ms(), services.zone).date(), days)


class TextStep(Step):
    """A text; a line replaces it, adds to it, or leaves it as it is."""

    def __init__(self, form: FormPage, name: str, *, field: str = "", back_to: str = "") -> None:
        super().__init__(form, name, back_to=back_to)
        self.field = field or name

    @property
    def page(self) -> str:
        """Leave the digits to the text."""
        return TYPING

    @property
    def question(self) -> str:
        """Ask for the text."""
        return _("Text:")

    def title(self) -> str:
        """Return the field's label."""
        return _(self.spec.field(self.field).label)

    def facts(self) -> Sequence[str]:
        """Return what is filled in so far, and what a line does to it."""
        text = self.get(self.field)
        if not text:
            return (_("Type the text, then Enter; 0 goes back"),)
        so_far = _("So far: {text}").format(text=text)
        return (so_far, _("Enter alone keeps it, + before words adds them, - alone empties it, 0 goes back"))

    def submitted(self, text: str) -> None:
        """Store the text and go on, to where back leads or to the next step."""
        before, most = self.get(self.field), self.spec.field(self.field).max_chars
        if text == EMPTY:
            text = ""
        elif text == KEEP:
            text = before
        elif text.startswith(ADD):
            text = f"{before} {text.removeprefix(ADD).strip()}".strip()
        if len(text) > most:
            self.form.talk.say(_("Too long: cut to {most} characters").format(most=most))
        self.form.put({self.field: text[:most]})
        self.form.stand(self._back_to)


class SaveStep(Step):
    """A step that can save the form."""

    def save(self) -> None:
        """Save the record; what is missing, or looks like somebody's number, is said instead."""
        form, talk = self.form, self.form.talk
        filled_in = dict(form.values)
        match form.work.save(filled_in, anyway=form.is_sure):
            case Saved(entry=entry):
                self.saved(entry, filled_in)
            case Incomplete() as gap:
                talk.say(_("Not yet"), gap_sentence(self.spec, gap))
                if gap.field in form.steps:
                    form.stand(gap.field)
            case Warned(warnings=warnings):
                talk.say(_("Look again"), warning_sentence(warnings[0]))
                form.is_sure = True

    def saved(self, entry: JournalEntry, filled_in: Mapping[str, str]) -> None:
        """Say what was saved, offer to take it back into the form, and leave."""
        self.form.talk.say(_("Saved"), self.saved_words())
        self.form.talk.offer_undo(entry, form=self.form.FORM, values=filled_in)
        self.leave()

    def leave(self) -> None:
        """Go where one is after saving."""
        self.form.talk.home()

    def saved_words(self) -> str:
        """Return what was saved, in a few words."""
        return place_text(self.form.place)

    def do_discard(self) -> None:
        """Forget the draft, at the second time."""
        form = self.form
        if not form.is_discarding:
            form.is_discarding = True
            return
        form.services.forms.discard(form.FORM)
        form.talk.say(_("Discarded"))
        form.talk.home()

    def discard_face(self, face: Face) -> Face:
        """Return how discarding is said: the first time only asks."""
        return Face(face.key, _("Really discard")) if self.form.is_discarding else face

    def is_set(self, flag: str) -> bool:
        """Return whether a flag of the form is set."""
        return self.get(flag) == YES
