"""What saving a form is, whichever record it makes."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from fieldapp.services.facts import body_of
from fieldapp.services.forms import AMENDS, Forms, Incomplete, Saved, SaveResult, Warned
from fieldapp.services.privacy import warnings_in
from fieldapp.services.recorder import Recorder
from sync.journal import JournalEntry
from sync.records import Body


class FormToSave(Struct, frozen=True):
    """A form whose draft becomes a record.

    Attributes:
        name: the form's name.
        free_text: fields in which a text may look as if it held somebody's number.
        body: makes the record's body of the fields, or says which field is missing.
    """

    name: str
    free_text: tuple[str, ...]
    body: Callable[[Mapping[str, str]], Body | Incomplete]


def save_form(
    form: FormToSave, forms: Forms, recorder: Recorder, values: Mapping[str, str] | None, *, anyway: bool
) -> SaveResult:
    """Save a form's record and forget its draft, in one transaction; nothing is saved when a field or a doubt is left.

    Args:
        values: the last state of the fields; the draft's when None.
        anyway: save although a text looks as if it held somebody's number.
    """
    if values is not None:
        forms.put(form.name, values)
    fields = forms.values(form.name)
    body = form.body(fields)
    if isinstance(body, Incomplete):
        return body
    if not anyway and (warnings := warnings_in(fields, form.free_text)):
        return Warned(warnings)
    draft = forms.draft_name(form.name)
    amended = recorder.find(fields[AMENDS]) if fields.get(AMENDS) else None
    if amended is None:
        entry = recorder.record(body, draft=draft)
    else:
        entry = recorder.amend(amended, _whole(amended, body), draft=draft)
    forms.closed(form.name)
    return Saved(entry)


def _whole(amended: JournalEntry, body: Body) -> Body:
    from fieldapp.services.mending import with_unshown

    old = body_of(amended)
    return body if old is None else with_unshown(old, body)
