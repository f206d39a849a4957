"""`make faults FAULTS=1000 [SEED=n] [TOGETHER=1] [JOBS=n] [JSON=1]`: worlds, power cuts, every planted defect.

A seed is one world (`world.py`): real tablets, the real case API, an unreliable network, failing disks. It tells the
same story each time; `SEED=n` plays one and prints it line by line. With `TOGETHER=1` each world has some rare deeds,
and often: most defects are found where two of them meet. The other half (`cuts/`) works on real processes and real
system calls. Exit 0 when nothing was lost, doubled or falsely receipted and every planted defect was caught.
"""

import argparse
import dataclasses
import json
import logging
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from sync.caseapi.logs import set_up_logs
from tests.faults.planting import hunt_all
from tests.faults.running import play, play_all
from tests.faults.schedule import brought_together
from tests.faults.seams import installed
from tests.faults.summary import Summary, merged
from tests.faults.templates import templates

CHUNK = 25
"""Worlds that a process plays before it says how it stands."""

SHOWN_FAILURES = 20
"""Findings that are printed; all are counted."""


def main(words: list[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    arguments = _parser().parse_args(words)
    # Standard output is for the summary alone.
    set_up_logs(logging.CRITICAL)
    if arguments.seed is not None:
        return _replay(arguments.seed, is_together=arguments.together)
    began = time.monotonic()
    seeds = range(arguments.first, arguments.first + arguments.faults)
    parts = [merged(_played(seeds, arguments, began))]
    _say(f"{len(seeds)} worlds, seeds {seeds.start} to {seeds.stop - 1}: {_rate(len(seeds), began)}")
    if not arguments.worlds_only:
        parts += [hunt_all(), *_cut(arguments.faults, arguments.first + 1)]
    summary = merged(parts)
    _report(summary, is_json=arguments.json)
    return 0 if summary.is_clean else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=1000, help="worlds to play (FAULTS=)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (FIRST=)")
    parser.add_argument("--seed", type=int, help="play this one world and print what happens (SEED=)")
    parser.add_argument("--together", action="store_true", help="rare deeds together, and often (TOGETHER=1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (JOBS=)")
    parser.add_argument("--worlds-only", action="store_true", help="neither power cuts nor planted defects (WORLDS=1)")
    parser.add_argument("--json", action="store_true", help="print the summary as one object (JSON=1)")
    return parser


def _replay(seed: int, *, is_together: bool) -> int:
    templates()
    with installed():
        outcome = play(seed, is_traced=True, emphasis=brought_together(seed) if is_together else ())
    print("\n".join(outcome.trace))
    print(f"seed {seed}, fingerprint {outcome.fingerprint}")
    for sentence in outcome.sentences:
        print(sentence)
    return 1 if outcome.sentences else 0


def _played(seeds: range, arguments: argparse.Namespace, began: float) -> Iterator[Summary]:
    play_some, jobs = partial(play_all, is_together=arguments.together), arguments.jobs
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    if jobs <= 1:
        found = map(play_some, chunks)
        yield from _told(found, began)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from _told(pool.map(play_some, chunks), began)


def _told(found: Iterator[Summary], began: float) -> Iterator[Summary]:
    done, told_at = 0, began
    for summary in found:
        done += summary.schedules
        for failure in summary.failures:
            _say(failure)
        if time.monotonic() - told_at > 30:
            told_at = time.monotonic()
            _say(f"{done} worlds, {_rate(done, began)}")
        yield summary


def _cut(budget: int, seed: int) -> list[Summary]:
    from tests.faults.cuts.running import run

    return [run(budget, _say, seed=seed)]


def _report(summary: Summary, *, is_json: bool) -> None:
    if is_json:
        print(json.dumps(dataclasses.asdict(summary), ensure_ascii=False))
        return
    for kind, points in summary.coverage.items():
        print(f"{kind}: {sum(points.values())} at {len(points)} points")
    for failure in summary.failures[:SHOWN_FAILURES]:
        print(failure)
    counts = dataclasses.asdict(summary) | {"planted_caught": len(summary.planted_caught)}
    print(", ".join(f"{name} {count}" for name, count in counts.items() if isinstance(count, int)))
    for line in summary.not_tried:
        print(f"not tried: {line}")
    print(f"missed: {', '.join(summary.planted_missed) or 'none'}")


def _rate(done: int, began: float) -> str:
    return f"{done / max(time.monotonic() - began, 0.001):.1f} a second"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
