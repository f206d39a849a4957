"""A task: what to look at and where; one key answers and saves."""

from typing import ClassVar

from fieldapp.form_steps import Step, TextStep
from fieldapp.keymap import Action
from fieldapp.photo_form import PHOTO_VERBS, PhotoForm, PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.casework import ANSWERS, answer_label, task_lines, task_title
from fieldapp.presentation.outside import shown
from fieldapp.services.case_forms import TaskWork
from fieldapp.text import _
from fieldapp.widgets.tile import Face


class AnswerStep(ShowsPhotos, SavesPhotos, Step):
    """The task and its three answers; choosing saves, so that a task takes two keys."""

    columns: ClassVar[int] = 3
    form: "TaskPanel"

    def title(self) -> str:
        """Return what kind of task it is."""
        task = self.form.form_work.task
        return task_title(task) if task is not None else _("This task is not on this tablet")

    def note(self) -> str:
        """Return what to look at, where and until when."""
        task = self.form.form_work.task
        return "\n".join(task_lines(task, self.form.services.zone)) if task is not None else ""

    def face(self, face: Face, action: Action) -> Face:
        """Say the answers in the words of the task, and what else is filled in."""
        if action.verb in PHOTO_VERBS:
            return self.photo_face(face) if action.verb == "photo" else face
        if action.verb == "discard":
            return self.discard_face(face)
        if action.verb == "note":
            return Face(face.key, face.label, shown(self.form.draft.get("note"), max_chars=60) or face.note)
        if action.verb in ANSWERS:
            return Face(face.key, answer_label(self.form.draft.get("type"), ANSWERS[action.verb]))
        return face

    def saved_words(self) -> str:
        """Return what was answered, and where."""
        draft = self.form.draft
        return f"{answer_label(draft.get('type'), draft.get('answer'))} {super().saved_words()}".strip()

    async def do_yes(self) -> None:
        """Answer yes, and save."""
        await self._answer("yes")

    async def do_no(self) -> None:
        """Answer no, and save."""
        await self._answer("no")

    async def do_cannot(self) -> None:
        """Answer that it cannot be told, and save."""
        await self._answer("cannot")

    async def do_note(self) -> None:
        """Type a note."""
        await self.form.stand("note")

    async def do_case(self) -> None:
        """Show what happened so far."""
        task = self.form.form_work.task
        if task is not None:
            await self.form.stage.go("case", task.entry.case)

    async def do_discard(self) -> None:
        """Forget the draft, at the second press."""
        await self.discard()

    async def _answer(self, verb: str) -> None:
        await self.form.draft.put({"answer": ANSWERS[verb]})
        await self.save()


class TaskPanel(PhotoForm):
    """The form of an answer."""

    NAME = "task"
    FORM = "task"
    WORK = TaskWork
    STEPS = (
        lambda form: AnswerStep(form, "answer"),
        lambda form: TextStep(form, "note", back_to="answer"),
        lambda form: PhotosStep(form, "photos", back_to="answer"),
    )

    form_work: TaskWork
