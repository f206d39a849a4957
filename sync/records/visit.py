"""A household was visited: purpose and outcome, no names, no register of people."""

from typing import Annotated, Literal

from msgspec import Meta

from sync.records.base import Body, Code, Kind, Sealed, Uuid
from sync.records.shared import Note

Purpose = Literal["care", "new_tenant", "safety", "follow_up", "notice"]
Outcome = Literal["met", "absent", "refused"]


class Visit(Body, frozen=True):
    """A visit to a flat.

    Attributes:
        flat: which flat, sealed: readable along the handling chain only.
        needs: codes of what the household asked for.
        follow_up_on: date, ``YYYY-MM-DD``.
    """

    building: Uuid
    purpose: Purpose
    outcome: Outcome
    entrance: Uuid | None = None
    flat: Sealed | None = None
    needs: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()
    note: Note = ""
    follow_up_on: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


KIND = Kind("visit", 1, Visit)
