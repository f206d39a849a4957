"""What a tag does, as a pure table: what was read, what it means, where the app is, and what follows."""

import unicodedata
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from fieldapp.services.places import NamedPlace
from fieldapp.services.session import Person
from sync.cards import CARD_MEDIUM, cards_meant, looks_like_card, typed_card, wiegand_card
from sync.errors import DamagedPlate
from sync.records.shared import Method, TagSeen
from sync.reference import Role, TagStatus
from sync.tags import PLATE_LENGTH, PLATE_PREFIX, Tag, is_random_uid, looks_like_plate, parse_plate_code, tag_digest
from sync.text import clean_line

Situation = Literal["open", "form", "locked"]
"""Where the app is: on a screen without a form, inside a form, or locked."""

PlateProblem = Literal["length", "unreadable", "no_card"]
"""What is wrong with a plate: characters are missing or too many, or its check digits do not fit. Of a card's printed
number only its being wrong is known: no card of this grid has it."""

RFID_MEDIA = ("em", "a", "epc")
"""Media of cards and fobs; all else is text from a scan engine, a wedge or the keyboard."""

PLATE_MEDIA = ("qr", "em", "a", "epc")
"""Media of plates and cards that can be put up at doors; any other text is somebody else's code."""

NoPlate = Literal["random", "foreign", "part"]
"""Why a tag can never hang at a door: its number is another one at every tap, its code is none of our plates, or only
a part of its number was read."""

TYPED = "typed"
"""The medium of a plate code, or of a card's printed number, that a person typed."""

WIEGAND, PRINTED = "w26", "printed"
"""Media of what stands for a part of a card's number: six hex digits of a Wiegand converter, or what a person typed."""

MAX_CODE_CHARS = 512
"""Longest scanned text that is looked at."""

Certainty = Literal["checked", "unchecked", "repeated"]
"""How sure a reading is: a check says it was read right; nothing does; nothing does, and it was read a second time.

A reader without a check tells a tag twice: when it arrives, and when it was read once more. A tag that is known is
dealt with the first time, any other the second.
"""


class TagRead(Struct, frozen=True):
    """A tag as read, how it was told, and whether a check says that it was read right."""

    tag: Tag
    method: Method
    is_checked: bool = True

    @property
    def is_part(self) -> bool:
        """Return whether it stands for a part of a card's number, so that several cards may be meant."""
        return self.tag.medium in {WIEGAND, PRINTED}

    def seen_as(self, status: TagStatus | None) -> TagSeen:
        """Return the evidence for a record, graded by the tag's status; None is a tag nobody knows."""
        is_sure = status == "active" and self.is_checked
        quality = "verified" if is_sure else "unverified" if status in {None, "active"} else status
        medium = CARD_MEDIUM if self.is_part else self.tag.medium
        return TagSeen(medium=medium, digest=tag_digest(self.tag), quality=quality)  # type: ignore[arg-type]  # a reader's media are a subset


class Meaning(Struct, frozen=True):
    """What the reference data says of a tag.

    Attributes:
        place: of a place's tag, where the place is known.
        person: of an inspector's badge, where the person is of this grid.
        label: of a visitor's card.
    """

    role: Role
    status: TagStatus
    place: NamedPlace | None = None
    person: Person | None = None
    label: str = ""


class CheckInAt(Struct, frozen=True):
    """Check in *arrived* at a place."""

    place: NamedPlace
    tag: TagSeen
    method: Method


class SetFormPlace(Struct, frozen=True):
    """The place becomes the form's; the draft stays."""

    place: NamedPlace
    tag: TagSeen
    method: Method


class RememberForSignIn(Struct, frozen=True):
    """The place is remembered until somebody has signed in."""

    place: NamedPlace
    tag: TagSeen
    method: Method


class ItIsYou(Struct, frozen=True):
    """The badge of who is signed in."""

    person: Person


class HandOver(Struct, frozen=True):
    """A colleague's badge: offer the tablet, with the PIN."""

    person: Person


class ChoosePerson(Struct, frozen=True):
    """A badge on the locked screen: choose the person, ask the PIN."""

    person: Person


class VisitorCard(Struct, frozen=True):
    """A volunteer's or guest's card: say what it is."""

    label: str


class ReplacedTag(Struct, frozen=True):
    """A tag that was replaced or revoked: say so; `then` goes on with that quality, None when nothing follows."""

    status: TagStatus
    role: Role
    then: CheckInAt | SetFormPlace | None = None


class UnknownTag(Struct, frozen=True):
    """A tag the reference data does not know: ask once for the place.

    Attributes:
        in_form: the place is wanted for the form, not for a check-in.
        chosen_before: the place chosen by hand when this tag was last seen, to be offered first.
        no_plate: why it cannot be put up as a plate, None where it can.
    """

    tag: TagSeen
    method: Method
    in_form: bool
    chosen_before: NamedPlace | None = None
    no_plate: NoPlate | None = None


class PlateDamaged(Struct, frozen=True):
    """A plate code that cannot be trusted (E-PLATE): offer the list and typing.

    Attributes:
        read_chars: how many of its 21 characters arrived.
    """

    problem: PlateProblem
    read_chars: int
    in_form: bool = False


class WhichTag(Struct, frozen=True):
    """Several cards whose numbers end alike, of which only the end was read: ask which one is meant.

    Attributes:
        effects: what each of them does here, in the order in which they are offered.
    """

    effects: tuple["Effect", ...]


class HoldAgain(Struct, frozen=True):
    """A tag that nobody knows, from a reader that may have misread it: believed when it is read once more."""


class DealtWith(Struct, frozen=True):
    """The second read of a tag that was known at the first: nothing is left to do, and nothing is said."""


class NothingHere(Struct, frozen=True):
    """The tag does nothing here, and the reason is said."""

    reason: Literal["badge_in_form", "locked", "not_of_this_grid", "visitor_in_form", "several"]


Effect = (
    CheckInAt
    | SetFormPlace
    | RememberForSignIn
    | ItIsYou
    | HandOver
    | ChoosePerson
    | VisitorCard
    | ReplacedTag
    | UnknownTag
    | PlateDamaged
    | WhichTag
    | HoldAgain
    | DealtWith
    | NothingHere
)
"""Everything that a tag can do."""


def read_tag(medium: str, text: str, certainty: Certainty = "checked") -> TagRead | PlateDamaged:
    """Return the tag in what a reader, a wedge or a person gave.

    Args:
        medium: the reading's medium, or `TYPED`.
        text: hex digits of a card, or the text of a code.
    """
    if medium in RFID_MEDIA:
        return TagRead(Tag(medium, clean_line(text, max_chars=64).upper()), "rfid", certainty == "checked")
    if medium == WIEGAND:
        return TagRead(Tag(medium, clean_line(text, max_chars=64).upper()), "rfid", is_checked=False)
    if medium == TYPED and looks_like_card(text):
        return TagRead(Tag(PRINTED, clean_line(text, max_chars=64)), "manual", is_checked=False)
    code = clean_line(unicodedata.normalize("NFKC", text[:MAX_CODE_CHARS]), max_chars=MAX_CODE_CHARS)
    method: Method = "manual" if medium == TYPED else "qr"
    if medium == TYPED and not looks_like_plate(code):
        code = f"{PLATE_PREFIX}{code}"
    if not looks_like_plate(code):
        return TagRead(Tag("line", code), method)
    try:
        return TagRead(Tag("qr", parse_plate_code(code)), method)
    except DamagedPlate:
        length = len("".join(char for char in code if char.isalnum()))
        return PlateDamaged("unreadable" if length == PLATE_LENGTH else "length", length)


def no_plate(tag: Tag) -> NoPlate | None:
    """Return why a tag can never be put up as a plate, whatever is known of it, or None."""
    if tag.medium not in PLATE_MEDIA:
        return "part" if tag.medium in {WIEGAND, PRINTED} else "foreign"
    return "random" if is_random_uid(tag) else None


def cards_behind(tag: Tag, digests: frozenset[str]) -> tuple[Tag, ...]:
    """Return the cards among some digests that a part of a card's number can mean; none where it is no number."""
    number = wiegand_card(tag.value) if tag.medium == WIEGAND else typed_card(tag.value)
    return () if number is None else cards_meant(number, digests)


def waits_for(certainty: Certainty, *, is_known: bool) -> HoldAgain | DealtWith | None:
    """Return why a reading changes nothing: it must be read once more, or was acted on before; None when it counts."""
    if certainty == "unchecked" and not is_known:
        return HoldAgain()
    return DealtWith() if certainty == "repeated" and is_known else None


def which_of(effects: Iterable[Effect], situation: Situation) -> WhichTag | NothingHere:
    """Return what several cards that end alike do: those that do anything here are offered, but not while locked."""
    if situation == "locked":
        return NothingHere("several")
    offered = tuple(effect for effect in effects if not isinstance(effect, NothingHere))
    return WhichTag(offered) if offered else NothingHere("several")


def effect_of(read: TagRead, meaning: Meaning | None, situation: Situation, signed_in: str | None) -> Effect:
    """Return what a tag does.

    Args:
        meaning: None for a tag that the reference data does not know.
        signed_in: id of the person who has the tablet, or None.
    """
    if meaning is None:
        return _unknown(read, situation)
    if meaning.role == "place":
        return _place(read, meaning, situation)
    if meaning.status != "active":
        return ReplacedTag(meaning.status, meaning.role)
    if meaning.role == "inspector":
        return _badge(meaning, situation, signed_in)
    if situation == "open":
        return VisitorCard(meaning.label)
    return NothingHere("locked" if situation == "locked" else "visitor_in_form")


def _unknown(read: TagRead, situation: Situation) -> Effect:
    if situation == "locked":
        return NothingHere("locked")
    return UnknownTag(read.seen_as(None), read.method, in_form=situation == "form", no_plate=no_plate(read.tag))


def _place(read: TagRead, meaning: Meaning, situation: Situation) -> Effect:
    place = meaning.place
    if place is None:
        return _unknown(read, situation)
    seen = read.seen_as(meaning.status)
    if situation == "locked":
        if meaning.status != "active":
            return ReplacedTag(meaning.status, "place")
        return RememberForSignIn(place, seen, read.method)
    follows = (CheckInAt if situation == "open" else SetFormPlace)(place, seen, read.method)
    return follows if meaning.status == "active" else ReplacedTag(meaning.status, "place", follows)


def _badge(meaning: Meaning, situation: Situation, signed_in: str | None) -> Effect:
    if situation == "form":
        return NothingHere("badge_in_form")
    if meaning.person is None:
        return NothingHere("not_of_this_grid")
    if situation == "locked":
        return ChoosePerson(meaning.person)
    return ItIsYou(meaning.person) if meaning.person.id == signed_in else HandOver(meaning.person)
