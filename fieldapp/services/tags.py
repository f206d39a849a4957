"""Turns whatever was scanned or tapped into its effect, with the reference data of the moment."""

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.services.hanging import Hanging
from fieldapp.services.moments import Moment, elapsed_s, now_of
from fieldapp.services.places import NamedPlace, Place, named, place_of_target
from fieldapp.services.ports import Clock, Reference, Settings
from fieldapp.services.session import Session
from fieldapp.services.tag_effect import (
    PRINTED,
    TYPED,
    Certainty,
    Effect,
    Meaning,
    PlateDamaged,
    RememberForSignIn,
    Situation,
    TagRead,
    UnknownTag,
    cards_behind,
    effect_of,
    read_tag,
    waits_for,
    which_of,
)
from sync.cards import CARD_MEDIUM
from sync.records.shared import TagSeen
from sync.tags import tag_digest

REMEMBERED_S = 120
"""How long a plate scanned while locked waits for the sign-in, seconds."""


class _Remembered(Struct, frozen=True):
    effect: RememberForSignIn
    at: Moment


class Tags:
    """Looks tags up and remembers what the table says to remember."""

    def __init__(
        self, reference: Reference, hanging: Hanging, settings: Settings, session: Session, clock: Clock
    ) -> None:
        self._reference = reference
        self._hanging = hanging
        self._settings = settings
        self._session = session
        self._clock = clock
        self._remembered: _Remembered | None = None

    def seen(self, medium: str, text: str, situation: Situation, certainty: Certainty = "checked") -> Effect:
        """Return what a scan, a tap or a typed code does here and now.

        Args:
            medium: the reading's medium, or `tag_effect.TYPED` for a typed plate code.
        """
        read = read_tag(medium, text, certainty)
        if isinstance(read, PlateDamaged):
            return replace(read, in_form=situation == "form")
        known = self._known_as(read)
        if waits := waits_for(certainty, is_known=bool(known)):
            return waits
        if not known and read.tag.medium == PRINTED:
            return PlateDamaged("no_card", len(read.tag.value), in_form=situation == "form")
        signed_in = self._session.state().signed_in
        person = signed_in.id if signed_in else None
        effects = [effect_of(each, meaning, situation, person) for each, meaning in known or ((read, None),)]
        effect = effects[0] if len(effects) == 1 else which_of(effects, situation)
        if isinstance(effect, RememberForSignIn):
            self._remembered = _Remembered(effect, now_of(self._clock))
        if isinstance(effect, UnknownTag):
            return replace(effect, chosen_before=self._chosen_before(effect.tag))
        return effect

    def take_remembered(self) -> RememberForSignIn | None:
        """Return the plate scanned on the locked screen, once, if it is not too long ago."""
        remembered, self._remembered = self._remembered, None
        if remembered is None:
            return None
        passed_s = elapsed_s(remembered.at, now_of(self._clock))
        return remembered.effect if passed_s is not None and passed_s <= REMEMBERED_S else None

    def remember_choice(self, tag: TagSeen, place: Place) -> None:
        """Remember which place was chosen by hand for an unknown tag, to offer it first the next time."""
        self._settings.put(_choice_name(tag), f"{place.building} {place.entrance or ''}".strip())

    def meaning(self, read: TagRead) -> Meaning | None:
        """Return what is known of a tag, plates that this tablet has just put up included, or None."""
        entry = self._hanging.tag(tag_digest(read.tag))
        if entry is None:
            return None
        if entry.role == "place":
            place = place_of_target(self._reference, entry.target)
            return Meaning("place", entry.status, place=named(self._reference, place) if place else None)
        if entry.role == "inspector":
            return Meaning("inspector", entry.status, person=self._session.find(entry.target))
        return Meaning("visitor", entry.status, label=entry.target)

    def place_of_code(self, text: str) -> Place | None:
        """Return the place whose plate or card has the code that was typed, None for any other text."""
        read = read_tag(TYPED, text)
        if not isinstance(read, TagRead):
            return None
        places = {meaning.place.place for _, meaning in self._known_as(read) if meaning.place is not None}
        return places.pop() if len(places) == 1 else None

    def _known_as(self, read: TagRead) -> tuple[tuple[TagRead, Meaning], ...]:
        """Return every tag that a reading can mean and that is known, with its meaning."""
        reads = [read]
        if read.is_part:
            cards = frozenset(digest for digest, entry in self._hanging.tags().items() if entry.medium == CARD_MEDIUM)
            reads = [TagRead(card, read.method, is_checked=False) for card in cards_behind(read.tag, cards)]
        return tuple((each, meaning) for each in reads if (meaning := self.meaning(each)) is not None)

    def _chosen_before(self, tag: TagSeen) -> NamedPlace | None:
        building, _, entrance = (self._settings.get(_choice_name(tag)) or "").partition(" ")
        if building not in self._reference.buildings():
            return None
        return named(self._reference, Place(building, entrance or None))


def _choice_name(tag: TagSeen) -> str:
    return f"tag.{tag.digest}"
