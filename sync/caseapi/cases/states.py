"""The life of a case as a table: in which states each action may be taken, where it leads, and what it must say.

Source of the states and actions: the six public stages of grid administration (report, file, dispatch, handle, feed
back, close) with the ways back that practice needs. *Verify* is before filing, *recheck* after handling. Overdue is
no state, it follows from the clock (`timers`); supervision, extension and appeal are rows beside the case.
"""

from typing import Literal

from msgspec import Struct

CaseState = Literal[
    "reported",
    "verifying",
    "filed",
    "dispatched",
    "handling",
    "suspended",
    "handled",
    "rechecking",
    "closed",
    "void",
]

Action = Literal[
    "report",
    "self_resolve",
    "ask_verify",
    "answer_verify",
    "void",
    "file",
    "dispatch",
    "decline",
    "accept",
    "done",
    "rework",
    "suspend",
    "resume",
    "ask_recheck",
    "answer_recheck",
    "close",
    "reopen",
    "transfer_level",
]

Level = Literal["grid", "community", "street", "district"]

LEVELS: tuple[Level, ...] = ("grid", "community", "street", "district")
"""From the smallest patch to the whole; a case lies at one of them."""

OPEN_STATES: frozenset[CaseState] = frozenset(
    {"reported", "verifying", "filed", "dispatched", "handling", "suspended", "handled", "rechecking"}
)
"""States in which something is still to be done."""

FINAL_STATES: frozenset[CaseState] = frozenset({"closed", "void"})

VOID_REASONS = ("not_found", "out_of_scope", "test", "duplicate")
"""Why a case is void; a duplicate names the case that it repeats."""

Need = Literal["reason", "void_reason", "note", "org", "condition", "answer", "level", "until"]
"""Something that an action must say."""


class Transition(Struct, frozen=True):
    """One row of the table.

    Attributes:
        sources: states in which the action may be taken; empty for the first event of a case.
        target: state that it leads to; None leaves the state as it is.
        needs: what the event must say.
    """

    sources: frozenset[CaseState]
    target: CaseState | None
    needs: tuple[Need, ...] = ()


def _from(*states: CaseState) -> frozenset[CaseState]:
    return frozenset(states)


TRANSITIONS: dict[Action, Transition] = {
    "report": Transition(_from(), "reported"),
    "self_resolve": Transition(_from(), "closed", ("note",)),
    "ask_verify": Transition(_from("reported"), "verifying"),
    "answer_verify": Transition(_from("verifying"), "reported", ("answer",)),
    "void": Transition(_from("reported"), "void", ("void_reason",)),
    "file": Transition(_from("reported"), "filed", ("condition",)),
    "dispatch": Transition(_from("filed"), "dispatched", ("org",)),
    "decline": Transition(_from("dispatched"), "filed", ("reason",)),
    "accept": Transition(_from("dispatched"), "handling"),
    "done": Transition(_from("handling"), "handled", ("note",)),
    "rework": Transition(_from("handled"), "handling", ("reason",)),
    "suspend": Transition(_from("handling"), "suspended", ("reason", "until")),
    "resume": Transition(_from("suspended"), "handling"),
    "ask_recheck": Transition(_from("handled"), "rechecking"),
    "answer_recheck": Transition(_from("rechecking"), "handled", ("answer",)),
    "close": Transition(_from("handled"), "closed"),
    "reopen": Transition(_from("closed"), "handling", ("reason",)),
    "transfer_level": Transition(OPEN_STATES, None, ("reason", "level")),
}
"""Every action there is; `life` adds what depends on the case's past."""

OPENING_ACTIONS: frozenset[Action] = frozenset(action for action, row in TRANSITIONS.items() if not row.sources)
"""What a case begins with."""


def actions_from(state: CaseState) -> tuple[Action, ...]:
    """Return the actions that the table knows in a state, in the order of the table."""
    return tuple(action for action, row in TRANSITIONS.items() if state in row.sources)


def state_of_report(*, self_resolved: bool) -> CaseState:
    """Return the state that a report alone gives its case."""
    return "closed" if self_resolved else "reported"
