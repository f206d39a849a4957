"""One record whole: its words, what is proven of it, and what can be done with it."""

from fieldapp.keymap import Need
from fieldapp.presentation.records import record_cells
from fieldapp.presentation.states import mend_hint, state_cell
from fieldapp.services.photo_field import images_of
from fieldapp.services.shift_log import LogLine
from fieldapp.services.voice_field import is_voice
from fieldapp.text import _
from sync.journal import JournalEntry
from sync.records import CaseNote, CaseReport, CheckIn, MediaRef, TaskResult, Visit

FINAL_KINDS = ("shift_start", "shift_end", "void", "media_lost")
"""Kinds that are not withdrawn from the log."""


def record_lines(line: LogLine, *, is_mendable: bool) -> list[str]:
    """Return what a record says, what is proven of it, and what to do about it."""
    state = state_cell(line.entry)
    words = [
        record_cells(line).detail,
        f"{state.text}  {state.detail}".strip(),
        mend_hint(line.entry, is_mendable=is_mendable),
        _("Number {n} of this tablet").format(n=line.entry.n),
    ]
    return [text for text in words if text]


def record_needs(line: LogLine, *, is_own: bool, is_mendable: bool) -> tuple[Need, ...]:
    """Return whether a record can be withdrawn and put right, and whether its result is still to be stated."""
    if line.is_void or not is_own or line.entry.record.kind in FINAL_KINDS:
        return ()
    is_unstated = isinstance(line.body, CheckIn) and line.body.result == "not_stated"
    further = {Need.UNSTATED: is_unstated, Need.MENDABLE: is_mendable}
    return (Need.OWN, *(need for need, is_met in further.items() if is_met))


def too_late_line(entry: JournalEntry) -> str:
    """Return what can still be done about a record that it is too late to take back."""
    if entry.record.kind in FINAL_KINDS:
        return _("The record stands")
    return _("The record stands; the log can withdraw it")


def photos_of(line: LogLine) -> tuple[MediaRef, ...]:
    """Return the photos that a record names."""
    return images_of(_media_of(line))


def voices_of(line: LogLine) -> tuple[MediaRef, ...]:
    """Return the spoken notes that a record names."""
    return tuple(ref for ref in _media_of(line) if is_voice(ref))


def _media_of(line: LogLine) -> tuple[MediaRef, ...]:
    return line.body.media if isinstance(line.body, CaseReport | Visit | TaskResult | CaseNote) else ()
