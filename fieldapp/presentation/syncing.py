"""What the sync is doing and what is proven, in sentences."""

from datetime import tzinfo

from msgspec import Struct

from fieldapp.presentation.times import ago, clock_time, countdown, date_line_of_ms
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.troubles import trouble_text
from fieldapp.services.moments import CHINA, local_time
from fieldapp.text import _, ngettext
from sync.journal import JournalSummary, StoredReceipt, SyncStatus


class SyncText(Struct, frozen=True):
    """The state of the sync as shown.

    Attributes:
        text: one sentence.
        todo: what to do or what happens next, may be empty.
    """

    text: str
    todo: str
    tone: Tone


def sync_text(status: SyncStatus, summary: JournalSummary, now_ms: int, zone: tzinfo = CHINA) -> SyncText:
    """Return what the sync is doing, in one sentence that is so."""
    if status.fault is not None:
        trouble = trouble_text(status.fault.code)
        todo = trouble.todo
        if status.retry_at_ms is not None and status.retry_at_ms > now_ms:
            left = countdown((status.retry_at_ms - now_ms) / 1000)
            todo = _("Tries again in {time}.").format(time=left)
        return SyncText(trouble.headline, todo, "warn" if status.phase == "offline" else "bad")
    if status.phase == "connecting":
        return SyncText(_("Connecting …"), "", "plain")
    if status.phase == "sending":
        text = _("Sending: {sent} of {total} proven").format(sent=status.sent, total=status.total)
        return SyncText(text, "", "plain")
    if status.phase == "receiving":
        return SyncText(_("Fetching what is new …"), "", "plain")
    return _resting(status, summary, now_ms, zone)


def proven_line(status: SyncStatus, now_ms: int, zone: tzinfo = CHINA) -> str:
    """Return when something was last proven."""
    if status.proven_at_ms is None:
        return _("Nothing proven yet")
    passed_s = (now_ms - status.proven_at_ms) / 1000
    when = clock_time(local_time(status.proven_at_ms, zone))
    return _("Last proven {time} ({ago})").format(time=when, ago=ago(passed_s if passed_s >= 0 else None))


def receipt_lines(receipt: StoredReceipt, zone: tzinfo = CHINA) -> tuple[str, ...]:
    """Return a receipt in words: code, what it proves, when. The desk shows the same code."""
    return (
        _("Receipt {code}").format(code=receipt.code),
        _("The server holds records 1 to {n} of this tablet").format(n=receipt.watermark),
        date_line_of_ms(receipt.time_s * 1000, zone),
    )


def short_state(status: SyncStatus) -> str:
    """Return the one or two words of the status bar."""
    if status.fault is not None:
        return _("Offline") if status.phase == "offline" else status.fault.code
    if status.phase in {"connecting", "sending", "receiving"}:
        return _("Sending")
    return _("Online") if status.phase == "done" else _("Waiting")


def _resting(status: SyncStatus, summary: JournalSummary, now_ms: int, zone: tzinfo) -> SyncText:
    if summary.unsettled:
        waiting = ngettext("{count} record waits to be sent", "{count} records wait to be sent", summary.unsettled)
        return SyncText(waiting.format(count=summary.unsettled), _("They are safe on this tablet."), "plain")
    if status.proven_again:
        text = _("Proven again to {n}: the server holds everything").format(n=summary.watermark)
        return SyncText(text, "", "good")
    if summary.watermark == 0:
        return SyncText(_("Nothing recorded yet"), "", "plain")
    return SyncText(_("All received by the server"), proven_line(status, now_ms, zone), "good")
