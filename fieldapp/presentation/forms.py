"""A form's fields, values, gaps and warnings in words."""

from collections.abc import Mapping

from fieldapp.presentation.outside import shown
from fieldapp.presentation.photos import photos_line
from fieldapp.presentation.records import place_text
from fieldapp.presentation.voices import voice_line
from fieldapp.presentation.words import purpose_word, word
from fieldapp.services.forms import FORMS, YES, FieldSpec, FormSpec, Incomplete
from fieldapp.services.photo_field import photos_in
from fieldapp.services.places import NamedPlace
from fieldapp.services.privacy import TextWarning
from fieldapp.services.voice_field import voices_in
from fieldapp.text import N_, _

VISIT_FIELDS = {"flat": "flat", "needs": "needs", "note": "note", "again": "follow_up_on"}
"""Actions of a visit's further fields, to the field whose value they show."""

_GAPS = {
    "missing": N_("{field} is missing"),
    "too_long": N_("{field} is too long"),
    "unreadable": N_("{field} is not readable"),
    "no_seal_key": N_("{field} cannot be sealed yet: leave it empty"),
}

_WARNINGS = {
    "id_number": N_("This looks like an ID number. Take it out?"),
    "phone_number": N_("This looks like a phone number. Take it out?"),
}


def value_text(field: FieldSpec, value: str) -> str:
    """Return a field's value in words; places and categories are named by the screen, which knows them."""
    if field.kind == "flag":
        return _("Yes") if value == YES else _("No")
    if field.kind == "choice":
        return word(field.choices or {}, value) if value else ""
    if field.kind == "choices":
        return " · ".join(word(field.choices or {}, code) for code in value.split())
    return shown(value)


def gap_sentence(form: FormSpec, gap: Incomplete) -> str:
    """Return what keeps a form from being saved."""
    labels = {field.name: field.label for field in form.fields}
    return _(_GAPS[gap.reason]).format(field=_(labels.get(gap.field, gap.field)))


def warning_sentence(warning: TextWarning) -> str:
    """Return the warning about a text; saving anyway is allowed."""
    return _(_WARNINGS[warning.kind])


def problem_facts(values: Mapping[str, str], matter: str, place: NamedPlace | None) -> list[tuple[str, str]]:
    """Return what a problem form would report, label by label.

    Args:
        matter: the category's name, empty before it is chosen.
        place: the form's place, None for none yet.
    """
    facts = [
        (_("Category"), matter),
        (_("Place"), place_text(place) or values.get("place") or _("none yet: scan a plate")),
        (_("Words"), values.get("description", "")),
        (_("Photos"), photos_line(photos_in(values))),
        (_("Spoken note"), voice_line(voices_in(values))),
        (_("Done"), values.get("action", "") if values.get("self_resolved") == YES else ""),
    ]
    return [(label, text) for label, text in facts if text]


def visit_facts(values: Mapping[str, str]) -> list[str]:
    """Return what a visit form holds so far: why, then what else is filled in; that its place is missing, if it is."""
    form = FORMS["visit"]
    facts = [value_text(form.field(name), values.get(name, "")) for name in VISIT_FIELDS.values()]
    photos = photos_line(photos_in(values))
    facts.append(_("Photos {count}").format(count=photos) if photos else "")
    facts.append("" if values.get("building") else _("No place yet: scan a plate, or choose"))
    return [text for text in [purpose_word(values.get("purpose", "")), *facts] if text]
