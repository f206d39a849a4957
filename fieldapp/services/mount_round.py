"""From door to door with a box of plates: which door comes next, what is in hand, and what must be asked first."""

from typing import Literal, cast

from msgspec import Struct

from fieldapp.services.facts import body_of
from fieldapp.services.mounting import (
    Door,
    HangsElsewhere,
    Mounting,
    Outcome,
    PlateProgress,
    PutUp,
    replaced_by,
)
from fieldapp.services.places import NamedPlace, Place
from fieldapp.services.tag_effect import Certainty, UnknownTag
from sync.journal import JournalEntry
from sync.records import TagBind, TagRef, TagReplace
from sync.records.shared import ReadMethod
from sync.records.tag_replace import ReplaceReason

Question = Literal["move", "replace", "where"]
"""What is asked: whether a plate of another place is wanted here, what became of the old one, where a plate hangs."""


class InHand(Struct, frozen=True):
    """A tag that was read and is not recorded yet.

    Attributes:
        hung_at: where it hangs or hung, when that is asked about.
        was_replaced: it counts no more where it hung.
        mended: the record that is put right by saying where the tag hangs, None for a new one.
    """

    tag: TagRef
    method: ReadMethod
    hung_at: NamedPlace | None = None
    was_replaced: bool = False
    mended: JournalEntry | None = None


class Mounted(Struct, frozen=True):
    """A tag was put up, and it is saved.

    Attributes:
        has_replaced: it took the place of another one.
    """

    entry: JournalEntry
    place: NamedPlace
    has_replaced: bool = False


class MountRound:
    """Walks through the doors; whatever is read while something is asked takes the place of what is in hand."""

    def __init__(self, mounting: Mounting) -> None:
        self._mounting = mounting
        self.progress = PlateProgress()
        self.door: Door | None = None
        self.question: Question | None = None
        self.in_hand: InHand | None = None

    def look(self) -> None:
        """Read how far the grid is; a door that is gone, or none yet, gives way to the next bare one."""
        self.progress = self._mounting.progress()
        place = self.door.place.place if self.door is not None else None
        self.door = (self.progress.at(place) if place is not None else None) or self.progress.next_bare(place)

    def read(
        self, medium: str, text: str, certainty: Certainty = "checked", *, is_choosing: bool = False
    ) -> Outcome | Mounted | None:
        """Act on a tag: put it up, or return what stands in the way; None when something is asked now.

        Args:
            is_choosing: somebody is about to choose another entrance, so that it is not meant for the one at hand.
        """
        place = self.door.place.place if self.door is not None else None
        outcome = self._mounting.read(medium, text, place, certainty)
        match outcome:
            case PutUp(tag=tag, method=method):
                is_choosing = is_choosing or self.question == "where"
                self.question, self.in_hand = None, InHand(tag, method)
                return self._offer(None if is_choosing else self.door)
            case HangsElsewhere(tag=tag, method=method, place=hung_at, was_replaced=was_replaced):
                self.question, self.in_hand = "move", InHand(tag, method, hung_at, was_replaced)
                return None
            case _:
                return outcome

    def take_up(self, unknown: UnknownTag) -> None:
        """Ask where a tag hangs that was read elsewhere in the app; it must be one that can be put up."""
        tag = TagRef(unknown.tag.medium, unknown.tag.digest)  # type: ignore[arg-type]  # nothing else can be put up
        self.question, self.in_hand = "where", InHand(tag, cast("ReadMethod", unknown.method))

    def mend(self, entry: JournalEntry) -> None:
        """Ask where the tag hangs of a record that the server keeps apart."""
        body = body_of(entry)
        if isinstance(body, TagBind | TagReplace):
            tag = body.tag if isinstance(body, TagBind) else body.new
            self.question, self.in_hand = "where", InHand(tag, body.method, mended=entry)

    def move_here(self) -> Mounted | None:
        """Want a tag of another place here; None when something more is asked, or nothing was."""
        return self._offer(self.door) if self.question == "move" else None

    def go_to(self, place: Place) -> Mounted | None:
        """Go to a place; the tag in hand is put up there when that was asked."""
        door = self.progress.at(place)
        if door is None:
            return None
        self.door = door
        if self.question == "where":
            return self._offer(door)
        self.leave()
        return None

    def skip(self) -> None:
        """Leave a door as it is and go to the next bare one."""
        self.leave()
        self.door = self.progress.next_bare(self.door.place.place if self.door is not None else None)

    def choose(self, reason: ReplaceReason | None) -> Mounted | None:
        """Say why the old tag no longer counts; None when both stay."""
        if self.question != "replace" or self.in_hand is None or self.door is None:
            return None
        held, door = self.in_hand, self.door
        old = replaced_by(held.tag, door.tags)
        if reason is None or old is None:
            return self._mounted(self._mounting.put_up(held.tag, held.method, door.place.place), door)
        entry = self._mounting.replace(old, held.tag, held.method, door.place.place, reason)
        return self._mounted(entry, door, has_replaced=True)

    def leave(self) -> None:
        """Let go of what is in hand; nothing was recorded."""
        self.question, self.in_hand = None, None

    def taken_back(self, entry: JournalEntry) -> None:
        """Go back to the door of a record that was withdrawn."""
        body = body_of(entry)
        self.look()
        if isinstance(body, TagBind | TagReplace):
            self.leave()
            self.door = self.progress.at(Place(body.building, body.entrance)) or self.door

    def _offer(self, door: Door | None) -> Mounted | None:
        """Put what is in hand up at a door, or ask what has to be known first."""
        held = self.in_hand
        if held is None:
            return None
        if door is None:
            self.question = "where"
            return None
        if held.mended is not None:
            return self._mounted(self._mounting.put_right(held.mended, door.place.place), door)
        if door.has_plate:
            self.question = "replace"
            return None
        return self._mounted(self._mounting.put_up(held.tag, held.method, door.place.place), door)

    def _mounted(self, entry: JournalEntry, door: Door, *, has_replaced: bool = False) -> Mounted:
        self.leave()
        self.progress = self._mounting.progress()
        self.door = self.progress.next_bare(door.place.place)
        return Mounted(entry, door.place, has_replaced)
