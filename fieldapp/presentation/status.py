"""How the tablet stands: grid, network, what waits, what is proven, clock, disk, battery, readers, the time.

Every word has a short form, so that on a narrow panel all of them still find room; what is not as it should be stays
longest.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import tzinfo

from msgspec import Struct

from fieldapp.presentation.links import FINE, link_short, link_words
from fieldapp.presentation.photos import progress_text
from fieldapp.presentation.room import room_short, room_text
from fieldapp.presentation.states import waiting_short, waiting_words
from fieldapp.presentation.syncing import online_word, sending_left
from fieldapp.presentation.times import clock_time, day_and_time
from fieldapp.presentation.tones import Tone
from fieldapp.services.moments import local_time
from fieldapp.services.today import Battery, TodayView
from fieldapp.text import _, ngettext, pgettext
from sync.journal import SyncStatus

Links = Mapping[str, tuple[str, str]]
"""Reader's name to its role and its link's state."""

_WORST_FIRST: tuple[Tone, ...] = ("bad", "warn", "plain")


class StatusWord(Struct, frozen=True):
    """One word of the status.

    Attributes:
        text: the word.
        short: what stands for it when there is little room.
        rank: 0 stays longest; the highest rank is shortened first and then dropped first.
        tone: its colour; the word itself says the same.
    """

    text: str
    short: str = ""
    rank: int = 0
    tone: Tone = "plain"


def status_words(view: TodayView, links: Links, now_ms: int, zone: tzinfo) -> list[StatusWord]:
    """Return the words of the status, the time last; a word may be empty."""
    grid = view.grid
    name = f"{grid.community_name} {grid.name}" if grid else _("No grid yet")
    has_records = bool(view.summary.last_n)
    waiting = waiting_words(view.summary, view.photos) if has_records else ""
    waits = waiting_short(view.summary) if has_records else ""
    photos = progress_text(view.photos) if view.photos.waiting else ""
    return [
        StatusWord(name, grid.name if grid else "", rank=9),
        _online_word(view.sync),
        StatusWord(waiting, waits, rank=2, tone="warn" if view.summary.quarantined else "plain"),
        StatusWord(photos, rank=3),
        _proven_word(view.sync.proven_at_ms, now_ms, zone),
        _clock_word(view),
        _disk_word(view),
        _battery_word(view.battery),
        *_reader_words(links),
        StatusWord(clock_time(local_time(now_ms, zone)), rank=0),
    ]


def _online_word(status: SyncStatus) -> StatusWord:
    """Return the network's word; while the last of it goes up, how long until nothing is left, where there is room."""
    word, tone = online_word(status)
    is_last = not status.photos_total or status.sent == status.total
    left = sending_left(status) if is_last else ""
    return StatusWord(f"{word} {left}" if left else word, word, rank=1, tone=tone)


def _proven_word(proven_ms: int | None, now_ms: int, zone: tzinfo) -> StatusWord:
    """Return when something was last proven; of another day, the day stays longest."""
    if proven_ms is None:
        return StatusWord("")
    day, time = day_and_time(proven_ms, now_ms, zone)
    said = _("proven {time}")
    return StatusWord(said.format(time=f"{day} {time}".strip()), said.format(time=day or time), rank=4)


def _clock_word(view: TodayView) -> StatusWord:
    """Return how far the clock can be believed; what is doubtful stays longer than what is good."""
    if view.clock_is_off or view.satellites_off_ms:
        return StatusWord(_("clock off"), rank=2, tone="warn")
    if view.clock == "good":
        return StatusWord(_("clock right"), pgettext("short", "clock right"), rank=7)
    return StatusWord(_("clock unproven"), pgettext("short", "clock unproven"), rank=7)


def _disk_word(view: TodayView) -> StatusWord:
    if view.free_bytes is None:
        return StatusWord("")
    if view.disk_is_low:
        return StatusWord(_("disk low"), rank=2, tone="warn")
    text = _("disk {room}").format(room=room_text(view.free_bytes))
    return StatusWord(text, pgettext("short", "disk {room}").format(room=room_short(view.free_bytes)), rank=8)


def _battery_word(battery: Battery | None) -> StatusWord:
    if battery is None:
        return StatusWord("")
    text, short = _("battery {percent}%"), pgettext("short", "{percent}%")
    if battery.is_charging:
        text, short = _("charging {percent}%"), pgettext("short", "charging {percent}%")
    percent = battery.percent
    return StatusWord(
        text.format(percent=percent),
        short.format(percent=percent),
        rank=2 if battery.is_low else 6,
        tone="warn" if battery.is_low else "plain",
    )


def _reader_words(links: Links) -> list[StatusWord]:
    """Return each reader that is not fine, the worst first, alike ones together; then how many are fine."""
    counted = sorted(Counter(links.values()).items(), reverse=True)
    words = [_link_word(role, state, count) for (role, state), count in counted if state != FINE]
    words.sort(key=lambda word: _WORST_FIRST.index(word.tone))
    fine = sum(count for (_role, state), count in counted if state == FINE)
    if fine:
        text = ngettext("{count} reader ok", "{count} readers ok", fine).format(count=fine)
        words.append(StatusWord(text, pgettext("short", "readers ok {count}").format(count=fine), rank=5))
    return words


def _link_word(role: str, state: str, count: int) -> StatusWord:
    text, tone = link_words(role, state)
    short = link_short(role, state)
    if count > 1:
        text = _("{reader}, {count} of them").format(reader=text, count=count)
        short = pgettext("short", "{reader} x{count}").format(reader=short, count=count)
    return StatusWord(text, short, rank=3 if tone != "plain" else 5, tone=tone)
