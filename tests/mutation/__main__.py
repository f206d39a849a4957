"""Says how many small faults the tests would notice: `python -m tests.mutation [PATH …]`.

MUTANTS=N judges a sample of N (SEED=S chooses it), JSON=1 prints one object, LOG=FILE keeps a line for each mutant.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.mutation.children import Book, learn, load_libraries, survives
from tests.mutation.equivalents import EQUIVALENT
from tests.mutation.mutants import Mutant, compiled, mutants_of
from tests.mutation.targets import GOAL, ROOT, TARGETS, Target

LEAST_LIMIT_S = 20.0
"""Shortest time limit of one mutant; a longer one is eight times what its tests need."""


FIRST_TESTS = 8
"""How many tests are tried before all others."""

MOST_FAILING = 3
"""Most tests that may fail under tracing, which is slower and holds on to frames; more is a broken tree."""


@dataclass
class Score:
    """What became of the mutants of one module."""

    made: int = 0
    killed: int = 0
    equivalent: int = 0
    survived: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return the share of noticed mutants among those that are another program."""
        judged = self.killed + len(self.survived)
        return self.killed / judged if judged else 1.0


def main(paths: list[str]) -> int:
    load_libraries()
    chosen = _sample([mutant for target in TARGETS for mutant in _mutants(target, paths)])
    scores: dict[str, Score] = {}
    try:
        for target in TARGETS:
            own = [mutant for mutant in chosen if mutant.module in target.sources()]
            if own:
                _judge(target, own, scores)
    except KeyboardInterrupt:
        _say("broken off; the score is of the mutants judged until then")
    _report(scores)
    return 0 if _total(scores).share >= GOAL else 1


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
    for mutant in mutants:
        score = scores.setdefault(mutant.module, Score())
        score.made += 1
        began = time.monotonic()
        fate = _fate(mutant, book)
        if fate == "equivalent":
            score.equivalent += 1
        elif fate == "survived":
            score.survived.append(f"{mutant.line} {mutant.kind} {mutant.name}")
        else:
            score.killed += 1
        _log(mutant, fate, time.monotonic() - began)


def _fate(mutant: Mutant, book: Book) -> str:
    if mutant.name in EQUIVALENT:
        return "equivalent"
    tests = book.judging(mutant.module, mutant.lines)
    if not tests:
        return "survived"
    code = compiled(mutant, (ROOT / mutant.module).read_text(encoding="utf-8"), str(ROOT / mutant.module))
    # The quickest few first: most mutants end there, and fewer files are collected for them.
    for some in (tests[:FIRST_TESTS], tests[FIRST_TESTS:]):
        limit_s = max(LEAST_LIMIT_S, 8 * sum(book.seconds[test] for test in some))
        if some and not survives(mutant.module, code, some, limit_s=limit_s):
            return "killed"
    return "survived"


def _total(scores: dict[str, Score]) -> Score:
    kept = [line for score in scores.values() for line in score.survived]
    counts = Counter({"made": 0, "killed": 0, "equivalent": 0})
    for score in scores.values():
        counts.update(made=score.made, killed=score.killed, equivalent=score.equivalent)
    return Score(counts["made"], counts["killed"], counts["equivalent"], kept)


def _report(scores: dict[str, Score]) -> None:
    total = _total(scores)
    if os.environ.get("JSON"):
        modules = {path: asdict(score) | {"share": round(score.share, 4)} for path, score in scores.items()}
        print(json.dumps({"goal": GOAL, "share": round(total.share, 4), "made": total.made, "modules": modules}))
        return
    for line in total.survived:
        print(f"survived: {line}")
    for path, score in [*sorted(scores.items()), ("all", total)]:
        print(f"{score.share:7.1%}  {score.killed:4} of {score.made - score.equivalent:4} noticed  {path}")


def _log(mutant: Mutant, fate: str, seconds: float) -> None:
    if path := os.environ.get("LOG"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{fate}\t{seconds:.1f}\t{mutant.line}\t{mutant.kind}\t{mutant.name}\n")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
