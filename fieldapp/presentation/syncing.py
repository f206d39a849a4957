"""What the sync is doing and what is proven, in sentences."""

from datetime import tzinfo

from msgspec import Struct

from fieldapp.presentation.states import NO_PHOTOS
from fieldapp.presentation.times import countdown, date_line_of_ms, duration, short_moment
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.troubles import trouble_text
from fieldapp.services.moments import CHINA
from fieldapp.text import _, ngettext
from sync.clock import GOOD_OFFSET_MS, parse_time
from sync.journal import JournalSummary, MediaProgress, StoredReceipt, SyncStatus

_MB = 1_000_000

MOVING = ("connecting", "sending", "receiving")
"""Phases in which a sync is under way; what it brought is asked for when it rests."""


class SyncText(Struct, frozen=True):
    """The state of the sync as shown.

    Attributes:
        text: one sentence.
        todo: what to do or what happens next, may be empty.
    """

    text: str
    todo: str
    tone: Tone


class ClockFacts(Struct, frozen=True):
    """What the tablet knows of time.

    Attributes:
        offset_ms: server time minus tablet time, None before the first sync.
    """

    now_ms: int
    offset_ms: int | None = None
    zone: tzinfo = CHINA


def sync_text(status: SyncStatus, summary: JournalSummary, now_ms: int, photos: MediaProgress = NO_PHOTOS) -> SyncText:
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
        if status.photos_total and status.sent == status.total:
            text = _("Sending photos: {sent} of {total}")
            said = text.format(sent=status.photos_sent, total=status.photos_total)
            return SyncText(said, sending_left(status), "plain")
        text = _("Sending: {sent} of {total} sent").format(sent=status.sent, total=status.total)
        return SyncText(text, sending_left(status), "plain")
    if status.phase == "receiving":
        return SyncText(_("Fetching what is new …"), fetched_line(status), "plain")
    return _resting(status, summary, photos)


def sending_left(status: SyncStatus) -> str:
    """Return how long what is being sent still takes, empty while that is not known well enough or is soon over."""
    if status.phase != "sending" or status.send_left_s is None:
        return ""
    return _("about {duration} left").format(duration=duration(status.send_left_s))


def facts_line(summary: JournalSummary, status: SyncStatus, clock: ClockFacts) -> str:
    """Return what the desk's page says of this tablet too: last exchange, oldest record to be sent, clock."""
    parts = [_("no exchange yet")]
    if status.proven_at_ms is not None:
        parts = [_("last exchange {time}").format(time=short_moment(status.proven_at_ms, clock.now_ms, clock.zone))]
    if summary.oldest_unsettled_at is not None:
        oldest = short_moment(parse_time(summary.oldest_unsettled_at), clock.now_ms, clock.zone)
        parts.append(_("oldest {time}").format(time=oldest))
    if clock.offset_ms is not None:
        off = _("clock {duration} off").format(duration=duration(abs(clock.offset_ms) / 1000))
        parts.append(_("clock right") if abs(clock.offset_ms) <= GOOD_OFFSET_MS else off)
    return " · ".join(parts)


def fetched_line(status: SyncStatus) -> str:
    """Return how much of a download has come, and how long the rest will take, where that is known."""
    if not status.fetched_bytes:
        return ""
    done = f"{status.fetched_bytes / _MB:.1f}"
    if not status.fetch_bytes:
        return _("{done} MB so far").format(done=done)
    part = _("{done} of {total} MB").format(done=done, total=f"{status.fetch_bytes / _MB:.1f}")
    if status.fetch_left_s is None:
        return part
    return _("{part}, {time} left").format(part=part, time=countdown(status.fetch_left_s))


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


def online_word(status: SyncStatus) -> tuple[str, Tone]:
    """Return what the status bar says of the network: a rest is online once anything was proven."""
    tone: Tone = "warn" if status.fault is not None else "good" if status.proven_at_ms is not None else "plain"
    if status.fault is None and status.phase == "idle":
        return (_("Online") if status.proven_at_ms is not None else _("Not sent yet")), tone
    return short_state(status), tone


def _resting(status: SyncStatus, summary: JournalSummary, photos: MediaProgress) -> SyncText:
    resting = _rest(status, summary, photos)
    if status.warning:
        return SyncText(resting.text, trouble_text(status.warning).headline, "warn")
    return resting


def _rest(status: SyncStatus, summary: JournalSummary, photos: MediaProgress) -> SyncText:
    if summary.unsettled:
        waiting = ngettext("{count} record to be sent", "{count} records to be sent", summary.unsettled)
        return SyncText(waiting.format(count=summary.unsettled), _("They are safe on this tablet."), "plain")
    if photos.waiting:
        return SyncText(_("Records sent, photos follow"), "", "plain")
    if status.proven_again:
        text = _("Proven again to {n}: the server holds everything").format(n=summary.watermark)
        return SyncText(text, "", "good")
    if summary.watermark == 0:
        return SyncText(_("Nothing recorded yet"), "", "plain")
    return SyncText(_("All sent"), "", "good")
