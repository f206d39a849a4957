"""Handing over at the end of a shift: to whom, which open cases, a word if one likes."""

from collections.abc import Collection, Sequence

from fieldapp.keymap import Action, Need
from fieldapp.plain.form import FormPage, SaveStep, Step, TextStep
from fieldapp.plain.page import Face, Listing, Row, listing
from fieldapp.presentation.casework import case_note, case_title, cases_label
from fieldapp.presentation.outside import shown
from fieldapp.services.case_forms import HandoffWork
from fieldapp.services.casework import CaseView
from fieldapp.text import _


class WhomStep(Step):
    """Who takes over."""

    form: "HandoffPage"

    def title(self) -> str:
        """Return what is asked."""
        return _("Who takes over?")

    def listing(self) -> Listing:
        """Return the colleagues."""
        rows = [
            Row(each.person, shown(each.name, max_chars=20), shown(each.seat, max_chars=40))
            for each in self.form.work.recipients
        ]
        return listing(rows, _("Nobody else of this grid is known here"))

    def chosen(self, row: Row) -> None:
        """Take somebody and go on."""
        work = self.form.work
        chosen = next(each for each in work.recipients if each.person == row.key)
        self.form.put(work.fields_of(chosen))
        self.form.stand()


class LeaveStep(SaveStep):
    """The hand-over whole."""

    form: "HandoffPage"

    def title(self) -> str:
        """Return to whom."""
        return _("To {name}").format(name=self._name())

    def facts(self) -> Sequence[str]:
        """Return the cases that are handed over."""
        return [f"{case_title(case)}  {case_note(case)}" for case in self.form.work.chosen_cases(self.form.values)]

    def face(self, face: Face, action: Action) -> Face:
        """Say what is filled in."""
        work = self.form.work
        if action.verb == "note":
            return Face(face.key, face.label, shown(self.get("note"), max_chars=60) or face.note)
        if action.verb == "cases" and work.cases:
            chosen = len(work.chosen_cases(self.form.values))
            return Face(face.key, cases_label(chosen), _("of {count}").format(count=len(work.cases)))
        return self.discard_face(face) if action.verb == "discard" else face

    def default(self) -> str:
        """Return to pass it on."""
        return "handoff.review.save"

    def saved_words(self) -> str:
        """Return to whom."""
        return self.title()

    def leave(self) -> None:
        """Return to the end of the shift."""
        self.form.talk.back()

    def do_save(self) -> None:
        """Save the hand-over."""
        self.save()

    def do_note(self) -> None:
        """Type a note."""
        self.form.stand("note")

    def do_cases(self) -> None:
        """Choose the cases."""
        self.form.stand("cases")

    def do_whom(self) -> None:
        """Choose somebody else."""
        self.form.stand("seat")

    def _name(self) -> str:
        recipient = self.form.work.recipient(self.form.values)
        return shown(recipient.name if recipient is not None else self.get("seat"), max_chars=20)


class CasesStep(Step):
    """The open cases; each key takes one in or leaves it out."""

    form: "HandoffPage"

    def title(self) -> str:
        """Return what is asked."""
        return _("Which cases?")

    def listing(self) -> Listing:
        """Return the cases; what is chosen says so."""
        chosen = self.get("cases").split()
        rows = [self._row(case, is_chosen=case.id in chosen) for case in self.form.work.cases]
        return listing(rows, _("No case is open"))

    def chosen(self, row: Row) -> None:
        """Take a case in, or leave it out."""
        wanted = set(self.get("cases").split()) ^ {row.key}
        kept = [case.id for case in self.form.work.cases if case.id in wanted]
        self.form.put({"cases": " ".join(kept)})
        self.form.stand(self.name)

    def _row(self, case: CaseView, *, is_chosen: bool) -> Row:
        note = "  ".join(text for text in (case_note(case), _("chosen") if is_chosen else "") if text)
        return Row(case.id, case_title(case), note)


class HandoffPage(FormPage):
    """The form of a hand-over."""

    NAME = "handoff"
    FORM = "handoff"
    WORK = HandoffWork
    STEPS = (
        lambda form: WhomStep(form, "seat"),
        lambda form: LeaveStep(form, "review"),
        lambda form: CasesStep(form, "cases", back_to="review"),
        lambda form: TextStep(form, "note", back_to="review"),
    )

    work: HandoffWork

    def met(self) -> Collection[Need]:
        """Return whether there is a case to hand over."""
        return (Need.OPEN_CASES,) if self.work.cases else ()
