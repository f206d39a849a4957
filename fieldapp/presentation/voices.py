"""Spoken notes in words: how long, how heavy, why there is none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldapp.presentation.photos import size_text
from fieldapp.text import N_, _
from sync.records import MediaRef

if TYPE_CHECKING:
    from fieldapp.recording.sounds import Reason

REFUSALS: "dict[Reason, str]" = {
    "no_program": N_("No recording program is set up."),
    "program_missing": N_("The recording program is missing. Call support."),
    "program_failed": N_("The microphone gave nothing. Try again."),
    "no_sound": N_("No sound arrived. Try again."),
    "too_short": N_("Too short. Speak, then press again."),
    "disk_low": N_("Too little room. The report can still be saved."),
    "already": N_("There is a spoken note already."),
    "gone": N_("The spoken note is gone."),
    "no_player": N_("No playing program is set up."),
    "player_failed": N_("It cannot be played. Try again."),
}
"""Why a spoken note was not kept or is not heard, in a sentence."""


def voice_refusal(reason: "Reason") -> str:
    """Return why a spoken note was not kept or is not heard."""
    return _(REFUSALS[reason])


def seconds_text(seconds: float) -> str:
    """Return how long something lasts, as in ``0:07``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def voice_line(voices: Sequence[MediaRef]) -> str:
    """Return what spoken notes weigh; empty for none."""
    return size_text(sum(voice.bytes for voice in voices)) if voices else ""
