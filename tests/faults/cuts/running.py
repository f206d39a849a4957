"""Everything of this folder by one budget, in parts: power cuts, failing calls, cut lines, kills, a full disk."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

from tests.faults.cuts.full_disk import run_full_disk
from tests.faults.cuts.kills import kills
from tests.faults.cuts.plants import PLANTED as PLANTED_IN_CALLS
from tests.faults.cuts.power import RUNS, power_cut, power_cuts
from tests.faults.cuts.preload import FAULTS, ROOT, Point, command, environment
from tests.faults.cuts.replays import words_of
from tests.faults.parts import Part
from tests.faults.summary import Summary

COUNTED = {"lost": "lost", "doubled": "doubled", "false receipt": "false_receipts", "stuck": "stuck"}
"""How a finding begins, to the column it counts in; anything else is `other`."""


EVERY_CALL = -1

SHARES = 6
"""Parts into which every call of one end is split, so that several processes can take it."""


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
    faults: int = EVERY_CALL
    cuts: int = 400
    kills: int = 10
    planted: int = 300

    @classmethod
    def of(cls, faults: int) -> "Budget":
        """Return the budget for one number: 1,000 takes every failing call once, and more of all else with more."""
        return cls(
            states=2 * faults,
            faults=EVERY_CALL if faults >= 1_000 else faults,
            cuts=-1 if faults >= 20_000 else 2 * faults // 5,
            kills=max(1, faults // 100),
        )


def parts(faults: int = 1_000, *, seed: int = 1) -> list[Part]:
    """Return everything that one number asks for, what takes longest first."""
    budget = Budget.of(faults)
    made = []
    for side in ("server", "tablet") if budget.faults else ():
        of = SHARES if budget.faults == EVERY_CALL else 1
        shares = [partial(calls, side, budget.faults, seed, share, of) for share in range(of)]
        made += [Part(f"failing calls, {side}, {number} of {of}", share) for number, share in enumerate(shares, 1)]
    if budget.cuts:
        made.append(Part("failing calls, line", partial(calls, "line", budget.cuts, seed)))
    if budget.states:
        made += [Part(f"power cuts, {name}", partial(power, name, budget.states, seed)) for name in reversed(RUNS)]
    if budget.kills:
        made.append(Part("kills", partial(killed, budget.kills, seed)))
    made.append(Part("full disk", full_disk))
    if budget.planted:
        cut = [(name, planted) for name, run in RUNS.items() for planted in run.planted]
        made += [Part(planted, partial(planted_cut, name, planted, budget.planted, seed)) for name, planted in cut]
        made += [Part(planted, partial(planted_call, planted, budget.planted, seed)) for planted in PLANTED_IN_CALLS]
    return made


def outcome_of(module: str, *words: str) -> dict[str, Any]:
    """Return what a driver under the shim printed."""
    done = subprocess.run(
        command(module, *words), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"{module} ended with {done.returncode}: {done.stderr[-2_000:]}")
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome


def calls_of(side: str, budget: int, seed: int, planted: str = "", *, share: int = 0, of: int = 1) -> dict[str, Any]:
    """Return what a share of the failing calls on one side came to: `tablet`, `server`, or the bytes of the `line`."""
    most = "0" if budget < 0 else str(budget)
    if side == "line":
        return outcome_of("tests.faults.cuts.line", most, str(seed))
    return outcome_of("tests.faults.cuts.points", side, most, str(seed), str(share), str(of), planted)


def summed(schedules: int, findings: Iterable[str], coverage: dict[str, dict[str, int]] | None = None) -> Summary:
    """Return a part's summary; a finding is counted by how it begins."""
    lines = tuple(findings)
    counts = dict.fromkeys((*COUNTED.values(), "other"), 0)
    for line in lines:
        counts[COUNTED.get(line.partition(": ")[0], "other")] += 1
    assert counts.keys() <= {column.name for column in fields(Summary)}
    return Summary(schedules=schedules, coverage=coverage or {}, failures=lines, **counts)  # type: ignore[arg-type]  # only columns that count


def power(name: str, budget: int, seed: int) -> Summary:
    """Cut the power in one of the runs."""
    found = power_cuts(name, budget=budget, seed=seed)
    points = {f"{name}: before {call}": count for call, count in found.calls.items()}
    return summed(found.states, found.findings, {"power cut": points})


def calls(side: str, budget: int, seed: int, share: int = 0, of: int = 1) -> Summary:
    """Let a share of the calls go wrong on one side, of all for -1."""
    return _of_calls(calls_of(side, budget, seed, share=share, of=of))


def _of_calls(outcome: Mapping[str, Any]) -> Summary:
    found = summed(outcome["tried"], outcome["findings"], outcome["coverage"])
    return replace(found, not_reached=outcome["not_reached"], uncovered=tuple(outcome["uncovered"]))


def killed(count: int, seed: int) -> Summary:
    """Kill real processes."""
    found = kills(count, seed)
    return summed(count, found.findings, {"SIGKILL of a real process": found.hits})


def full_disk() -> Summary:
    """Let a real disk fill up."""
    told = run_full_disk()
    if told is None:
        return Summary(not_tried=("full disk: no disk may be mounted here",))
    return summed(2, told.findings, {"full disk": {"tablet": 1, "server": 1}})


def planted_cut(name: str, planted: str, budget: int, seed: int) -> Summary:
    """Look for a planted defect by power cuts; the cuts of the run without it are the control."""
    return _named(planted, bool(power_cuts(name, planted, budget=budget, seed=seed, most_findings=1).findings))


def planted_call(planted: str, budget: int, seed: int) -> Summary:
    """Look for a planted defect by failing calls; the calls of the shift without it are the control."""
    return _named(planted, bool(calls_of(PLANTED_IN_CALLS[planted].side, budget, seed, planted)["findings"]))


def play_only(text: str) -> Summary:
    """Play one thing again by the name that was printed with a finding.

    Raises:
        ValueError: nothing has this name.
    """
    match words_of(text):
        case ["power", name, place, number, seed] if name in RUNS:
            found = power_cut(name, int(place), int(number), int(seed))
            return summed(found.states, found.findings)
        case ["calls", side, fault, point, seed] if side in ("tablet", "server") and fault in FAULTS:
            return _of_calls(outcome_of("tests.faults.cuts.points", side, fault, str(Point.of(point)), str(int(seed))))
        case ["line", ("up" | "down") as direction, byte, seed]:
            return _of_calls(outcome_of("tests.faults.cuts.line", direction, str(int(byte)), str(int(seed))))
        case ["kills", count, seed]:
            return killed(int(count), int(seed))
    raise ValueError(f"nothing can be played by the name {text!r}")


def _named(planted: str, is_caught: bool) -> Summary:
    return Summary(planted_caught=(planted,)) if is_caught else Summary(planted_missed=(planted,))
