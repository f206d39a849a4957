"""What one needs to know, and the keys of a page in words."""

from fieldapp.keymap import Action
from fieldapp.text import N_

HELP_WORDS = (
    N_("Scan a plate: you have arrived, it is saved. One key says normal."),
    N_("Tap a badge: it is you, or the tablet is handed over."),
    N_("Everything saved can be taken back for ten seconds with U."),
    N_("Nothing typed is lost, also when the battery dies."),
    N_("Without a network everything works; it is sent later by itself."),
)
"""What one needs to know, in the order in which one meets it."""


def key_words(action: Action) -> str:
    """Return the keys of an action as they are written on a keyboard."""
    return " ".join(dict.fromkeys(key.upper().replace("QUESTION_MARK", "?") for key in action.keys))
