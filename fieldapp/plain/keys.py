"""What only the plain mode has keys for; everything else stands in the app's keymap."""

from fieldapp.keymap import Action
from fieldapp.text import N_

OWN = "plain"
"""The page of the plain mode's own keys, which every page has."""

OWN_ACTIONS = (
    Action("plain.more", OWN, ("+",), N_("More rows"), spot="bar"),
    Action("plain.before", OWN, ("-",), N_("Rows before"), spot="bar"),
    Action("plain.again", OWN, (".",), N_("Say it again"), spot="bar"),
    Action("plain.leave", OWN, ("q",), N_("Leave"), spot="bar"),
)
"""The keys, in the order in which help says them."""

OF_EVERYWHERE = frozenset({"back", "undo", "language", "help"})
"""Verbs of the keymap's keys for everywhere that make sense without a screen."""

KEEP, ADD, EMPTY = "", "+", "-"
"""Where a text is asked for: what keeps it, what goes before words to be added, and what empties it."""


def own_action(key: str) -> Action | None:
    """Return the plain mode's own action that a key does."""
    return next((action for action in OWN_ACTIONS if key in action.keys), None)
