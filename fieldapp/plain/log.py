"""The day's log, newest first, and one record whole: what is proven of it, and withdrawing it with a reason."""

from collections.abc import Collection, Sequence

from fieldapp.keymap import Action, Need
from fieldapp.plain.mending import put_right
from fieldapp.plain.page import Listing, Page, Row, listing
from fieldapp.plain.voice import listen
from fieldapp.presentation.record_page import photos_of, record_lines, record_needs, voices_of
from fieldapp.presentation.records import place_text, record_cells
from fieldapp.presentation.today import counts_line
from fieldapp.services.photo_field import PhotosToShow
from fieldapp.services.shift_log import Log, LogLine
from fieldapp.text import _
from sync.records import CheckIn
from sync.records.void import VoidReason


class LogPage(Page):
    """The log of the day."""

    NAME = "log"

    day: Log | None = None

    def opened(self, _argument: object) -> None:
        """Read the log."""
        self.day = self.services.day_log.read()

    def title(self) -> str:
        """Return what is listed."""
        return _("Today's log")

    def facts(self) -> Sequence[str]:
        """Return the counts."""
        return (counts_line(self.day.counts) if self.day else _("No shift is open"),)

    def listing(self) -> Listing:
        """Return the records."""
        rows = [log_row(line) for line in reversed(self.day.lines)] if self.day else []
        return listing(rows, _("Nothing yet. The first scan begins the log."))

    def chosen(self, row: Row) -> None:
        """Go to a record."""
        line = next((line for line in self.day.lines if line.entry.record.id == row.key), None) if self.day else None
        if line is not None:
            self.talk.go("record", line)


class RecordPage(Page):
    """A line of the log."""

    NAME = "record"

    line: LogLine | None = None
    is_own = False
    is_mendable = False

    def opened(self, argument: object) -> None:
        """Take the line; see whose it is."""
        if isinstance(argument, LogLine):
            self.line = argument
            self.is_own = self.services.recorder.author().person == argument.entry.record.actor
            self.is_mendable = self.services.mending.is_open(argument.entry)

    def title(self) -> str:
        """Return when and what it is."""
        if self.line is None:
            return ""
        cells = record_cells(self.line)
        return f"{cells.time}  {cells.label}"

    def facts(self) -> Sequence[str]:
        """Return what it says, and what is proven of it."""
        return record_lines(self.line, is_mendable=self.is_mendable) if self.line is not None else ()

    def met(self) -> Collection[Need]:
        """Return whether it can be withdrawn, and whether its result is still to be stated."""
        if self.line is None:
            return ()
        needs = record_needs(self.line, is_own=self.is_own, is_mendable=self.is_mendable)
        return (*needs, Need.PLAYER) if self.services.voices.plays else needs

    def is_shown(self, action: Action) -> bool:
        """Offer to say normal for check-ins only, and to go through photos where there are some."""
        if self.line is None:
            return False
        if action.verb == "photos":
            return bool(photos_of(self.line))
        if action.verb == "voice":
            return bool(voices_of(self.line))
        if action.verb == "mend":
            return self.is_mendable
        if action.verb == "case":
            return bool(self.line.case_id) and not self.line.is_void
        return action.verb != "normal" or isinstance(self.line.body, CheckIn)

    def do_wrong_place(self) -> None:
        """Withdraw it: it was another place."""
        self._withdraw("wrong_place")

    def do_duplicate(self) -> None:
        """Withdraw it: it is there twice."""
        self._withdraw("duplicate")

    def do_mistake(self) -> None:
        """Withdraw it: it was a mistake."""
        self._withdraw("mistake")

    def do_mend(self) -> None:
        """Open its form again, filled with what it says."""
        if self.line is not None:
            put_right(self.talk, self.line.entry.record.id)

    def do_photos(self) -> None:
        """Go through the photos."""
        if self.line is not None:
            self.talk.go("photo", PhotosToShow(photos_of(self.line)))

    def do_case(self) -> None:
        """Go to the case that it is, or is about."""
        if self.line is not None:
            self.talk.go("case", self.line.case_id)

    def do_voice(self) -> None:
        """Listen to the spoken note, beside everything else."""
        for voice in voices_of(self.line)[:1] if self.line is not None else ():
            listen(self.talk, voice)

    def do_normal(self) -> None:
        """State that all was in order there."""
        if self.line is not None:
            entry = self.services.check_ins.say_normal(self.line.entry)
            self.talk.say(_("Normal, saved"), place_text(self.line.place))
            self.talk.offer_undo(entry)
            self.talk.back()

    def _withdraw(self, reason: VoidReason) -> None:
        if self.line is not None:
            self.services.recorder.withdraw(self.line.entry, reason)
            self.talk.say(_("Withdrawn"), record_cells(self.line).label)
            self.talk.back()


def log_row(line: LogLine) -> Row:
    """Return the row of a record."""
    cells = record_cells(line)
    return Row(line.entry.record.id, cells.label, "  ".join(text for text in (cells.time, cells.detail) if text))
