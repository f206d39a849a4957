"""A form's fields, values, gaps and warnings in words."""

from fieldapp.presentation.outside import shown
from fieldapp.presentation.words import word
from fieldapp.services.forms import YES, FieldSpec, FormSpec, Incomplete
from fieldapp.services.privacy import TextWarning
from fieldapp.text import N_, _

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
