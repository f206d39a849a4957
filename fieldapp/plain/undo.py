"""The last save can be taken back for a moment: by an appended record, never by forgetting."""

from collections.abc import Mapping

from msgspec import Struct

from fieldapp.plain.page import TalkPort
from fieldapp.presentation.record_page import too_late_line
from fieldapp.services.recorder import UNDO_S, TooLate
from fieldapp.text import _
from sync.journal import JournalEntry


class Undoable(Struct, frozen=True):
    """The last save: its record, and the form it came from with what was filled in."""

    entry: JournalEntry
    form: str = ""
    values: Mapping[str, str] = {}


class Undoing:
    """Keeps the last save, and takes it back."""

    def __init__(self, talk: TalkPort) -> None:
        self._talk = talk
        self._undoable: Undoable | None = None

    def offer(self, undoable: Undoable | None) -> None:
        """Keep what can be taken back now, None for nothing."""
        self._undoable = undoable

    @property
    def is_possible(self) -> bool:
        """Return whether the last save can still be taken back."""
        undoable = self._undoable
        age_s = self._talk.services.recorder.age_s(undoable.entry) if undoable is not None else None
        return age_s is not None and age_s <= UNDO_S

    def take_back(self) -> None:
        """Take the last save back, if it was a moment ago; a form's comes back filled in."""
        talk, undoable = self._talk, self._undoable
        self._undoable = None
        if undoable is None:
            talk.say(_("Undo"), _("There is nothing to take back"))
            return
        if isinstance(talk.services.recorder.undo(undoable.entry), TooLate):
            talk.say(_("Too late"), too_late_line(undoable.entry))
            return
        talk.say(_("Taken back"))
        forms = talk.services.forms
        if undoable.form:
            forms.fill_again(undoable.form, undoable.values)
            talk.go(undoable.form)
        else:
            talk.home()
