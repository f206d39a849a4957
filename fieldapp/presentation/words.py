"""Words for the closed sets of the records; unknown codes of a newer program are shown as they are."""

from collections.abc import Mapping

from fieldapp.presentation.outside import shown
from fieldapp.services.forms import NEEDS, OUTCOMES, PURPOSES, SEVERITIES, WEATHER
from fieldapp.text import N_, _, current_language
from sync.reference import MatterEntry

RESULTS = {
    "not_stated": N_("Arrived"),
    "normal": N_("Normal"),
    "issue": N_("Problem found"),
    "no_access": N_("No access"),
}
"""What a check-in says."""

CHECK_POINTS = {
    "stair": N_("Stairs"),
    "lights": N_("Lights"),
    "door": N_("Door"),
    "fire_gear": N_("Fire gear"),
    "yard": N_("Yard"),
}
"""What can be looked at."""

CHECK_STATES = {"ok": N_("Fine"), "issue": N_("Not fine"), "na": N_("Not there")}
"""How a looked-at point was."""

METHODS = {"qr": N_("scanned"), "rfid": N_("tapped"), "manual": N_("typed"), "list": N_("from the list")}
"""How a place was told."""

QUALITIES = {
    "verified": N_("plate known"),
    "unverified": N_("not verified"),
    "replaced": N_("plate replaced"),
    "revoked": N_("plate withdrawn"),
}
"""How far a tag can be believed."""

GEOFENCES = {"inside": N_("at the building by satellite"), "outside": N_("not at the building by satellite")}
"""Where the tablet was when it was checked in; nothing is said where that is not known."""

VOID_REASONS = {
    "undo": N_("undone"),
    "wrong_place": N_("wrong place"),
    "duplicate": N_("recorded twice"),
    "test": N_("only a test"),
    "mistake": N_("a mistake"),
}
"""Why a record was withdrawn."""

LOSS_REASONS = {
    "missing": N_("its file is missing on this tablet"),
    "damaged": N_("its file is damaged on this tablet"),
}
"""Why a photo cannot be sent."""

REPLACE_REASONS = {
    "damaged": N_("damaged"),
    "lost": N_("gone"),
    "worn": N_("hard to read"),
    "moved": N_("hangs elsewhere now"),
    "other": N_("another reason"),
}
"""Why a plate was replaced."""

TASK_TYPES = {"verify": N_("Verify"), "recheck": N_("Recheck")}
"""What a task asks for: is a reported problem there, is a handled one gone."""

ANSWERS = {
    "verify": {"yes": N_("It is there"), "no": N_("It is not there"), "cannot_tell": N_("Cannot tell")},
    "recheck": {"yes": N_("It is solved"), "no": N_("It is not solved"), "cannot_tell": N_("Cannot tell")},
}
"""What a task was answered, by its type."""

KINDS = {
    "shift_start": N_("Shift started"),
    "shift_end": N_("Shift ended"),
    "check_in": N_("Check-in"),
    "case_report": N_("Problem"),
    "visit": N_("Visit"),
    "void": N_("Withdrawn"),
    "media_lost": N_("Photo lost"),
    "tag_bind": N_("Plate put up"),
    "tag_replace": N_("Plate replaced"),
    "task_result": N_("Task answered"),
    "case_note": N_("Case note"),
    "handoff": N_("Handed over"),
}
"""Kinds of record."""


def word(words: Mapping[str, str], code: str) -> str:
    """Return the word for a code, the code itself when there is none."""
    message = words.get(code)
    return _(message) if message is not None else shown(code, max_chars=64)


def answer_word(task_type: str, answer: str) -> str:
    """Return the word for an answer to a task of a type."""
    return word(ANSWERS.get(task_type, {}), answer)


def weather_word(code: str) -> str:
    """Return the word for a kind of weather."""
    return word(WEATHER, code)


def severity_word(severity: int) -> str:
    """Return the word for how pressing a problem is."""
    return word(SEVERITIES, str(severity))


def purpose_word(code: str) -> str:
    """Return the word for why somebody was visited."""
    return word(PURPOSES, code)


def outcome_word(code: str) -> str:
    """Return the word for how a visit went."""
    return word(OUTCOMES, code)


def need_word(code: str) -> str:
    """Return the word for what a household asks for."""
    return word(NEEDS, code)


def matter_name(matter: MatterEntry) -> str:
    """Return a category's name in the language of the moment."""
    return shown(matter.name_en if current_language() != "zh_CN" and matter.name_en else matter.name)


def matter_group(matter: MatterEntry) -> str:
    """Return the name of a category's group in the language of the moment."""
    return shown(matter.group_en if current_language() != "zh_CN" and matter.group_en else matter.group)


def danger_words(matter: MatterEntry) -> str:
    """Return which number to call first, empty for what is no danger."""
    number = matter.emergency_number
    return _("Danger: call {number} first").format(number=number) if number else ""
