"""Putting up plates: which doors have one, what a tag that is read there comes to, and the records of it.

A place that wants a plate is an entrance, or a building that has none; a building with entrances may have a plate of
its own besides. What is read while plates are put up never checks in.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.services.errors import NothingToDo
from fieldapp.services.facts import body_of
from fieldapp.services.hanging import Hanging
from fieldapp.services.places import NamedPlace, Place, named
from fieldapp.services.ports import Reference
from fieldapp.services.recorder import Recorder
from fieldapp.services.tag_effect import (
    PLATE_MEDIA,
    Certainty,
    DealtWith,
    HoldAgain,
    Meaning,
    PlateDamaged,
    TagRead,
    no_plate,
    read_tag,
    waits_for,
)
from fieldapp.services.tags import Tags
from sync.journal import JournalEntry
from sync.records import TagBind, TagRef, TagReplace
from sync.records.shared import ReadMethod
from sync.records.tag_replace import ReplaceReason
from sync.reference import TagEntry
from sync.tags import tag_digest

Objection = Literal["badge", "visitor", "revoked", "random", "foreign", "part"]
"""Why a tag is not put up: a person's badge, a visitor's card, a plate that the district withdrew, or no plate at all,
see `tag_effect.NoPlate`."""


class Door(Struct, frozen=True):
    """A place that may have a plate.

    Attributes:
        tags: those that hang there now, by digest.
    """

    place: NamedPlace
    tags: tuple[TagRef, ...] = ()

    @property
    def has_plate(self) -> bool:
        """Return whether a tag hangs there."""
        return bool(self.tags)


class BuildingPlates(Struct, frozen=True):
    """A building with the places in it that want a plate; `itself` is the whole of a building that has entrances."""

    id: str
    doors: tuple[Door, ...]
    itself: Door | None = None

    @property
    def mounted(self) -> int:
        """Return how many of its places have a plate."""
        return sum(door.has_plate for door in self.doors)


class PlateProgress(Struct, frozen=True):
    """How far a grid is; the buildings in the order of the patrol."""

    buildings: tuple[BuildingPlates, ...] = ()

    @property
    def doors(self) -> tuple[Door, ...]:
        """Return every place that wants a plate, in the order of the patrol."""
        return tuple(door for building in self.buildings for door in building.doors)

    @property
    def mounted(self) -> int:
        """Return how many of them have one."""
        return sum(building.mounted for building in self.buildings)

    @property
    def total(self) -> int:
        """Return how many there are."""
        return sum(len(building.doors) for building in self.buildings)

    def at(self, place: Place) -> Door | None:
        """Return a place of the grid, also a building as a whole, or None for one that is not there any more."""
        return next((door for door in self.every() if door.place.place == place), None)

    def every(self) -> Iterator[Door]:
        """Yield every place that may have a plate, buildings that have entrances behind these."""
        for building in self.buildings:
            yield from building.doors
            if building.itself is not None:
                yield building.itself

    def next_bare(self, after: Place | None = None) -> Door | None:
        """Return the next place without a plate, going on behind a place and from the last to the first, or None."""
        begin = self._behind(after)
        ordered = (*self.doors[begin:], *self.doors[:begin])
        return next((door for door in ordered if not door.has_plate), None)

    def _behind(self, after: Place | None) -> int:
        for number, door in enumerate(self.doors):
            place = door.place.place
            if place == after:
                return number + 1
            if after == Place(place.building):
                # A building's own plate comes before those of its entrances.
                return number
        return 0


class PutUp(Struct, frozen=True):
    """Nothing speaks against putting the tag up."""

    tag: TagRef
    method: ReadMethod


class HangsHere(Struct, frozen=True):
    """The tag hangs at this very place already."""


class HangsElsewhere(Struct, frozen=True):
    """The tag belongs to another place, or counts no more: whoever wants it here says so.

    Attributes:
        place: where it hangs or hung.
        was_replaced: it counts no more there, another one took its place.
    """

    tag: TagRef
    method: ReadMethod
    place: NamedPlace
    was_replaced: bool = False


class NotPutUp(Struct, frozen=True):
    """The tag is no plate."""

    reason: Objection


Outcome = PutUp | HangsHere | HangsElsewhere | NotPutUp | PlateDamaged | HoldAgain | DealtWith
"""What a tag that is read comes to while plates are put up."""


def outcome_of(read: TagRead, meaning: Meaning | None, at: Place | None) -> Outcome:
    """Return what a tag comes to.

    Args:
        meaning: None for a tag that nobody knows.
        at: where plates are being put up, None where no place is chosen.
    """
    objection = no_plate(read.tag) or (_objection_to(meaning) if meaning is not None else None)
    if objection is not None:
        return NotPutUp(objection)
    tag = TagRef(read.tag.medium, tag_digest(read.tag))  # type: ignore[arg-type]  # one of `PLATE_MEDIA`
    method = cast("ReadMethod", read.method)
    if meaning is None or meaning.place is None:
        return PutUp(tag, method)
    if meaning.status == "active" and meaning.place.place == at:
        return HangsHere()
    return HangsElsewhere(tag, method, meaning.place, was_replaced=meaning.status == "replaced")


def replaced_by(tag: TagRef, hanging: Iterable[TagRef]) -> TagRef | None:
    """Return which of the tags at a place another one takes the place of: one of its kind, else the last."""
    there = list(hanging)
    alike = [each for each in there if (each.medium == "qr") == (tag.medium == "qr")]
    return next(reversed(alike or there), None)


class Mounting:
    """Puts up plates."""

    def __init__(self, recorder: Recorder, reference: Reference, hanging: Hanging, tags: Tags) -> None:
        self._recorder = recorder
        self._reference = reference
        self._hanging = hanging
        self._tags = tags

    def progress(self) -> PlateProgress:
        """Return how far the grid is, from what the server says and this tablet's own records."""
        hanging = _by_target(self._hanging.tags())
        doors: dict[str, list[Door]] = {}
        for entrance_id, entrance in self._reference.entrances().items():
            door = Door(named(self._reference, Place(entrance.building, entrance_id)), hanging.get(entrance_id, ()))
            doors.setdefault(entrance.building, []).append(door)
        buildings: list[BuildingPlates] = []
        for building in self._reference.buildings():
            whole = Door(named(self._reference, Place(building)), hanging.get(building, ()))
            own = doors.get(building)
            buildings.append(BuildingPlates(building, tuple(own), whole) if own else BuildingPlates(building, (whole,)))
        return PlateProgress(tuple(buildings))

    def read(self, medium: str, text: str, at: Place | None, certainty: Certainty = "checked") -> Outcome:
        """Return what a scan, a tap or a typed code comes to; nothing is recorded.

        Args:
            medium: the reading's medium, or `tag_effect.TYPED` for a typed plate code.
        """
        read = read_tag(medium, text, certainty)
        if isinstance(read, PlateDamaged):
            return read
        meaning = self._tags.meaning(read)
        return waits_for(certainty, is_known=meaning is not None) or outcome_of(read, meaning, at)

    def put_up(self, tag: TagRef, method: ReadMethod, place: Place) -> JournalEntry:
        """Record that a tag hangs at a place from now on, beside those that hang there already.

        Raises:
            fieldapp.services.errors.NotSignedIn: nobody is.
        """
        return self._recorder.record(TagBind(tag, place.building, method, place.entrance))

    def replace(
        self, old: TagRef, tag: TagRef, method: ReadMethod, place: Place, reason: ReplaceReason
    ) -> JournalEntry:
        """Record that a tag took the place of another one.

        Raises:
            fieldapp.services.errors.NotSignedIn: nobody is.
        """
        return self._recorder.record(TagReplace(old, tag, place.building, method, reason, place.entrance))

    def put_right(self, entry: JournalEntry, place: Place) -> JournalEntry:
        """Correct where a tag hangs that a record of this person names.

        Raises:
            NothingToDo: the record is not about plates.
            fieldapp.services.errors.NotYours: the record is somebody else's.
        """
        body = body_of(entry)
        if not isinstance(body, TagBind | TagReplace):
            raise NothingToDo(f"record {entry.record.id} puts up no plate")
        return self._recorder.amend(entry, replace(body, building=place.building, entrance=place.entrance))


def _by_target(tags: Mapping[str, TagEntry]) -> dict[str, tuple[TagRef, ...]]:
    found: dict[str, tuple[TagRef, ...]] = {}
    for digest, entry in tags.items():
        if entry.role == "place" and entry.status == "active" and entry.medium in PLATE_MEDIA:
            ref = TagRef(entry.medium, digest)  # type: ignore[arg-type]  # one of `PLATE_MEDIA`
            found[entry.target] = (*found.get(entry.target, ()), ref)
    return found


def _objection_to(meaning: Meaning) -> Objection | None:
    if meaning.role != "place":
        return "badge" if meaning.role == "inspector" else "visitor"
    return "revoked" if meaning.status == "revoked" else None
