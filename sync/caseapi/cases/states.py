"""The states of a case. A report opens one, or closes it where the problem was solved on the spot."""

from typing import Literal

CaseState = Literal["reported", "closed"]


def state_of_report(*, self_resolved: bool) -> CaseState:
    """Return the state that a report alone gives its case."""
    return "closed" if self_resolved else "reported"
