"""`make faults FAULTS=1000 [SEED=n] [TOGETHER=1] [JOBS=n] [JSON=1]`: worlds, power cuts, every planted defect.

A seed is one world (`world.py`): real tablets, the real case API, an unreliable network, failing disks. It tells the
same story each time; `SEED=n` plays one and prints it line by line, `ONLY='...'` a power cut, a call, a cut byte or
kills as a finding names them. With `TOGETHER=1` each world has some rare deeds,
and often: most defects are found where two of them meet. The other half (`cuts/`) works on real processes and real
system calls. Exit 0 when nothing was lost, doubled or falsely receipted and every planted defect was caught.
"""

import argparse
import dataclasses
import json
import logging
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context

from sync.caseapi.logs import set_up_logs
from tests.faults.parts import Part
from tests.faults.planting import PLANTED, hunt_by_name
from tests.faults.running import play, play_all
from tests.faults.schedule import brought_together
from tests.faults.seams import installed
from tests.faults.summary import Summary, merged
from tests.faults.templates import templates

CHUNK = 25
"""Worlds that a process plays before it says how it stands."""

WORLDS = "worlds"

SHOWN_FAILURES = 20
"""Findings that are printed; all are counted."""


def main(words: list[str] | None = None) -> int:
    """Run what the command line asks for and return the exit code."""
    arguments = _parser().parse_args(words)
    # Standard output is for the summary alone.
    set_up_logs(logging.CRITICAL)
    if arguments.seed is not None:
        return _replay(arguments.seed, is_together=arguments.together)
    if arguments.only is not None:
        from tests.faults.cuts.running import play_only

        summary = play_only(arguments.only)
    else:
        summary = merged(_told(_parts(arguments), arguments.jobs))
    _report(summary, is_json=arguments.json)
    return 0 if summary.is_clean else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=1000, help="worlds to play (FAULTS=)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (FIRST=)")
    parser.add_argument("--seed", type=int, help="play this one world and print what happens (SEED=)")
    parser.add_argument("--only", help="play this one state, call or byte, as a finding names it (ONLY=)")
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


def _parts(arguments: argparse.Namespace) -> list[Part]:
    """Return what is to be done, what takes longest first; any process may do any of it."""
    from tests.faults.cuts.running import parts

    seeds = range(arguments.first, arguments.first + arguments.faults)
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    worlds = [Part(WORLDS, partial(play_all, chunk, is_together=arguments.together)) for chunk in chunks]
    if arguments.worlds_only:
        return worlds
    hunts = [Part(planted.name, partial(hunt_by_name, planted.name)) for planted in PLANTED]
    return [*parts(arguments.faults, seed=arguments.first + 1), *worlds, *hunts]


def _told(parts: Sequence[Part], jobs: int) -> Iterator[Summary]:
    """Do the work, say how it goes, and yield what each part came to, in their order."""
    began = time.monotonic()
    if jobs <= 1:
        done = ((place, part.work()) for place, part in enumerate(parts))
        yield from _said(parts, done, began)
        return
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=set_up_logs, initargs=(logging.CRITICAL,)
    ) as pool:
        running = {pool.submit(part.work): place for place, part in enumerate(parts)}
        yield from _said(parts, ((running[future], future.result()) for future in as_completed(running)), began)


def _said(parts: Sequence[Part], done: Iterable[tuple[int, Summary]], began: float) -> list[Summary]:
    found: dict[int, Summary] = {}
    told_at, worlds = began, 0
    for place, summary in done:
        found[place] = summary
        for failure in (*summary.failures, *summary.uncovered):
            _say(failure)
        passed_s = time.monotonic() - began
        if parts[place].name != WORLDS:
            _say(f"{passed_s:.0f} s: {parts[place].name}: {_in_words(summary)}")
            continue
        worlds += summary.schedules
        if time.monotonic() - told_at > 30:
            told_at = time.monotonic()
            _say(f"{passed_s:.0f} s: {worlds} worlds")
    _say(f"{time.monotonic() - began:.0f} s: {worlds} worlds")
    return [found[place] for place in sorted(found)]


def _in_words(summary: Summary) -> str:
    if summary.planted_caught or summary.planted_missed:
        return "caught" if summary.planted_caught else "missed"
    words = [f"{summary.schedules} tried, {len(summary.failures)} findings"]
    words += [f"{summary.not_reached} not reached"] if summary.not_reached else []
    return ", ".join([*words, *(f"not tried: {line}" for line in summary.not_tried)])


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
    for line in summary.uncovered:
        print(f"not covered: {line}")
    for line in summary.not_tried:
        print(f"not tried: {line}")
    print(f"missed: {', '.join(summary.planted_missed) or 'none'}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
