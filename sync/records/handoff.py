"""A shift hands over what is open, to a seat or to one person in it; with nothing open it says so."""

from typing import Annotated

from msgspec import Meta

from sync.records.base import Body, Code, Kind, Uuid
from sync.records.shared import Note

MAX_CASES = 50
"""Most cases that are handed over at once."""


class Handoff(Body, frozen=True):
    """What somebody leaves to somebody else of the grid.

    Attributes:
        seat: the seat that takes over.
        person: id of the person of that seat who is meant; None for whoever sits there.
        cases: ids of the open cases that are handed over.
    """

    seat: Code
    person: Uuid | None = None
    cases: Annotated[tuple[Uuid, ...], Meta(max_length=MAX_CASES)] = ()
    note: Note = ""


KIND = Kind("handoff", 1, Handoff)
