"""What a tag does, in a sentence of at most twenty characters, and what was said of a check-in."""

from datetime import tzinfo

from msgspec import Struct

from fieldapp.presentation.outside import shown
from fieldapp.presentation.records import place_text
from fieldapp.presentation.times import ago, clock_time
from fieldapp.presentation.tones import Tone
from fieldapp.services.check_in import Arrived
from fieldapp.services.moments import record_time
from fieldapp.services.session import Person, Refused
from fieldapp.services.tag_effect import (
    CheckInAt,
    ChoosePerson,
    Effect,
    HandOver,
    HoldAgain,
    ItIsYou,
    NothingHere,
    PlateDamaged,
    RememberForSignIn,
    ReplacedTag,
    SetFormPlace,
    UnknownTag,
    VisitorCard,
    WhichTag,
)
from fieldapp.text import N_, _
from sync.tags import PLATE_LENGTH


class Said(Struct, frozen=True):
    """A short answer on the screen.

    Attributes:
        word: one or two words, shown large.
        line: one line below it.
    """

    word: str
    line: str
    tone: Tone


_NOTHING = {
    "badge_in_form": N_("A badge does nothing in a form"),
    "locked": N_("Sign in first"),
    "not_of_this_grid": N_("This person is not of this grid"),
    "visitor_in_form": N_("This card does nothing in this form"),
    "several": N_("Several cards end alike: choose by hand"),
}

_REPLACED = {
    ("place", "replaced"): N_("This plate was replaced"),
    ("place", "revoked"): N_("This plate was withdrawn"),
    ("inspector", "replaced"): N_("This badge was replaced"),
    ("inspector", "revoked"): N_("This badge was withdrawn"),
    ("visitor", "replaced"): N_("This card was replaced"),
    ("visitor", "revoked"): N_("This card was withdrawn"),
}


def effect_said(effect: Effect) -> Said:
    """Return what a tag did, in words."""
    match effect:
        case CheckInAt(place=place):
            said = Said(_("Arrived"), place_text(place), "good")
        case SetFormPlace(place=place):
            said = Said(_("Place set"), place_text(place), "good")
        case RememberForSignIn(place=place):
            said = Said(_("Kept for you"), _("Sign in: {place}").format(place=place_text(place)), "plain")
        case ItIsYou(person=person):
            said = Said(_named(person), _("This is your badge"), "good")
        case HandOver(person=person):
            said = Said(_("Hand over?"), _("{name}: enter your PIN").format(name=_named(person)), "warn")
        case ChoosePerson(person=person):
            said = Said(_named(person), _("Enter your PIN"), "plain")
        case VisitorCard(label=label):
            said = Said(_("Visitor card"), shown(label, max_chars=60), "plain")
        case _:
            said = _said_of_doubt(effect)
    return said


def _named(person: Person) -> str:
    return shown(person.name, max_chars=40)


def _said_of_doubt(effect: Effect) -> Said:
    said = Said("", "", "plain")
    match effect:
        case ReplacedTag(status=status, role=role, then=then):
            line = place_text(then.place) if then is not None else _("Report it to the desk")
            said = Said(_(_REPLACED.get((role, status), N_("This tag was withdrawn"))), line, "warn")
        case UnknownTag(in_form=in_form):
            word = _("A phone, or a changing card") if effect.no_plate == "random" else _("Unknown tag")
            line = _("Choose the place for the form") if in_form else _("Choose the place by hand")
            said = Said(word, line, "warn")
        case WhichTag():
            said = Said(_("Which card?"), _("Several numbers end alike"), "warn")
        case HoldAgain():
            said = Said(_("Once more"), _("Hold the card there again"), "warn")
        case PlateDamaged(problem="no_card"):
            said = Said(_("No such card"), _("Not in this grid: check the number"), "warn")
        case PlateDamaged():
            said = Said(_("Plate damaged (E-PLATE)"), plate_line(effect), "warn")
        case NothingHere(reason=reason):
            said = Said(_("Nothing done"), _(_NOTHING[reason]), "warn")
    return said


def meant_words(effect: Effect) -> tuple[str, str]:
    """Return whose or what a card is and what kind of card, for a list of those that may be meant."""
    match effect:
        case CheckInAt(place=place) | SetFormPlace(place=place):
            return place_text(place), _("Card of a place")
        case ItIsYou(person=person) | HandOver(person=person):
            return _named(person), _("Badge of a person")
        case VisitorCard(label=label):
            return shown(label, max_chars=60), _("Visitor card")
        case _:
            said = effect_said(effect)
            return said.word, said.line


def plate_line(plate: PlateDamaged) -> str:
    """Return what is wrong with a plate and what to do."""
    if plate.problem == "length":
        return _("{read} of {whole} characters: list or typing").format(read=plate.read_chars, whole=PLATE_LENGTH)
    return _("Does not check: list or typing")


def arrived_said(arrived: Arrived) -> Said:
    """Return what became of an arrival, in words."""
    place = place_text(arrived.place)
    if arrived.already_s is not None:
        return Said(_("Already here"), _("{place}, {ago}").format(place=place, ago=ago(arrived.already_s)), "warn")
    return Said(_("Arrived"), place, "good")


def arrival_line(arrived: Arrived, zone: tzinfo) -> str:
    """Return when an arrival was, that it is saved, and for which round."""
    when = clock_time(record_time(arrived.entry.record, zone))
    if not arrived.is_recorded:
        return _("{time}  arrived before, {seconds} s ago").format(time=when, seconds=arrived.already_s)
    return _("{time}  arrived, saved on this tablet  round {number}").format(time=when, number=arrived.round)


def pending_line(arrived: Arrived) -> str:
    """Return which earlier place still waits for a result, empty for none."""
    place = place_text(arrived.pending.place) if arrived.pending else ""
    return _("Still open: {place}. 6 says it was normal").format(place=place) if place else ""


def refused_line(refused: Refused) -> str:
    """Return why a sign-in was refused and what to do."""
    if refused.reason == "unknown_person":
        return _("This person is not of this grid")
    if refused.reason == "no_pin":
        return _("No PIN on this tablet: connect once")
    if refused.reason == "wait" or refused.wait_s:
        return _("Wait {seconds} s, then try again").format(seconds=refused.wait_s)
    return _("Wrong PIN, try again")
