"""A task: what to look at and where; one key answers and saves."""

from collections.abc import Sequence

from fieldapp.keymap import Action
from fieldapp.plain.form import TextStep
from fieldapp.plain.page import Face
from fieldapp.plain.photos import PhotoForm, PhotosStep, SavesPhotos, ShowsPhotos
from fieldapp.presentation.casework import ANSWERS, answer_label, task_lines, task_title
from fieldapp.presentation.outside import shown
from fieldapp.services.case_forms import TaskWork
from fieldapp.text import _


class AnswerStep(ShowsPhotos, SavesPhotos):
    """The task and its three answers; choosing saves, so that a task takes two keys."""

    form: "TaskPage"

    def title(self) -> str:
        """Return what kind of task it is."""
        task = self.form.work.task
        return task_title(task) if task is not None else _("This task is not on this tablet")

    def facts(self) -> Sequence[str]:
        """Return what to look at, where and until when."""
        task = self.form.work.task
        return task_lines(task, self.form.services.zone) if task is not None else ()

    def face(self, face: Face, action: Action) -> Face:
        """Say the answers in the words of the task, and what else is filled in."""
        if action.verb == "photo":
            return self.photo_face(face)
        if action.verb == "discard":
            return self.discard_face(face)
        if action.verb == "note":
            return Face(face.key, face.label, shown(self.get("note"), max_chars=60) or face.note)
        if action.verb in ANSWERS:
            return Face(face.key, answer_label(self.get("type"), ANSWERS[action.verb]))
        return face

    def saved_words(self) -> str:
        """Return what was answered, and where."""
        return f"{answer_label(self.get('type'), self.get('answer'))} {super().saved_words()}".strip()

    def do_yes(self) -> None:
        """Answer yes, and save."""
        self._answer("yes")

    def do_no(self) -> None:
        """Answer no, and save."""
        self._answer("no")

    def do_cannot(self) -> None:
        """Answer that it cannot be told, and save."""
        self._answer("cannot")

    def do_note(self) -> None:
        """Type a note."""
        self.form.stand("note")

    def do_case(self) -> None:
        """Say what happened so far."""
        task = self.form.work.task
        if task is not None:
            self.form.talk.go("case", task.entry.case)

    def _answer(self, verb: str) -> None:
        self.form.put({"answer": ANSWERS[verb]})
        self.save()


class TaskPage(PhotoForm):
    """The form of an answer."""

    NAME = "task"
    FORM = "task"
    WORK = TaskWork
    STEPS = (
        lambda form: AnswerStep(form, "answer"),
        lambda form: TextStep(form, "note", back_to="answer"),
        lambda form: PhotosStep(form, "photos", back_to="answer"),
    )

    work: TaskWork
