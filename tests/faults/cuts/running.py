"""Everything of this folder by one budget, as one summary: power cuts, failing calls, cut lines, kills, a full disk."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from tests.faults.cuts.full_disk import run_full_disk
from tests.faults.cuts.kills import kills
from tests.faults.cuts.plants import PLANTED as PLANTED_IN_CALLS
from tests.faults.cuts.power import RUNS, power_cuts
from tests.faults.cuts.preload import ROOT, command, environment
from tests.faults.summary import Summary, merged

COUNTED = {"lost": "lost", "doubled": "doubled", "false receipt": "false_receipts", "stuck": "stuck"}
"""How a finding begins, to the column it counts in; anything else is `other`."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is tried; 0 leaves a part out, -1 takes every point there is.

    Attributes:
        states: power-cut states of each database.
        faults: failing calls on each end.
        cuts: bytes at which the line is reset.
        kills: kills of real processes.
        planted: states and faults given to each planted defect.
    """

    states: int = 2_000
    faults: int = -1
    cuts: int = 400
    kills: int = 10
    planted: int = 300


def run(budget: Budget | None = None, seed: int = 1) -> Summary:
    """Try everything once by a budget; without one, what continuous integration asks for."""
    budget = budget or Budget()
    return merged(
        [*_power(budget, seed), *_calls(budget, seed), *_kills(budget, seed), *_full_disk(), *_planted(budget, seed)]
    )


def outcome_of(module: str, *words: str) -> dict[str, Any]:
    """Return what a driver under the shim printed."""
    done = subprocess.run(
        command(module, *words), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"{module} ended with {done.returncode}: {done.stderr[-2_000:]}")
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome


def calls_of(side: str, budget: int, seed: int, planted: str = "") -> dict[str, Any]:
    """Return what failing calls on one side came to: `tablet`, `server`, or the bytes of the `line`."""
    most = "0" if budget < 0 else str(budget)
    if side == "line":
        return outcome_of("tests.faults.cuts.line", most, str(seed))
    return outcome_of("tests.faults.cuts.points", side, most, str(seed), *([planted] if planted else []))


def summed(schedules: int, findings: Iterable[str], coverage: dict[str, dict[str, int]] | None = None) -> Summary:
    """Return a part's summary; a finding is counted by how it begins."""
    lines = tuple(findings)
    counts = dict.fromkeys((*COUNTED.values(), "other"), 0)
    for line in lines:
        counts[COUNTED.get(line.partition(": ")[0], "other")] += 1
    assert counts.keys() <= {column.name for column in fields(Summary)}
    return Summary(schedules=schedules, coverage=coverage or {}, failures=lines, **counts)  # type: ignore[arg-type]  # only columns that count


def _power(budget: Budget, seed: int) -> Iterator[Summary]:
    for name in RUNS if budget.states else ():
        found = power_cuts(name, budget=budget.states, seed=seed)
        points = {f"{name}: before {call}": count for call, count in found.calls.items()}
        yield summed(found.states, found.findings, {"power cut": points})


def _calls(budget: Budget, seed: int) -> Iterator[Summary]:
    for side, most in (("tablet", budget.faults), ("server", budget.faults), ("line", budget.cuts)):
        if most:
            outcome = calls_of(side, most, seed)
            yield summed(outcome["tried"], outcome["findings"], outcome["coverage"])


def _kills(budget: Budget, seed: int) -> Iterator[Summary]:
    if budget.kills:
        killed = kills(budget.kills, seed)
        yield summed(budget.kills, killed.findings, {"SIGKILL of a real process": killed.hits})


def _full_disk() -> Iterator[Summary]:
    told = run_full_disk()
    if told is not None:
        yield summed(2, told.findings, {"full disk": {"tablet": 1, "server": 1}})


def _planted(budget: Budget, seed: int) -> Iterator[Summary]:
    if not budget.planted:
        return
    for name, each in RUNS.items():
        for planted in each.planted:
            is_caught = bool(power_cuts(name, planted, budget=budget.planted, seed=seed, most_findings=1).findings)
            yield _named(planted, is_caught)
    for planted in PLANTED_IN_CALLS:
        yield _named(planted, bool(calls_of("tablet", budget.planted, seed, planted)["findings"]))


def _named(planted: str, is_caught: bool) -> Summary:
    return Summary(planted_caught=(planted,)) if is_caught else Summary(planted_missed=(planted,))
