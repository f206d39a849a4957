"""Recording a visit to a household: why, how it went, what is needed. No names; the flat is sealed."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from fieldapp.services.forms import NEEDS, OUTCOMES, PURPOSES, Forms, Incomplete, SaveResult
from fieldapp.services.recorder import Recorder
from fieldapp.services.saving import FormToSave, save_form
from fieldapp.services.voice_field import media_in
from sync.records import Visit
from sync.records.visit import Outcome, Purpose
from sync.text import clean_line, clean_text

FORM = "visit"
"""Name of the form in the drafts."""

FREE_TEXT = ("note", "flat")
"""Fields that are looked through for numbers of people."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Visits:
    """The visit form over its draft.

    Args:
        seal: seals a text to the district's key; None, or answering None, while the tablet has no key.
    """

    def __init__(self, recorder: Recorder, forms: Forms, seal: Callable[[str], str | None] | None) -> None:
        self._recorder = recorder
        self._forms = forms
        self._seal = seal

    def save(self, values: Mapping[str, str] | None = None, *, anyway: bool = False) -> SaveResult:
        """Save the form's record; the arguments are those of `Problems.save`."""
        form = FormToSave(FORM, FREE_TEXT, self._body)
        return save_form(form, self._forms, self._recorder, values, anyway=anyway)

    def _body(self, fields: Mapping[str, str]) -> Visit | Incomplete:
        building = fields.get("building")
        if not building:
            return Incomplete("building")
        for name, known in (("purpose", PURPOSES), ("outcome", OUTCOMES)):
            if fields.get(name) not in known:
                return Incomplete(name)
        flat = clean_line(fields.get("flat", ""), max_chars=40)
        sealed = self._seal(flat) if flat and self._seal else None
        if flat and sealed is None:
            return Incomplete("flat", "no_seal_key")
        follow_up_on = fields.get("follow_up_on", "").strip()
        if follow_up_on and not _is_day(follow_up_on):
            return Incomplete("follow_up_on", "unreadable")
        return Visit(
            building=building,
            purpose=cast("Purpose", fields["purpose"]),
            outcome=cast("Outcome", fields["outcome"]),
            entrance=fields.get("entrance") or None,
            flat=sealed,
            needs=tuple(code for code in NEEDS if code in fields.get("needs", "").split()),
            note=clean_text(fields.get("note", ""), max_chars=500).strip(),
            follow_up_on=follow_up_on or None,
            media=media_in(fields),
        )


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
