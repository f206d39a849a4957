"""Photos in words: how many, how heavy, why one was not taken, how many have arrived."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from fieldapp.presentation.tones import Tone
from fieldapp.text import N_, _, ngettext
from sync.journal import Delivery, MediaProgress
from sync.records import MediaRef

if TYPE_CHECKING:
    from sync.imaging.photos import Reason

_KB, _MB = 1000, 1_000_000

REFUSALS: "dict[Reason, str]" = {
    "empty": N_("The file is empty."),
    "not_a_picture": N_("This is not a photo: use JPEG, PNG or WebP."),
    "damaged": N_("The picture is damaged. Take it again."),
    "too_many_pixels": N_("The picture is too large. Set the camera smaller."),
    "file_too_large": N_("The file is too large. Set the camera smaller."),
    "gone": N_("The picture is gone."),
    "not_a_file": N_("This is not a picture file."),
    "too_slow": N_("The picture took too long. Take it again."),
    "disk_low": N_("Too little room for photos. The report can still be saved."),
    "enough": N_("That is as many photos as one record takes."),
    "same": N_("This photo is already there."),
    "no_camera": N_("No camera is set up on this tablet."),
    "nothing_new": N_("No new picture. Take one with the camera, then press again."),
    "camera_missing": N_("The camera program is missing. Call support."),
    "camera_failed": N_("The camera gave no picture. Try again."),
    "camera_slow": N_("The camera did not answer. Try again."),
}
"""Why a photo was not added, in a sentence."""


class PhotoProgressText(Struct, frozen=True):
    """What the server holds, in two words and an advice.

    Attributes:
        records: as in ``Records sent``.
        photos: as in ``Photos 3/8``; empty when there are none.
        advice: whether the tablet may be switched off.
    """

    records: str
    photos: str
    advice: str
    tone: Tone

    @property
    def line(self) -> str:
        """Return all of it on one line."""
        return "  ".join(text for text in (self.records, self.photos, self.advice) if text)


def photo_progress_text(delivery: Delivery) -> PhotoProgressText:
    """Return what the server holds, and whether the tablet may be switched off."""
    waiting = ngettext("{count} record to be sent", "{count} records to be sent", delivery.unsettled)
    return PhotoProgressText(
        records=_("Records sent") if delivery.records_done else waiting.format(count=delivery.unsettled),
        photos=progress_text(delivery.photos),
        advice=_("may be switched off") if delivery.may_switch_off else _("leave it on"),
        tone="good" if delivery.may_switch_off else "plain",
    )


def progress_text(progress: MediaProgress) -> str:
    """Return how many photos have arrived, as in ``Photos 3/8``; empty when there are none."""
    if not progress.total:
        return ""
    text = _("Photos {sent}/{total}").format(sent=progress.sent, total=progress.total)
    lost = ngettext("{count} damaged", "{count} damaged", progress.lost).format(count=progress.lost)
    return f"{text} {lost}" if progress.lost else text


def refusal_sentence(reason: "Reason") -> str:
    """Return why a photo was not added."""
    return _(REFUSALS[reason])


def size_text(size_bytes: int) -> str:
    """Return a size as people say it."""
    if size_bytes < _MB:
        return f"{max(round(size_bytes / _KB), 1)} KB"
    return f"{size_bytes / _MB:.1f} MB"


def photos_line(photos: Sequence[MediaRef]) -> str:
    """Return how many photos there are and what they weigh, as in ``2, 431 KB``; empty for none."""
    if not photos:
        return ""
    size = size_text(sum(photo.bytes for photo in photos))
    return _("{count}, {size}").format(count=len(photos), size=size)
