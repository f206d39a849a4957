"""What is half written, in words: which form, where, and how it begins."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldapp.presentation.forms import value_text
from fieldapp.presentation.outside import shown
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import matter_name
from fieldapp.services.forms import FORMS, HalfWritten
from fieldapp.text import _

if TYPE_CHECKING:
    from fieldapp.services.matter_picker import Matter


def half_written_title(half: HalfWritten) -> str:
    """Return the form and its place."""
    return "  ".join(text for text in (_(FORMS[half.form].title), place_text(half.place)) if text)


def half_written_note(half: HalfWritten, matter: "Matter | None") -> str:
    """Return the first words that were written, else the category, else the first choice that was made."""
    filled = [(field, value) for field in FORMS[half.form].fields if (value := half.values.get(field.name, "").strip())]
    texts = [shown(value) for field, value in filled if field.kind == "text"]
    choices = [value_text(field, value) for field, value in filled if field.kind in ("choice", "choices")]
    named = [matter_name(matter.entry)] if matter is not None else []
    return next(iter([*texts, *named, *choices]), "")


def half_written_line(halves: Sequence[HalfWritten]) -> str:
    """Return what is half written and the key that goes on with it.

    Args:
        halves: at least one.
    """
    if len(halves) == 1:
        return _("{what}: 7 goes on").format(what=half_written_title(halves[0]))
    return _("{count} are half written: 7 lists them").format(count=len(halves))


def aside_said(half: HalfWritten) -> tuple[str, str]:
    """Return word and line of what was put aside for another form of its kind."""
    return _("Kept for later"), _("{form}: 7 on the first page goes on").format(form=_(FORMS[half.form].title))
