"""Buildings of the round in words: a sign and a word for what was found, never a colour alone."""

from msgspec import Struct

from fieldapp.presentation.away import away_words
from fieldapp.presentation.outside import shown
from fieldapp.presentation.today import building_count
from fieldapp.presentation.tones import Tone
from fieldapp.services.buildings import STATES, BuildingRow, RoundView, State
from fieldapp.text import N_, _, ngettext


class StateLook(Struct, frozen=True):
    """How a state is said.

    Attributes:
        sign: one character that differs in form, also where there are no colours.
        word: message to be looked up when shown.
    """

    sign: str
    word: str
    tone: Tone = "plain"


LOOKS: dict[State, StateLook] = {
    "unseen": StateLook("-", N_("Not seen yet")),
    "arrived": StateLook(">", N_("Arrived")),
    "normal": StateLook("=", N_("Normal"), "good"),
    "issue": StateLook("!", N_("Problem"), "warn"),
    "no_access": StateLook("x", N_("No access"), "warn"),
}
"""Sign, word and tone of every state."""


def state_words(state: State) -> str:
    """Return sign and word of a state."""
    look = LOOKS[state]
    return f"{look.sign} {_(look.word)}"


def building_title(row: BuildingRow) -> str:
    """Return a building's name and how many of its places were seen, as in ``Building 3  2/4``."""
    return f"{shown(row.entry.name, max_chars=80)}  {building_count(row.progress)}"


def building_facts(row: BuildingRow) -> str:
    """Return how far away a building is, what is open there, and its address, as far as each is known."""
    away = away_words(row.away) if row.away is not None else ""
    return "  ".join(part for part in (away, cases_words(row.open_cases), shown(row.entry.address)) if part)


def cases_words(count: int) -> str:
    """Return how many cases are open, nothing for none."""
    return ngettext("{count} open case", "{count} open cases", count).format(count=count) if count else ""


def round_title(view: RoundView) -> str:
    """Return which round it is and how many buildings are done."""
    if not view.is_open:
        return _("No shift is open")
    done = len(view.rows) - len(view.left)
    return _("Round {number}: {done} of {total} buildings").format(number=view.number, done=done, total=len(view.rows))


def round_counts(view: RoundView) -> str:
    """Return how many buildings stand how, in signs and words."""
    counted = [(state, sum(row.state == state for row in view.rows)) for state in STATES]
    return "  ".join(f"{state_words(state)} {count}" for state, count in counted if count)
