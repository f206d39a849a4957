"""A household was visited: purpose and outcome, no names, no register of people."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from sync.errors import RecordRejected
from sync.records.base import Body, Code, Kind, Sealed, Uuid, whole
from sync.records.shared import MediaRef, Note

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
    follow_up_on: Annotated[str, Meta(pattern=whole("[0-9]{4}-[0-9]{2}-[0-9]{2}"))] | None = None
    media: Annotated[tuple[MediaRef, ...], Meta(max_length=40)] = ()


def _check(body: Visit) -> None:
    if body.follow_up_on is None:
        return
    try:
        date.fromisoformat(body.follow_up_on)
    except ValueError as exc:
        raise RecordRejected(f"no such day: {body.follow_up_on}", "$.body.follow_up_on") from exc


KIND = Kind("visit", 1, Visit, _check)
