"""A plate or a card now hangs at a place: where a tag is read from now on, it says this place.

A tag hangs at one place, a place may have several tags. The last record about a tag counts: bound again elsewhere, it
has moved; a withdrawal takes the binding back. See `sync.mounting`.
"""

from sync.records.base import Body, Kind, Uuid
from sync.records.shared import ReadMethod, TagRef


class TagBind(Body, frozen=True):
    """A tag was put up at a building or at one of its entrances.

    Attributes:
        tag: which one, by its digest.
        building: id of the building, also where the tag hangs at an entrance.
        method: how the tag was read.
        entrance: id of the entrance; None for the building's own plate.
    """

    tag: TagRef
    building: Uuid
    method: ReadMethod
    entrance: Uuid | None = None


KIND = Kind("tag_bind", 1, TagBind)
