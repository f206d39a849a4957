"""The forms, their fields, and their drafts on disk: after a kill the app opens in the same field of the same form."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from fieldapp.services.places import NamedPlace, Place, Spot, spot_key
from fieldapp.services.ports import Drafts, Settings
from fieldapp.text import N_
from sync.journal import JournalEntry
from sync.text import clean_text

if TYPE_CHECKING:
    from fieldapp.services.privacy import TextWarning

FieldKind = Literal["matter", "place", "text", "choice", "choices", "flag", "date", "photos"]
"""How a field is filled. `choices` holds several values with spaces between; a set `flag` holds `YES`; `photos` is read
by `photo_field`, or for a spoken note by `voice_field`."""

YES = "yes"
"""Value of a set flag; an empty value is unset."""

AMENDS = "amends"
"""Hidden field: id of the record that saving this form puts right, empty for a new record."""

BEGUN_AT = "begun_at"
"""Hidden field: the place at which the form was begun; another one may be chosen meanwhile."""

_OPEN_FORM = "form.open"
_OF = ":"
_ASIDE = "~"


class FieldSpec(Struct, frozen=True):
    """One field of a form.

    Attributes:
        name: name in the draft.
        label: message to be looked up when shown.
        choices: value to message, for `choice` and `choices`.
        max_chars: longest text.
        is_required: the form cannot be saved without it.
        shown_if: a flag that must be set for this field to matter, else empty.
    """

    name: str
    kind: FieldKind
    label: str
    choices: Mapping[str, str] | None = None
    max_chars: int = 0
    is_required: bool = False
    shown_if: str = ""


class FormSpec(Struct, frozen=True):
    """A form: its name in the drafts, its title and its fields in their order.

    Attributes:
        hidden: names that the draft keeps but nobody fills by hand.
    """

    name: str
    title: str
    fields: tuple[FieldSpec, ...]
    hidden: tuple[str, ...] = ()

    def field(self, name: str) -> FieldSpec:
        """Return a field by name."""
        return next(field for field in self.fields if field.name == name)


class Saved(Struct, frozen=True):
    """The form's record is on disk and its draft is gone."""

    entry: JournalEntry


class Incomplete(Struct, frozen=True):
    """A field keeps the form from being saved; the draft stays.

    Attributes:
        field: the field to go to.
        reason: `missing`, `too_long`, `unreadable`, or `no_seal_key` (what must be sealed cannot be, here and now).
    """

    field: str
    reason: Literal["missing", "too_long", "unreadable", "no_seal_key"] = "missing"


class Warned(Struct, frozen=True):
    """Nothing was saved yet: the text may hold somebody's number. Saving anyway is allowed."""

    warnings: "tuple[TextWarning, ...]"


SaveResult = Saved | Incomplete | Warned
"""What became of saving a form."""


class HalfWritten(Struct, frozen=True):
    """A form in which somebody filled in something.

    Attributes:
        name: the form's name, or that of a draft of it that was put aside.
        values: what is filled in.
        place: the place it is about, where that was looked up.
    """

    name: str
    form: str
    values: Mapping[str, str]
    place: NamedPlace | None = None


class OpenForm(Struct, frozen=True):
    """The form that was open, and the field that had the focus."""

    form: str
    field: str


_PLACE = FieldSpec("building", "place", N_("Place"))
_PHOTOS = FieldSpec("photos", "photos", N_("Photos"))
_VOICE = FieldSpec("voice", "photos", N_("Spoken note"))
_NOTE = FieldSpec("note", "text", N_("Note"), max_chars=500)

WEATHER = {
    "clear": N_("Clear"),
    "cloudy": N_("Cloudy"),
    "rain": N_("Rain"),
    "snow": N_("Snow"),
    "ice": N_("Ice"),
    "wind": N_("Wind"),
    "fog": N_("Fog"),
}
"""Weather at the start of a shift."""

SEVERITIES = {"1": N_("Can wait"), "2": N_("Usual"), "3": N_("Danger")}
"""How pressing a problem is."""

PURPOSES = {
    "care": N_("Care visit"),
    "new_tenant": N_("New tenant"),
    "safety": N_("Safety check"),
    "follow_up": N_("Follow-up"),
    "notice": N_("Notice"),
}
"""Why somebody was visited."""

OUTCOMES = {"met": N_("Met"), "absent": N_("Nobody home"), "refused": N_("Declined")}
"""How a visit went."""

NEEDS = {
    "repair": N_("Repair"),
    "heating": N_("Heating"),
    "errand": N_("Errand"),
    "meals": N_("Meals"),
    "medical": N_("Doctor or medicine"),
    "paperwork": N_("Paperwork"),
    "company": N_("Company"),
}
"""What a household asks for."""

FORMS: dict[str, FormSpec] = {
    form.name: form
    for form in (
        FormSpec(
            "shift_start",
            N_("Start shift"),
            (FieldSpec("weather", "choice", N_("Weather"), WEATHER),),
        ),
        FormSpec(
            "problem",
            N_("Report a problem"),
            (
                FieldSpec("matter", "matter", N_("Category"), is_required=True),
                _PLACE,
                FieldSpec("place", "text", N_("Place in words"), max_chars=256),
                FieldSpec("description", "text", N_("Description"), max_chars=2000, is_required=True),
                FieldSpec("severity", "choice", N_("How pressing"), SEVERITIES),
                FieldSpec("self_resolved", "flag", N_("Solved on the spot")),
                FieldSpec("action", "text", N_("What was done"), max_chars=500, shown_if="self_resolved"),
                FieldSpec("restricted", "flag", N_("Only for the handling chain")),
                _PHOTOS,
                _VOICE,
            ),
            hidden=("entrance", "check_in", "photo_wanted", "voice_wanted", BEGUN_AT, AMENDS),
        ),
        FormSpec(
            "visit",
            N_("Record a visit"),
            (
                FieldSpec("building", "place", N_("Place"), is_required=True),
                FieldSpec("purpose", "choice", N_("Purpose"), PURPOSES, is_required=True),
                FieldSpec("outcome", "choice", N_("Outcome"), OUTCOMES, is_required=True),
                FieldSpec("flat", "text", N_("Flat (sealed)"), max_chars=40),
                FieldSpec("needs", "choices", N_("Needs"), NEEDS),
                _NOTE,
                FieldSpec("follow_up_on", "date", N_("Come again on")),
                _PHOTOS,
            ),
            hidden=("entrance", "photo_wanted", BEGUN_AT, AMENDS),
        ),
        FormSpec("shift_end", N_("End shift"), (_NOTE,)),
        FormSpec(
            "task",
            N_("Answer a task"),
            (FieldSpec("answer", "choice", N_("Answer"), is_required=True), _NOTE, _PHOTOS),
            hidden=("task", "type", "building", "entrance", "photo_wanted", AMENDS),
        ),
        FormSpec(
            "case_note",
            N_("Note on a case"),
            (FieldSpec("text", "text", N_("Words"), max_chars=500), _PHOTOS, _VOICE),
            hidden=("case", "building", "entrance", "photo_wanted", "voice_wanted", AMENDS),
        ),
        FormSpec("handoff", N_("Pass on"), (_NOTE,), hidden=("seat", "person", "cases", "seen", "shift", AMENDS)),
    )
}
"""Every form, by its name in the drafts."""


class Forms:
    """Keeps what is being filled in, each person's apart: a tablet changes hands with drafts on it.

    Of each form one draft is its own, the one that is filled in; any number of others is put aside.

    Args:
        person: returns the id of who has the tablet, also while it is locked, so that a last field still finds its
            draft; None when nobody has.
    """

    def __init__(self, drafts: Drafts, settings: Settings, person: Callable[[], str | None]) -> None:
        self._drafts = drafts
        self._settings = settings
        self._person = person

    def spec(self, form: str) -> FormSpec:
        """Return a form's fields."""
        return FORMS[form]

    def values(self, form: str) -> dict[str, str]:
        """Return what is filled in so far, empty without a draft."""
        return self._drafts.fields(self.draft_name(form))

    def draft_name(self, form: str) -> str:
        """Return the name under which a draft of whoever has the tablet is stored."""
        return f"{form}{_OF}{self._person() or ''}"

    def put(self, form: str, values: Mapping[str, str]) -> None:
        """Store some fields, cleaned; on disk when it returns."""
        if values:
            self._drafts.put(self.draft_name(form), {name: clean_text(value) for name, value in values.items()})

    def fill_again(self, form: str, values: Mapping[str, str]) -> None:
        """Fill a form with what it held before; what it holds now is put aside."""
        self.put_aside(form)
        self.put(form, values)

    def put_place(self, form: str, place: Place) -> None:
        """Make a place the form's; everything else in the draft stays."""
        self.put(form, {"building": place.building, "entrance": place.entrance or "", "check_in": ""})

    def half_written(self) -> list[HalfWritten]:
        """Return the drafts in which somebody filled in something, last touched first, with those put aside."""
        own = f"{_OF}{self._person() or ''}"
        names = [name.removesuffix(own) for name in self._drafts.open_forms() if name.endswith(own)]
        every = [HalfWritten(name, name.partition(_ASIDE)[0], self.values(name)) for name in names]
        return [each for each in every if each.form in FORMS and _has_content(each.form, each.values)]

    def is_begun(self, form: str) -> bool:
        """Tell whether somebody filled in something in a form's own draft."""
        return _has_content(form, self.values(form))

    def begin_at(self, form: str, spot: Spot | None) -> HalfWritten | None:
        """Make the draft that was begun at a place the form's own, or an empty one there; None for wherever it was.

        Returns:
            What was put aside for it.
        """
        if spot is None:
            return None if self.is_begun(form) else self.put_aside(form)
        fields = {"building": spot.place.building, "entrance": spot.place.entrance or "", BEGUN_AT: spot.key}
        with_check_in = {"check_in": spot.check_in} if "check_in" in FORMS[form].hidden else {}
        key = spot.key
        return self.begin_about(
            form, fields | with_check_in, lambda values: _has_content(form, values) and _begun_at(values) == key
        )

    def begin_about(
        self, form: str, fields: Mapping[str, str], is_same: Callable[[Mapping[str, str]], bool]
    ) -> HalfWritten | None:
        """Make the draft that is about the same the form's own, or a new one.

        Args:
            fields: what a new one holds.
            is_same: tells by what a draft holds whether it is about the same.

        Returns:
            What was put aside for it.
        """
        if is_same(self.values(form)):
            return None
        aside = self.put_aside(form)
        before = next((each for each in self.half_written() if each.form == form and is_same(each.values)), None)
        if before is not None:
            self.take_up(before.name)
        else:
            self.put(form, fields)
        return aside

    def put_aside(self, form: str) -> HalfWritten | None:
        """Empty a form; what somebody filled in is kept for later and returned."""
        values = self.values(form)
        if not _has_content(form, values):
            self.discard(form)
            return None
        number = 1
        while self.values(f"{form}{_ASIDE}{number}"):
            number += 1
        name = f"{form}{_ASIDE}{number}"
        self._drafts.rename(self.draft_name(form), self.draft_name(name))
        self.closed(form)
        return HalfWritten(name, form, values)

    def take_up(self, name: str) -> str:
        """Make a draft that was put aside its form's own, and put aside what the form holds; return the form."""
        form = name.partition(_ASIDE)[0]
        if name != form and self.values(name):
            self.put_aside(form)
            self._drafts.rename(self.draft_name(name), self.draft_name(form))
        return form

    def discard(self, form: str) -> None:
        """Forget a draft."""
        self._drafts.discard(self.draft_name(form))
        self.closed(form)

    def opened(self, form: str, field: str = "") -> None:
        """Note which form is open and which of its fields has the focus."""
        self._settings.put(self._open_name(), f"{form} {field}")

    def closed(self, form: str) -> None:
        """Note that a form is no longer open; its draft stays."""
        last = self.last_open()
        if last is not None and last.form == form:
            self._settings.put(self._open_name(), None)

    def last_open(self) -> OpenForm | None:
        """Return the form that was open when the app was last seen, None when none was."""
        form, _, field = (self._settings.get(self._open_name()) or "").partition(" ")
        return OpenForm(form, field) if form in FORMS else None

    def _open_name(self) -> str:
        return f"{_OPEN_FORM}{_OF}{self._person() or ''}"


def _has_content(form: str, values: Mapping[str, str]) -> bool:
    """Tell whether a draft holds more than the place it began with."""
    return any(values.get(field.name, "").strip() for field in FORMS[form].fields if field.kind != "place")


def _begun_at(values: Mapping[str, str]) -> str:
    """Return where a draft was begun, empty for nowhere; one that puts a record right belongs to its record."""
    if values.get(AMENDS):
        return ""
    return values.get(BEGUN_AT) or spot_key(values.get("building", ""), values.get("entrance", ""))
