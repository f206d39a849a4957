"""A plate or a card takes another one's place; the old one says from now on that it was replaced: `sync.mounting`."""

from typing import Literal

from sync.errors import RecordRejected
from sync.records.base import Body, Kind, Uuid
from sync.records.shared import ReadMethod, TagRef

ReplaceReason = Literal["damaged", "lost", "worn", "moved", "other"]
"""Why the old tag no longer counts; worn is what can hardly be read any more, moved is what now hangs elsewhere."""


class TagReplace(Body, frozen=True):
    """One tag was put up in the place of another.

    Attributes:
        old: the one that no longer counts.
        new: the one that hangs there now.
        building: id of the building, also where the tags hang at an entrance.
        method: how the new one was read.
        entrance: id of the entrance; None for the building's own plate.
    """

    old: TagRef
    new: TagRef
    building: Uuid
    method: ReadMethod
    reason: ReplaceReason
    entrance: Uuid | None = None


def _check(body: TagReplace) -> None:
    if body.old == body.new:
        raise RecordRejected("a tag cannot take its own place", "$.body.new")


KIND = Kind("tag_replace", 1, TagReplace, _check)
