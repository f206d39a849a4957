"""Answering a task, noting something of a case, handing over a shift: each a form over its draft."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast, get_args

from fieldapp.services.casework import CaseView, HandedOver, OpenTask, Recipient
from fieldapp.services.filling import FormWork, ShiftStartWork
from fieldapp.services.forms import AMENDS, HalfWritten, Incomplete, SaveResult
from fieldapp.services.photo_field import FIELD
from fieldapp.services.saving import FormToSave, save_form
from fieldapp.services.voice_field import FIELD as VOICE
from fieldapp.services.voice_field import media_in
from sync.records import CaseNote, Handoff, TaskResult
from sync.records.handoff import MAX_CASES
from sync.records.task_result import Answer, TaskType
from sync.text import clean_text

if TYPE_CHECKING:
    from fieldapp.services import Services


class CaseForm(FormWork):
    """A form that is about something of the casework; all but `next_step` may block."""

    FREE_TEXT: ClassVar[tuple[str, ...]] = ("note",)

    def save(self, values: Mapping[str, str], *, anyway: bool) -> SaveResult:
        """Save the record."""
        form = FormToSave(self.FORM, self.FREE_TEXT, self.body)
        return save_form(form, self.services.forms, self.services.recorder, values, anyway=anyway)

    def body(self, fields: Mapping[str, str]) -> TaskResult | CaseNote | Handoff | Incomplete:
        """Return what the record says, or which field is missing."""
        return Incomplete(self.next_step(fields))

    def take(self, about: Mapping[str, str], key: str) -> HalfWritten | None:
        """Begin the form about something, or go on with what was begun about it; return what was put aside for it."""
        return self.services.forms.begin_about(self.FORM, about, lambda values: values.get(key) == about[key])


class TaskWork(CaseForm):
    """What answering a task does."""

    FORM = "task"

    def __init__(self, services: "Services") -> None:
        super().__init__(services)
        self.task: OpenTask | None = None

    def begin(self) -> dict[str, str]:
        """Read the task that the draft is about; return the draft."""
        values = super().begin()
        self.task = self.services.casework.task(values.get("task", ""))
        return values

    def next_step(self, _values: Mapping[str, str]) -> str:
        """Ask for the answer."""
        return "answer"

    def open(self, task: OpenTask) -> HalfWritten | None:
        """Begin a task; return what was put aside for it."""
        entry = task.entry
        about = {
            "task": task.id,
            "type": entry.type,
            "building": entry.building or "",
            "entrance": entry.entrance or "",
        }
        return self.take(about, "task")

    def body(self, fields: Mapping[str, str]) -> TaskResult | Incomplete:
        """Return the answer."""
        if not fields.get("task") or fields.get("type") not in get_args(TaskType):
            return Incomplete("task")
        if fields.get("answer") not in get_args(Answer):
            return Incomplete("answer")
        return TaskResult(
            task=fields["task"],
            type=cast("TaskType", fields["type"]),
            answer=cast("Answer", fields["answer"]),
            note=clean_text(fields.get("note", ""), max_chars=500).strip(),
            media=media_in(fields),
        )


class CaseNoteWork(CaseForm):
    """What noting something of a case does."""

    FORM = "case_note"
    FREE_TEXT: ClassVar[tuple[str, ...]] = ("text",)

    def next_step(self, values: Mapping[str, str]) -> str:
        """Ask for words, then show the whole."""
        return "review" if values.get("text") or values.get(FIELD) or values.get(VOICE) else "text"

    def open(self, case: CaseView) -> HalfWritten | None:
        """Begin a note on a case; return what was put aside for it."""
        entry = case.entry
        about = {"case": case.id, "building": entry.building or "", "entrance": entry.entrance or ""}
        return self.take(about, "case")

    def body(self, fields: Mapping[str, str]) -> CaseNote | Incomplete:
        """Return the note."""
        if not fields.get("case"):
            return Incomplete("case")
        text, media = clean_text(fields.get("text", ""), max_chars=500).strip(), media_in(fields)
        return CaseNote(fields["case"], text, media) if text or media else Incomplete("text")


class HandoffWork(CaseForm):
    """What handing over does; the open cases are preselected."""

    FORM = "handoff"

    def __init__(self, services: "Services") -> None:
        super().__init__(services)
        self.recipients: list[Recipient] = []
        self.cases: list[CaseView] = []

    def begin(self) -> dict[str, str]:
        """Read who and what there is; return the draft, or a new one with every open case."""
        casework = self.services.casework
        self.recipients, self.cases = casework.recipients(), casework.cases()[:MAX_CASES]
        held = self.services.forms.values(self.FORM)
        if not held.get(AMENDS):
            self._renew(held)
        return super().begin()

    def _renew(self, held: Mapping[str, str]) -> None:
        """Begin anew in another shift, and choose what has come to be open since the form was seen last."""
        forms, shift = self.services.forms, self.services.shifts.current()
        of_shift = {"shift": shift.id if shift is not None else ""}
        if held.get("shift") != of_shift["shift"]:
            forms.put_aside(self.FORM)
            held = {}
        seen, is_open = held.get("seen", "").split(), [case.id for case in self.cases]
        new = [case for case in is_open if case not in seen]
        if new or not held:
            chosen = [case for case in is_open if case in new or case in held.get("cases", "").split()]
            forms.put(self.FORM, of_shift | {"cases": " ".join(chosen), "seen": " ".join([*seen, *new])})

    def next_step(self, values: Mapping[str, str]) -> str:
        """Ask whom, then show the whole."""
        return "review" if values.get("seat") else "seat"

    def fields_of(self, recipient: Recipient) -> dict[str, str]:
        """Return what choosing somebody fills in: the person too where several share the seat."""
        is_shared = sum(each.seat == recipient.seat for each in self.recipients) > 1
        return {"seat": recipient.seat, "person": recipient.person if is_shared else ""}

    def recipient(self, values: Mapping[str, str]) -> Recipient | None:
        """Return who was chosen."""
        chosen = (each for each in self.recipients if each.seat == values.get("seat"))
        return next((each for each in chosen if values.get("person") in ("", None, each.person)), None)

    def chosen_cases(self, values: Mapping[str, str]) -> list[CaseView]:
        """Return the cases that are handed over."""
        wanted = values.get("cases", "").split()
        return [case for case in self.cases if case.id in wanted]

    def body(self, fields: Mapping[str, str]) -> Handoff | Incomplete:
        """Return the hand-over."""
        if not fields.get("seat"):
            return Incomplete("seat")
        return Handoff(
            seat=fields["seat"],
            person=fields.get("person") or None,
            cases=tuple(fields.get("cases", "").split()[:MAX_CASES]),
            note=clean_text(fields.get("note", ""), max_chars=500).strip(),
        )


class ShiftBeginWork(ShiftStartWork):
    """What starting a shift does, and what was left for it."""

    def __init__(self, services: "Services") -> None:
        super().__init__(services)
        self.handed: list[HandedOver] = []

    def begin(self) -> dict[str, str]:
        """Read what was handed over; return the draft."""
        self.handed = self.services.casework.handed_over()
        return super().begin()
