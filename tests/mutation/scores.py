"""What became of mutants, added up: for each module, for each target, and whether any of them falls short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.mutation.targets import CORE, GOAL, TARGETS

FAIR_SAMPLE = 50
"""So many mutants say something of a part that was not judged whole."""


@dataclass
class Score:
    """What became of the mutants of one module or several.

    Attributes:
        known: how many mutants there are, judged or not.
    """

    known: int = 0
    made: int = 0
    killed: int = 0
    equivalent: int = 0
    survived: list[str] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """Return how many were judged that are another program."""
        return self.killed + len(self.survived)

    @property
    def share(self) -> float:
        """Return the share of noticed mutants among those that are another program."""
        return self.killed / self.judged if self.judged else 1.0

    @property
    def falls_short(self) -> bool:
        """Return whether the goal is missed, as far as enough was judged to say so."""
        return self.share < GOAL and (self.made == self.known or self.judged >= FAIR_SAMPLE)


def total_of(scores: Sequence[Score]) -> Score:
    """Return scores added up."""
    return Score(
        known=sum(score.known for score in scores),
        made=sum(score.made for score in scores),
        killed=sum(score.killed for score in scores),
        equivalent=sum(score.equivalent for score in scores),
        survived=[line for score in scores for line in score.survived],
    )


def parts_of(scores: Mapping[str, Score]) -> dict[str, Score]:
    """Return what must reach the goal by itself, by name: each target, then each module of the core."""
    parts = {target.name: total_of([scores[path] for path in target.sources() if path in scores]) for target in TARGETS}
    parts |= {path: scores[path] for path in CORE if path in scores}
    return {name: score for name, score in parts.items() if score.made}


def fallen_short(scores: Mapping[str, Score]) -> list[str]:
    """Return which parts miss the goal, by name; all that was judged counts as one of them."""
    named = {**parts_of(scores), "all": total_of(list(scores.values()))}
    return [name for name, score in named.items() if score.falls_short]
