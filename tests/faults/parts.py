"""A share of the work of the harness."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.summary import Summary


@dataclass(frozen=True, slots=True)
class Part:
    """What a process does by itself, by the name under which it is told."""

    name: str
    work: Callable[[], Summary]
