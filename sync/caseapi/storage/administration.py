"""What administrators did: values and the contract. Lines are added, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

ActOutcome = Literal["done", "refused"]

MOST_ACTS = 200
"""Most lines that one question is answered with."""


@dataclass(frozen=True, slots=True)
class AdministrativeAct:
    """One act.

    Attributes:
        account: who; empty for whoever runs the server, at its own command line.
        act: what kind of act, as the services name it.
        about: the account, organisation, grid or tablet that it is about.
        said: what else it said, in short; never a password or a code.
        outcome: `done` is written before the act, so that none is done unwritten; one that then fails gets a line
            `refused` besides.
    """

    at_ms: int
    account: str
    act: str
    about: str
    said: str = ""
    outcome: ActOutcome = "done"


class AdministrationStore(Protocol):
    """Keeps what administrators did."""

    async def add(self, act: AdministrativeAct) -> None:
        """Write an act down."""
        ...

    async def newest(self, *, before: int = 0, limit: int = 50) -> Sequence[tuple[int, AdministrativeAct]]:
        """Return acts with their places, the newest first.

        Args:
            before: only those whose place is lower; 0 for all.
        """
        ...
