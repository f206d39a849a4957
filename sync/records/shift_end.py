"""A shift ends. Counts are derived from the records, never stored."""

from typing import Annotated

from msgspec import Meta

from sync.records.base import Body, Kind
from sync.records.shared import Note


class ShiftEnd(Body, frozen=True):
    """Closes the shift named in the envelope."""

    rounds_done: Annotated[int, Meta(ge=0, le=9)] = 0
    note: Note = ""


KIND = Kind("shift_end", 1, ShiftEnd)
