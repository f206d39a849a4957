"""What is proven of a record, in words."""

from msgspec import Struct

from fieldapp.presentation.outside import shown
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.words import word
from fieldapp.text import N_, _, ngettext
from sync.journal import JournalEntry, JournalSummary, MediaProgress

STATES = {
    "waiting": N_("Saved here"),
    "stored": N_("Sent"),
    "duplicate": N_("Sent already"),
    "quarantined": N_("Kept apart"),
    "parked": N_("Sent, on hold"),
}
"""Record states; the keys are `sync.journal.RecordState`."""

REASONS = {
    "unknown_kind": N_("The server does not know this kind yet"),
    "bad_shape": N_("A field is not as it should be"),
    "unknown_ref": N_("It names something the server does not know"),
    "not_allowed": N_("Not allowed for this person"),
    "id_reused": N_("Its number is taken"),
    "bad_amend": N_("The change does not fit its record"),
    "damaged": N_("Damaged on the way or on the disk"),
    "revoked": N_("The tablet was revoked"),
}
"""Why the server keeps a record apart; the keys are `sync.wire.Reason`."""

_TONES: dict[str, Tone] = {
    "waiting": "plain",
    "stored": "good",
    "duplicate": "good",
    "quarantined": "bad",
    "parked": "warn",
}


NO_PHOTOS = MediaProgress()
"""What is left of photos where nobody took any."""


class StateCell(Struct, frozen=True):
    """A record's state as shown.

    Attributes:
        text: one or two words.
        detail: why, where there is something to say.
    """

    text: str
    detail: str
    tone: Tone


def state_cell(entry: JournalEntry) -> StateCell:
    """Return a record's state as shown."""
    detail = ""
    if entry.reason:
        detail = word(REASONS, entry.reason)
    if entry.sentence:
        detail = f"{detail}: {shown(entry.sentence)}" if detail else shown(entry.sentence)
    return StateCell(word(STATES, entry.state), detail, _TONES.get(entry.state, "warn"))


def totals_line(summary: JournalSummary) -> str:
    """Return the outbox's totals on one line: saved, sent, waiting, and kept apart where there are any."""
    parts = [
        ngettext("{count} saved", "{count} saved", summary.last_n).format(count=summary.last_n),
        ngettext("{count} proven", "{count} proven", summary.watermark).format(count=summary.watermark),
        ngettext("{count} waiting", "{count} waiting", summary.unsettled).format(count=summary.unsettled),
    ]
    if summary.quarantined:
        parts.append(
            ngettext("{count} kept apart", "{count} kept apart", summary.quarantined).format(count=summary.quarantined)
        )
    return " · ".join(parts)


def waiting_words(summary: JournalSummary, photos: MediaProgress = NO_PHOTOS) -> str:
    """Return what the status bar says of the outbox; "all sent" only where something was, and nothing is left."""
    if summary.unsettled == 0 and photos.waiting:
        return _("Records sent")
    if summary.unsettled == 0:
        return _("All sent") if summary.last_n else _("Nothing to send")
    return ngettext("{count} waiting", "{count} waiting", summary.unsettled).format(count=summary.unsettled)
