"""Putting right what the server keeps apart: its form opens filled with what it says, and saving amends it."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.services.errors import NothingToDo
from fieldapp.services.facts import Fact, body_of
from fieldapp.services.forms import AMENDS, YES, Forms, HalfWritten
from fieldapp.services.ports import Journal
from fieldapp.services.recorder import Recorder
from fieldapp.services.shift_log import LogLine, ShiftLog
from fieldapp.services.voice_field import media_fields
from sync.journal import JournalEntry
from sync.records import Body, CaseNote, CaseReport, CheckIn, Handoff, TagBind, TagReplace, TaskResult, Visit

MENDABLE = frozenset({"bad_shape", "unknown_ref"})
"""Reasons that other values can take away; the others need the desk, or a record of its own."""

_LOOKED_AT = 200


class Mend(Struct, frozen=True):
    """What opens so that a record can be put right.

    Attributes:
        form: the form that now holds the record's values, `points` for a check-in, `mount` for a plate.
        line: the record.
        aside: what was put aside for it.
    """

    form: str
    line: LogLine
    aside: HalfWritten | None = None


class Mending:
    """Finds what can be put right, and fills its form."""

    def __init__(self, journal: Journal, recorder: Recorder, forms: Forms, log: ShiftLog) -> None:
        self._journal = journal
        self._recorder = recorder
        self._forms = forms
        self._log = log

    def open_ones(self) -> tuple[JournalEntry, ...]:
        """Return the quarantined records that whoever is signed in can put right here, newest first."""
        person = self._recorder.author().person
        return tuple(entry for entry in self._journal.to_mend(limit=_LOOKED_AT) if _is_mendable(entry, person))

    def is_open(self, entry: JournalEntry) -> bool:
        """Tell whether whoever is signed in can put a record right here."""
        return entry.state == "quarantined" and any(each.record.id == entry.record.id for each in self.open_ones())

    def begin(self, record_id: str) -> Mend:
        """Fill the form of a record's kind with its values; a draft of the same record goes on as it was left.

        Raises:
            NothingToDo: it cannot be put right here, or was already.
        """
        entry = next((each for each in self.open_ones() if each.record.id == record_id), None)
        body = body_of(entry) if entry is not None else None
        if entry is None or body is None:
            raise NothingToDo(f"record {record_id} is not to be put right here")
        line = self._log.line(Fact(entry, entry, body))
        if isinstance(body, CheckIn):
            return Mend("points", line)
        if isinstance(body, TagBind | TagReplace):
            return Mend("mount", line)
        form = _FORM_OF[type(body)]
        fields = {**_VALUES_OF[type(body)](body), AMENDS: record_id}
        aside = self._forms.begin_about(form, fields, lambda values: values.get(AMENDS) == record_id)
        return Mend(form, line, aside)


def with_unshown(old: Body, new: Body) -> Body:
    """Return a form's body with what no form shows taken over from the record that it replaces."""
    kept = {
        name: getattr(old, name)
        for name in _UNSHOWN.get(type(new), ())
        if type(old) is type(new) and not _said(new, name)
    }
    return replace(new, **kept)


def _said(body: Body, name: str) -> bool:
    return name == "flat" and getattr(body, name) is not None


def _is_mendable(entry: JournalEntry, person: str) -> bool:
    is_own = entry.record.actor == person and entry.reason in MENDABLE
    return is_own and isinstance(body_of(entry), _OPENED)


def _values_of_problem(body: Any) -> Mapping[str, str]:
    return {
        "matter": f"{body.standard}:{body.matter_kind}:{body.matter_code}",
        "building": body.building or "",
        "entrance": body.entrance or "",
        "place": body.place,
        "description": body.description,
        "severity": str(body.severity),
        "self_resolved": YES if body.self_resolved else "",
        "action": body.action,
        "restricted": YES if body.restricted else "",
        "check_in": body.check_in or "",
        **media_fields(body.media),
    }


def _values_of_visit(body: Any) -> Mapping[str, str]:
    return {
        "building": body.building,
        "entrance": body.entrance or "",
        "purpose": body.purpose,
        "outcome": body.outcome,
        "needs": " ".join(body.needs),
        "note": body.note,
        "follow_up_on": body.follow_up_on or "",
        **media_fields(body.media),
    }


def _values_of_task(body: Any) -> Mapping[str, str]:
    return {
        "task": body.task,
        "type": body.type,
        "answer": body.answer,
        "note": body.note,
        **media_fields(body.media),
    }


def _values_of_note(body: Any) -> Mapping[str, str]:
    return {"case": body.case, "text": body.text, **media_fields(body.media)}


def _values_of_handoff(body: Any) -> Mapping[str, str]:
    return {"seat": body.seat, "person": body.person or "", "cases": " ".join(body.cases), "note": body.note}


_FORM_OF: dict[type[Body], str] = {
    CaseReport: "problem",
    Visit: "visit",
    TaskResult: "task",
    CaseNote: "case_note",
    Handoff: "handoff",
}
_OPENED: tuple[type[Body], ...] = (CheckIn, TagBind, TagReplace, *_FORM_OF)
_VALUES_OF: dict[type[Body], Callable[[Any], Mapping[str, str]]] = {
    CaseReport: _values_of_problem,
    Visit: _values_of_visit,
    TaskResult: _values_of_task,
    CaseNote: _values_of_note,
    Handoff: _values_of_handoff,
}
# What was sealed can be replaced but not read again.
_UNSHOWN: dict[type[Body], tuple[str, ...]] = {
    CaseReport: ("origin", "condition", "point", "contact"),
    Visit: ("flat",),
}
