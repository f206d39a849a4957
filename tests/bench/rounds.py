"""Rounds of several sides in turn, so that the machine's load falls on all alike; medians and spreads of each."""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 3
"""How often each side runs, in turn."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one side came to, a figure for each round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the figure that counts."""
        return statistics.median(self.values)

    def said(self, unit: str, digits: int = 0) -> str:
        """Return median and spread in words."""
        low, high = min(self.values), max(self.values)
        return f"{self.median:,.{digits}f} {unit} ({low:,.{digits}f} to {high:,.{digits}f})"


def in_turn(sides: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, Figures]:
    """Run every side once a round; return the figures of each side."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for place in range(rounds):
        for name, run in sides.items():
            found[name].append(run())
            print(f"   round {place + 1}: {name} {found[name][-1]:,.4g}", file=sys.stderr, flush=True)
    return {name: Figures(tuple(values)) for name, values in found.items()}


def ratio_said(name: str, ratio: float, *, least: float | None = None, most: float | None = None) -> bool:
    """Print a ratio with its limit, and tell whether it keeps it."""
    is_kept = (least is None or ratio >= least) and (most is None or ratio <= most)
    limits = [f"at least {least:g}" if least is not None else "", f"at most {most:g}" if most is not None else ""]
    wanted = ", ".join(limit for limit in limits if limit)
    print(f"{name}: {ratio:.3g}{f'; wanted {wanted}' if wanted else ''}{'' if is_kept else '  MISSED'}", flush=True)
    return is_kept


def share_at(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share of an ordered sequence lies."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
