"""Where a tag hangs: what the district published of it, and what records of plates say over it. Pure, for both ends.

A tag hangs at one place; a place may have several tags. What records say counts in the order in which the server
received them, so that the last one stands: a tag that is put up elsewhere has moved, and only where it still hangs can
another take its place. A record that is withdrawn says nothing. Over what was published records stand as well, with two
exceptions: a tag that the district withdrew stays withdrawn, and a person's or visitor's card never becomes a plate.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sync.records import Body, TagBind, TagReplace
from sync.reference import TagEntry, TagStatus

RECORDS_NAMED = 16
"""Most records that an entry names, the last ones: a plate moves once in years, and nobody may make entries grow."""


class Saying(Struct, frozen=True):
    """What one record says of one tag.

    Attributes:
        record: id of the record, of its newest amendment that stands.
        medium: of the tag.
        place: id of the entrance where it hangs or hung, or of the building for the building's own plate.
        status: active: from now on it hangs there; replaced: there another one took its place.
    """

    record: str
    medium: str
    place: str
    status: TagStatus


def sayings_of(record: str, body: Body) -> dict[str, Saying]:
    """Return what a record says, by the tag's digest; nothing for a kind that is not about tags."""
    match body:
        case TagBind(tag=tag):
            return {tag.digest: Saying(record, tag.medium, _place(body), "active")}
        case TagReplace(old=old, new=new):
            place = _place(body)
            return {
                old.digest: Saying(record, old.medium, place, "replaced"),
                new.digest: Saying(record, new.medium, place, "active"),
            }
        case _:
            return {}


def standing(published: TagEntry | None, sayings: Iterable[Saying]) -> TagEntry | None:
    """Return what a tag means now, None when nothing is known of it.

    Args:
        published: what the district said of it itself, None when it never did.
        sayings: what records say of it that were not withdrawn, in the order received.
    """
    if is_fixed(published):
        return published
    entry = published
    for saying in sayings:
        entry = _after(entry, saying)
    return entry


def standing_here(told: TagEntry | None, own: Sequence[tuple[Saying, bool]]) -> TagEntry | None:
    """Return what a tag means on a tablet whose own records the server may not have taken into account yet.

    Args:
        told: what the server says of it, None when it says nothing.
        own: what this tablet's records say of it, in their order, and whether each was withdrawn.
    """
    if is_fixed(told):
        return told
    entry = told
    for saying, is_withdrawn in reversed(own):
        if is_withdrawn and entry is not None and entry.records[-1:] == (saying.record,):
            entry = _before(entry, saying)
    for saying, is_withdrawn in own:
        if not is_withdrawn and (entry is None or saying.record not in entry.records):
            entry = _after(entry, saying)
    return entry


def is_fixed(published: TagEntry | None) -> bool:
    """Tell whether no record changes what a tag means: it was withdrawn, or is somebody's card."""
    return published is not None and (published.role != "place" or published.status == "revoked")


def _place(body: TagBind | TagReplace) -> str:
    return body.entrance or body.building


def _after(entry: TagEntry | None, saying: Saying) -> TagEntry:
    records = (*(entry.records if entry is not None else ()), saying.record)[-RECORDS_NAMED:]
    if saying.status == "active" or entry is None:
        return TagEntry(saying.medium, "place", saying.place, saying.status, records)
    is_there = entry.target == saying.place
    return replace(entry, status="replaced" if is_there else entry.status, records=records)


def _before(entry: TagEntry, saying: Saying) -> TagEntry | None:
    """Return an entry without the last thing that was said; where a moved tag hung before, only the server knows."""
    if saying.status == "active":
        return None
    status = "active" if entry.target == saying.place else entry.status
    return replace(entry, status=status, records=entry.records[:-1])
