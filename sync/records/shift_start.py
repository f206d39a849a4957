"""A shift begins. Its times are visible to the person alone."""

from typing import Annotated, Literal

from msgspec import Meta

from sync.records.base import Body, Kind
from sync.records.shared import Note

Weather = Literal["clear", "cloudy", "rain", "snow", "ice", "wind", "fog"]


class ShiftStart(Body, frozen=True):
    """The shift's id is this record's id."""

    rounds_planned: Annotated[int, Meta(ge=0, le=9)] = 2
    weather: Weather | None = None
    temp_c: Annotated[int, Meta(ge=-60, le=60)] | None = None
    note: Note = ""


KIND = Kind("shift_start", 1, ShiftStart)
