"""Putting up plates, in words."""

from fieldapp.presentation.effects import Said, effect_said
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import REPLACE_REASONS, word
from fieldapp.services.mount_round import InHand, Mounted, MountRound
from fieldapp.services.mounting import (
    Door,
    HangsElsewhere,
    HangsHere,
    NotPutUp,
    Objection,
    Outcome,
    PlateProgress,
    PutUp,
)
from fieldapp.text import N_, _
from sync.records.tag_replace import ReplaceReason

OBJECTIONS: dict[Objection, str] = {
    "badge": N_("This is a person's badge"),
    "visitor": N_("This is a visitor's card"),
    "revoked": N_("Plate withdrawn: take another"),
    "random": N_("A phone: its number changes"),
    "foreign": N_("Not one of our plates or cards"),
    "part": N_("Only a part of its number was read"),
}
"""Why a tag is not put up."""

REASON_ORDER: tuple[ReplaceReason, ...] = ("damaged", "lost", "worn", "moved", "other")
"""Why the old plate no longer counts, in the order of their keys."""

BOTH_STAY = N_("Both stay")
"""The last choice: the old plate still counts."""


def plates_count(progress: PlateProgress) -> str:
    """Return how far a grid is, as in ``36 of 120 entrances``."""
    if not progress.total:
        return _("No buildings loaded yet")
    return _("{mounted} of {total} entrances").format(mounted=progress.mounted, total=progress.total)


def mount_place(work: MountRound) -> str:
    """Return the place in question, large on the card."""
    if work.question == "where":
        return _("In your hand")
    if work.door is not None:
        return place_text(work.door.place)
    return _("Every entrance has a plate") if work.progress.total else _("No buildings yet: connect once")


def mount_fact(work: MountRound) -> str:
    """Return what is wanted now, in a sentence."""
    match work.question:
        case "where":
            return _("Where does this plate hang?")
        case "replace":
            return _("A plate hangs here already. What became of it?")
        case "move":
            return _moving(work.in_hand)
    if work.door is None:
        return _("Choose an entrance to change its plate")
    if work.door.has_plate:
        return _("Has a plate. Scan a new one to replace it")
    return _("No plate yet. Scan the new one, or tap its card")


def reason_words() -> list[str]:
    """Return what may have become of the old plate, and that both stay, in the order of their keys."""
    return [*(word(REPLACE_REASONS, reason) for reason in REASON_ORDER), _(BOTH_STAY)]


def mounted_said(mounted: Mounted) -> Said:
    """Return that a plate was put up and saved."""
    return Said(_("Replaced, saved") if mounted.has_replaced else _("Put up, saved"), place_text(mounted.place), "good")


def outcome_said(outcome: Outcome, door: Door | None) -> Said | None:
    """Return what became of a tag that was not put up; None when there is nothing to say."""
    match outcome:
        case NotPutUp(reason=reason):
            return Said(_("Not put up"), _(OBJECTIONS[reason]), "warn")
        case HangsHere():
            return Said(_("Already here"), place_text(door.place) if door is not None else "", "plain")
        case PutUp() | HangsElsewhere():
            return None
        case _:
            said = effect_said(outcome)
            return said if said.word else None


def _moving(held: InHand | None) -> str:
    place = place_text(held.hung_at) if held is not None else ""
    if held is not None and held.was_replaced:
        return _("It was replaced at {place}. Put it up here?").format(place=place)
    return _("It hangs at {place}. Move it here?").format(place=place)
