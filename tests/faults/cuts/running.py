"""Everything of this folder by one budget, as one summary: power cuts, failing calls, cut lines, kills, a full disk."""

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Any

from tests.faults.cuts.full_disk import run_full_disk
from tests.faults.cuts.kills import kills
from tests.faults.cuts.plants import PLANTED as PLANTED_IN_CALLS
from tests.faults.cuts.power import RUNS, power_cuts
from tests.faults.cuts.preload import ROOT, command, environment
from tests.faults.summary import Summary, merged

COUNTED = {"lost": "lost", "doubled": "doubled", "false receipt": "false_receipts", "stuck": "stuck"}
"""How a finding begins, to the column it counts in; anything else is `other`."""


Say = Callable[[str], None]


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

    @classmethod
    def of(cls, faults: int) -> "Budget":
        """Return the budget for one number: 1,000 takes every failing call once, and more of all else with more."""
        return cls(
            states=2 * faults,
            faults=-1 if faults >= 1_000 else faults,
            cuts=-1 if faults >= 20_000 else 2 * faults // 5,
            kills=max(1, faults // 100),
        )


def run(faults: int = 1_000, say: Say = lambda _: None, *, seed: int = 1) -> Summary:
    """Try everything by one number and return what it came to.

    Args:
        say: hears how each part went.
    """
    budget = Budget.of(faults)
    parts: list[Summary] = []
    for name, part in (
        ("power cuts", _power),
        ("failing calls", _calls),
        ("kills", _kills),
        ("full disk", _full_disk),
        ("planted defects", _planted),
    ):
        began = time.monotonic()
        found = merged(part(budget, seed))
        caught = f", {len(found.planted_caught)} caught" if found.planted_caught else ""
        caught += f", {found.not_reached} not reached" if found.not_reached else ""
        caught += f", not tried: {'; '.join(found.not_tried)}" if found.not_tried else ""
        say(
            f"{name}: {found.schedules} tried, {len(found.failures)} findings{caught}, {time.monotonic() - began:.0f} s"
        )
        parts.append(found)
    return merged(parts)


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
    sides = {"tablet": budget.faults, "server": budget.faults, "line": budget.cuts}
    # Each side is processes of its own that wait for one another: together they keep two cores busy.
    with ThreadPoolExecutor(len(sides)) as pool:
        outcomes = pool.map(lambda side: calls_of(side, sides[side], seed), [side for side in sides if sides[side]])
        for outcome in outcomes:
            found = summed(outcome["tried"], outcome["findings"], outcome["coverage"])
            yield replace(found, not_reached=outcome["not_reached"])


def _kills(budget: Budget, seed: int) -> Iterator[Summary]:
    if budget.kills:
        killed = kills(budget.kills, seed)
        yield summed(budget.kills, killed.findings, {"SIGKILL of a real process": killed.hits})


def _full_disk(_: Budget, __: int) -> Iterator[Summary]:
    told = run_full_disk()
    if told is None:
        yield Summary(not_tried=("full disk: no disk may be mounted here",))
    else:
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
