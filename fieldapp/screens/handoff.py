"""Handing over at the end of a shift: to whom, which open cases, a word if you like."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from fieldapp.form_panel import FormPanel
from fieldapp.form_steps import SaveStep, Step, TextStep, choice_tile
from fieldapp.keymap import CHOICE_KEYS, Action, Need
from fieldapp.presentation.casework import case_note, case_title, cases_label
from fieldapp.presentation.outside import shown
from fieldapp.services.case_forms import HandoffWork
from fieldapp.text import _
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of


class WhomStep(Step):
    """Who takes over."""

    form: "HandoffPanel"

    def title(self) -> str:
        """Return what is asked."""
        return _("Who takes over?")

    def note(self) -> str:
        """Say when there is nobody."""
        return "" if self.form.form_work.recipients else _("Nobody else of this grid is known here")

    def tiles(self) -> Sequence[Option]:
        """Return a tile for each colleague."""
        recipients = self.form.form_work.recipients[: len(CHOICE_KEYS)]
        return [
            choice_tile(self.page, place, shown(each.name, max_chars=20), shown(each.seat, max_chars=40))
            for place, each in enumerate(recipients, 1)
        ]

    async def do_pick(self, choice: int) -> None:
        """Choose by place, from 1."""
        work = self.form.form_work
        if 0 < choice <= min(len(work.recipients), len(CHOICE_KEYS)):
            await self.put(**work.fields_of(work.recipients[choice - 1]))


class LeaveStep(SaveStep):
    """The hand-over whole."""

    form: "HandoffPanel"

    def title(self) -> str:
        """Return to whom."""
        return _("To {name}").format(name=self._name())

    def note(self) -> str:
        """Return the cases that are handed over."""
        chosen = self.form.form_work.chosen_cases(self.form.draft.values)
        return "\n".join(f"{case_title(case)} {case_note(case)}" for case in chosen)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is filled in."""
        draft = self.form.draft
        if action.verb == "note":
            return Face(face.key, face.label, shown(draft.get("note"), max_chars=60) or face.note)
        if action.verb == "cases" and self.form.form_work.cases:
            chosen = self.form.form_work.chosen_cases(draft.values)
            return Face(
                face.key, cases_label(len(chosen)), _("of {count}").format(count=len(self.form.form_work.cases))
            )
        return self.discard_face(face) if action.verb == "discard" else face

    def saved_words(self) -> str:
        """Return to whom."""
        return _("To {name}").format(name=self._name())

    async def leave(self) -> None:
        """Return to the end of the shift."""
        await self.form.stage.back()

    async def do_save(self) -> None:
        """Save the hand-over."""
        await self.save()

    async def do_note(self) -> None:
        """Type a note."""
        await self.form.stand("note")

    async def do_cases(self) -> None:
        """Choose the cases."""
        await self.form.stand("cases")

    async def do_whom(self) -> None:
        """Choose somebody else."""
        await self.form.stand("seat")

    async def do_discard(self) -> None:
        """Forget the draft, at the second press."""
        await self.discard()

    def _name(self) -> str:
        recipient = self.form.form_work.recipient(self.form.draft.values)
        return shown(recipient.name if recipient is not None else self.form.draft.get("seat"), max_chars=20)


class CasesStep(Step):
    """The open cases; each press takes one in or leaves it out."""

    uses_list: ClassVar[bool] = True
    form: "HandoffPanel"

    def title(self) -> str:
        """Return what is asked."""
        return _("Which cases?")

    def tiles(self) -> Sequence[Option]:
        """Return none: there is a list."""
        return ()

    def paint_list(self, rows: WindowedList) -> None:
        """Show the cases."""
        chosen = self.form.draft.get("cases").split()
        listed = [
            Row(case.id, case_title(case), case_note(case), _("chosen") if case.id in chosen else "", "good")
            for case in self.form.form_work.cases
        ]
        rows.show(len(listed), pages_of(listed), empty=_("No case is open"), keep_place=True)

    async def do_pick(self, choice: int) -> None:
        """Choose a row by its digit."""
        self.form.query_one(WindowedList).choose_numbered(choice)

    async def chosen(self, row: Row) -> None:
        """Take a case in, or leave it out."""
        wanted = set(self.form.draft.get("cases").split()) ^ {row.key}
        kept = [case.id for case in self.form.form_work.cases if case.id in wanted]
        await self.form.draft.put({"cases": " ".join(kept)})
        await self.form.stand(self.name)


class HandoffPanel(FormPanel):
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

    form_work: HandoffWork

    def met(self) -> Collection[Need]:
        """Return whether there is a case to hand over."""
        return {Need.OPEN_CASES} if self.form_work.cases else ()
