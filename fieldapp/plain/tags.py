"""What the plain mode does when a tag is read: the effect comes from the services' table, here it is carried out."""

from fieldapp.plain.page import TalkPort
from fieldapp.presentation.effects import effect_said
from fieldapp.services.arriving import arrive_at
from fieldapp.services.places import NamedPlace
from fieldapp.services.tag_effect import (
    Certainty,
    CheckInAt,
    ChoosePerson,
    DealtWith,
    Effect,
    HandOver,
    PlateDamaged,
    RememberForSignIn,
    ReplacedTag,
    SetFormPlace,
    Situation,
    UnknownTag,
    WhichTag,
)
from sync.records.shared import Method, TagSeen


def take_tag(talk: TalkPort, medium: str, value: str, certainty: Certainty) -> None:
    """Do what a tag does here and now."""
    page = talk.page
    if page is None or page.takes_tag(value):
        return
    situation: Situation = "locked" if talk.is_locked else "form" if talk.form is not None else "open"
    effect = talk.services.tags.seen(medium, value, situation, certainty)
    if situation != "locked":
        talk.carry_out(effect)
    elif not isinstance(effect, DealtWith):
        if isinstance(effect, ChoosePerson):
            page.person_given(effect.person)
        _say_effect(talk, effect)


def carry_out(talk: TalkPort, effect: Effect) -> None:
    """Do what a tag's effect says."""
    match effect:
        case CheckInAt() | RememberForSignIn():
            _arrive(talk, effect.place, effect.method, effect.tag)
        case SetFormPlace():
            _give_form(talk, effect.place)
            _say_effect(talk, effect)
        case UnknownTag() | PlateDamaged():
            talk.go("unknown", effect)
        case WhichTag():
            talk.go("which", effect)
        case HandOver():
            talk.go("handover", effect.person)
        case ChoosePerson():
            talk.lock(effect.person.id)
        case DealtWith():
            return
        case ReplacedTag():
            _say_effect(talk, effect)
            if effect.then is not None:
                carry_out(talk, effect.then)
        case _:
            _say_effect(talk, effect)


def take_place(talk: TalkPort, place: NamedPlace, tag: UnknownTag | None) -> None:
    """Give a place chosen by hand to the open form, else check in there; `tag` is what it was chosen for."""
    if tag is not None:
        talk.services.tags.remember_choice(tag.tag, place.place)
    if talk.form is not None:
        _give_form(talk, place)
    elif tag is not None:
        _arrive(talk, place, tag.method, tag.tag)
    else:
        _arrive(talk, place, "list", None)


def _arrive(talk: TalkPort, place: NamedPlace, method: Method, tag: TagSeen | None) -> None:
    talk.go("arrived", arrive_at(talk.services, place.place, method, tag), above_home=True)


def _give_form(talk: TalkPort, place: NamedPlace) -> None:
    if talk.form is not None:
        talk.form.place_given(place)
        talk.go(talk.form.NAME)


def _say_effect(talk: TalkPort, effect: Effect) -> None:
    said = effect_said(effect)
    talk.say(said.word, said.line)
