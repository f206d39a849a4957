"""Says how many small faults the tests would notice: `python -m tests.mutation [PATH …]`.

MUTANTS=N judges a sample of N (SEED=S chooses it), JSON=1 prints one object, LOG=FILE keeps a line for each mutant.
The exit status is 1 when a target, or a module of the core, falls short of the goal.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutation.children import Book, learn, load_libraries, survives
from tests.mutation.equivalents import EQUIVALENT
from tests.mutation.mutants import Mutant, compiled, mutants_of
from tests.mutation.scores import Score, fallen_short, parts_of, total_of
from tests.mutation.server import kept_postgres
from tests.mutation.targets import GOAL, ROOT, TARGETS, Target
from tests.mutation.warm import WarmChild

LEAST_LIMIT_S = 20.0
"""Shortest time limit of one mutant; a longer one is three times what its tests need while they are watched."""


FIRST_TESTS = 8
"""How many tests are tried before all others."""

MOST_FAILING = 3
"""Most tests that may fail under tracing, which is slower and holds on to frames; more is a broken tree."""


def main(paths: list[str]) -> int:
    load_libraries()
    known = [mutant for target in TARGETS for mutant in _mutants(target, paths)]
    chosen = _sample(known)
    scores = {path: Score(known=count) for path, count in Counter(mutant.module for mutant in known).items()}
    try:
        with kept_postgres():
            for target in TARGETS:
                own = [mutant for mutant in chosen if mutant.module in target.sources()]
                if own:
                    _judge(target, own, scores)
    except KeyboardInterrupt:
        _say("broken off; the score is of the mutants judged until then")
    _report(scores)
    return 1 if fallen_short(scores) else 0


def _mutants(target: Target, paths: list[str]) -> list[Mutant]:
    return [
        mutant
        for path in target.sources()
        if not paths or any(path.startswith(given) for given in paths)
        for mutant in mutants_of(path, (ROOT / path).read_text(encoding="utf-8"))
    ]


def _sample(mutants: list[Mutant]) -> list[Mutant]:
    count = int(os.environ.get("MUTANTS", "0")) or len(mutants)
    # In the order drawn, so that a run that is broken off has judged a fair sample, too.
    return random.Random(os.environ.get("SEED", "1")).sample(mutants, min(count, len(mutants)))


def _judge(target: Target, mutants: list[Mutant], scores: dict[str, Score]) -> None:
    book = learn(target)
    if len(book.failed) > MOST_FAILING:
        raise SystemExit(f"{target.name}: tests fail without any mutant: {', '.join(sorted(book.failed))}")
    for test in sorted(book.failed):
        _say(f"{target.name}: fails without any mutant, so it judges none: {test}")
    _say(f"{target.name}: {len(book.seconds)} tests, {len(mutants)} mutants")
    warm = WarmChild(target)
    try:
        for mutant in mutants:
            began = time.monotonic()
            fate = _fate(mutant, book, warm)
            _count(scores[mutant.module], mutant, fate)
            _log(mutant, fate, time.monotonic() - began)
    finally:
        warm.close()


def _count(score: Score, mutant: Mutant, fate: str) -> None:
    score.made += 1
    if fate == "equivalent":
        score.equivalent += 1
    elif fate == "survived":
        score.survived.append(f"{mutant.line} {mutant.kind} {mutant.name}")
    else:
        score.killed += 1


def _fate(mutant: Mutant, book: Book, warm: WarmChild) -> str:
    if mutant.name in EQUIVALENT:
        return "equivalent"
    tests = book.judging(mutant.module, mutant.lines)
    # The quickest few first: most mutants end there, and fewer files are collected for them.
    for some in (tests[:FIRST_TESTS], tests[FIRST_TESTS:]):
        limit_s = max(LEAST_LIMIT_S, 3 * sum(book.seconds[test] for test in some))
        if some and not _survives(mutant, some, limit_s, warm if book.is_left_alone(mutant) else None):
            return "killed"
    return "survived"


def _survives(mutant: Mutant, tests: Sequence[str], limit_s: float, warm: WarmChild | None) -> bool:
    told = None if warm is None else warm.survives(mutant, tests, limit_s=limit_s)
    if told is not None:
        return told
    code = compiled(mutant, (ROOT / mutant.module).read_text(encoding="utf-8"), str(ROOT / mutant.module))
    return survives(mutant.module, code, tests, limit_s=limit_s)


def _report(scores: Mapping[str, Score]) -> None:
    total = total_of(list(scores.values()))
    judged = {path: score for path, score in sorted(scores.items()) if score.made}
    if os.environ.get("JSON"):
        told = {"goal": GOAL, "share": round(total.share, 4), "made": total.made, "short": fallen_short(scores)}
        parts = {name: _figures(score) for name, score in parts_of(scores).items()}
        modules = {path: _figures(score) | {"survived": score.survived} for path, score in judged.items()}
        print(json.dumps({**told, "parts": parts, "modules": modules}))
        return
    for line in total.survived:
        print(f"survived: {line}")
    for heading, scored in (("modules", judged), ("parts", {**parts_of(scores), "all": total})):
        print(f"\n{heading}")
        for name, score in scored.items():
            print(f"{score.share:7.1%}  {score.killed:4} of {score.judged:4} noticed  {name}")
    for name in fallen_short(scores):
        print(f"\n{name} falls short of {GOAL:.0%}")


def _figures(score: Score) -> dict[str, object]:
    return {
        "made": score.made,
        "equivalent": score.equivalent,
        "judged": score.judged,
        "killed": score.killed,
        "share": round(score.share, 4),
    }


def _log(mutant: Mutant, fate: str, seconds: float) -> None:
    if path := os.environ.get("LOG"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{fate}\t{seconds:.1f}\t{mutant.line}\t{mutant.kind}\t{mutant.name}\n")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
