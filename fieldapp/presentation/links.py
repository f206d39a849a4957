"""How a reader's link stands, in two words."""

from fieldapp.presentation.tones import Tone
from fieldapp.text import N_, _, pgettext

ROLES = {"scanner": N_("scan"), "badge": N_("badge"), "receiver": N_("position"), "reader": N_("reader")}
"""Readers by role."""

FINE = "ready"
"""The one state of a link in which there is nothing to do."""

LINKS: dict[str, tuple[str, Tone]] = {
    FINE: (N_("ok"), "plain"),
    "opening": (N_("waking"), "plain"),
    "absent": (N_("none"), "warn"),
    "lost": (N_("lost"), "warn"),
    "silent": (N_("silent"), "warn"),
    "busy": (N_("taken"), "warn"),
    "denied": (N_("no right"), "warn"),
    "faulty": (N_("faulty"), "bad"),
}
"""Words of a link's state; the keys are `devices.reading.LinkState`."""


def link_words(role: str, state: str) -> tuple[str, Tone]:
    """Return a reader and how its link stands, as in ``badge ok``."""
    word, tone = LINKS.get(state, (state, "warn"))
    return f"{_(ROLES.get(role, role))} {_(word)}", tone


def link_short(role: str, state: str) -> str:
    """Return the same where there is little room."""
    word, _tone = LINKS.get(state, (state, "warn"))
    return pgettext("short", "{role} {state}").format(role=_(ROLES.get(role, role)), state=_(word))
