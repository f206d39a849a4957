"""The status line's words, from today's view and the readers' links."""

from collections.abc import Mapping

from fieldapp.presentation.states import waiting_words
from fieldapp.presentation.syncing import short_state
from fieldapp.presentation.times import clock_time
from fieldapp.presentation.tones import Tone
from fieldapp.services import Services
from fieldapp.services.moments import local_time
from fieldapp.services.today import TodayView
from fieldapp.text import N_, _
from fieldapp.widgets.status_bar import StatusWord
from sync.journal import SyncStatus

ROLES = {"scanner": N_("scan"), "badge": N_("badge"), "position": N_("position")}
"""Readers by role."""

LINKS: dict[str, tuple[str, Tone]] = {
    "ready": (N_("ok"), "plain"),
    "opening": (N_("waking"), "plain"),
    "absent": (N_("none"), "warn"),
    "lost": (N_("lost"), "warn"),
    "silent": (N_("silent"), "warn"),
    "busy": (N_("taken"), "warn"),
    "denied": (N_("no right"), "warn"),
    "faulty": (N_("faulty"), "bad"),
}
"""Words of a link's state; the keys are `devices.reading.LinkState`."""

Links = Mapping[str, tuple[str, str]]
"""Reader's name to its role and its link's state."""


def status_words(view: TodayView, links: Links, services: Services) -> list[StatusWord]:
    """Return the words of the status line, the time last."""
    zone = services.zone
    proven_ms = view.sync.proven_at_ms
    proven = clock_time(local_time(proven_ms, zone)) if proven_ms is not None else ""
    grid = view.grid
    name = f"{grid.community_name} {grid.name}" if grid else _("No grid yet")
    return [
        StatusWord(name, grid.name if grid else "", rank=5),
        StatusWord(_online_word(view.sync), rank=1, tone="warn" if view.sync.fault else "good"),
        StatusWord(waiting_words(view.summary), rank=2, tone="warn" if view.summary.quarantined else "plain"),
        StatusWord(_("proven {time}").format(time=proven) if proven else "", rank=4),
        *(_link_word(role, state) for role, state in sorted(set(links.values()), reverse=True)),
        StatusWord(clock_time(local_time(services.clock.now_ms(), zone)), rank=0),
    ]


def _online_word(status: SyncStatus) -> str:
    if status.fault is None and status.phase == "idle":
        return _("Online") if status.proven_at_ms is not None else _("Not sent yet")
    return short_state(status)


def _link_word(role: str, state: str) -> StatusWord:
    word, tone = LINKS.get(state, (state, "warn"))
    text = f"{_(ROLES.get(role, role))} {_(word)}"
    return StatusWord(text, text, rank=3 if tone != "plain" else 6, tone=tone)
