"""What is proven of a record, in words."""

from msgspec import Struct

from fieldapp.presentation.outside import shown
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.words import word
from fieldapp.text import N_, _, ngettext, pgettext
from sync.journal import JournalEntry, JournalSummary, MediaProgress

STATES = {
    "waiting": N_("To be sent"),
    "stored": N_("Sent"),
    "duplicate": N_("Sent"),
    "quarantined": N_("To put right"),
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
    "not_judged": N_("The server could not process it"),
}
"""Why the server keeps a record apart; the keys are `sync.wire.Reason`."""

RECORDED_ANEW = frozenset({"damaged", "id_reused"})
"""Reasons of a record that no amendment can reach, because the server does not hold it under its own id."""

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


def mend_hint(entry: JournalEntry, *, is_mendable: bool) -> str:
    """Return what to do about a record that the server keeps apart, empty for any other."""
    if entry.state != "quarantined":
        return ""
    if is_mendable:
        return _("Put it right: the form opens with what it says.")
    if entry.reason in RECORDED_ANEW:
        return _("Record it anew; this one cannot be put right.")
    return _("Tell the desk; nothing is lost.")


def totals_line(summary: JournalSummary) -> str:
    """Return the outbox's totals on one line: saved, sent, to be sent, and to put right where there are any."""
    parts = [
        ngettext("{count} saved", "{count} saved", summary.last_n).format(count=summary.last_n),
        ngettext("{count} sent", "{count} sent", summary.watermark).format(count=summary.watermark),
        ngettext("{count} to be sent", "{count} to be sent", summary.unsettled).format(count=summary.unsettled),
    ]
    if summary.quarantined:
        to_mend = ngettext("{count} to put right", "{count} to put right", summary.quarantined)
        parts.append(to_mend.format(count=summary.quarantined))
    return " · ".join(parts)


def waiting_words(summary: JournalSummary, photos: MediaProgress = NO_PHOTOS) -> str:
    """Return what the status bar says of the outbox; "all sent" only where something was, and nothing is left."""
    if summary.unsettled == 0 and photos.waiting:
        return _("Records sent")
    if summary.unsettled == 0:
        return _("All sent") if summary.last_n else _("Nothing to send")
    return ngettext("{count} to be sent", "{count} to be sent", summary.unsettled).format(count=summary.unsettled)


def waiting_short(summary: JournalSummary) -> str:
    """Return the same where there is little room, empty where the words are short as they are."""
    return pgettext("short", "{count} to be sent").format(count=summary.unsettled) if summary.unsettled else ""
