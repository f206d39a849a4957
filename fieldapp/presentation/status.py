"""How the tablet stands: grid, network, what waits, what is proven, clock, disk, battery, readers, the time."""

from collections.abc import Mapping
from datetime import tzinfo

from msgspec import Struct

from fieldapp.presentation.links import link_words
from fieldapp.presentation.photos import progress_text
from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.syncing import online_word
from fieldapp.presentation.times import clock_time, day_and_time
from fieldapp.presentation.tones import Tone
from fieldapp.services.moments import local_time
from fieldapp.services.today import Battery, TodayView
from fieldapp.text import _

Links = Mapping[str, tuple[str, str]]
"""Reader's name to its role and its link's state."""


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
    waiting = waiting_words(view.summary, view.photos) if view.summary.last_n else ""
    photos = progress_text(view.photos) if view.photos.waiting else ""
    online, online_tone = online_word(view.sync)
    return [
        StatusWord(name, grid.name if grid else "", rank=5),
        StatusWord(online, rank=1, tone=online_tone),
        StatusWord(waiting, rank=2, tone="warn" if view.summary.quarantined else "plain"),
        StatusWord(photos, rank=3),
        _proven_word(view.sync.proven_at_ms, now_ms, zone),
        _clock_word(view),
        StatusWord(_("disk low") if view.disk_is_low else "", rank=2, tone="warn"),
        _battery_word(view.battery),
        *(_link_word(role, state) for role, state in sorted(set(links.values()), reverse=True)),
        StatusWord(clock_time(local_time(now_ms, zone)), rank=0),
    ]


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
    return StatusWord(_("clock right") if view.clock == "good" else _("clock unproven"), rank=8)


def _battery_word(battery: Battery | None) -> StatusWord:
    if battery is None:
        return StatusWord("")
    text = _("battery {percent}%") if not battery.is_charging else _("charging {percent}%")
    percent = battery.percent
    short = f"{percent}%"
    return StatusWord(
        text.format(percent=percent),
        short,
        rank=2 if battery.is_low else 7,
        tone="warn" if battery.is_low else "plain",
    )


def _link_word(role: str, state: str) -> StatusWord:
    text, tone = link_words(role, state)
    return StatusWord(text, text, rank=3 if tone != "plain" else 6, tone=tone)
