"""Every call on a file or a socket goes wrong once, in each of five ways, on either end; then all is compared.

Run as ``python -m tests.faults.cuts.points SIDE BUDGET SEED [SHARE OF [PLANTED]]`` under the shim, SIDE being
``tablet`` or ``server`` and SHARE one of so many, from 0; prints one JSON object. With ``SIDE FAULT POINT SEED`` it
tries one call.
"""

import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from tests.faults.cuts import inspector
from tests.faults.cuts.plants import plant
from tests.faults.cuts.preload import FAULTS, Board, Point, points_on
from tests.faults.cuts.replays import replay_of
from tests.faults.cuts.stage import MOST_S, Stage, Stuck, in_time, lines_of_child, make_ready
from tests.faults.scratch import scratch

MOST_FINDINGS = 20
MEASURED = 4
"""Shifts that are played without faults: a call is one of a shift where all of them make it. How many pages a
transaction changes depends on what is stored already, and on the random parts of ids.
"""
ATTEMPTS = 3
"""Shifts that are played for a call that does not come: threads take their turns in another order each time. Then so
many earlier ones of its sort are tried, and the first.
"""
MOST_NOT_REACHED, ALWAYS_MAY = 0.02, 3
"""Part of the calls that may not have come in any of those shifts; so many always may."""

ENOUGH = 6
"""Calls of a sort that a share needs at least, where the sort is split: some of them always come."""

Aim = tuple[Point, str]
"""A call, and how it goes wrong."""


@dataclass
class Outcome:
    """What a side's points came to.

    Attributes:
        calls: how many calls every shift makes without faults.
        tried: faults that hit a call.
        not_reached: faults set on a call that did not come in any of the attempts; an earlier one of its sort may have.
        uncovered: what was asked for and not tried, one line each: sorts of call that a fault has not hit at all, and
            more calls not reached than may be.
        findings: what is wrong, each with the command that plays it again.
        coverage: fault to what it hit, to how often.
    """

    calls: int = 0
    tried: int = 0
    not_reached: int = 0
    uncovered: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    coverage: dict[str, dict[str, int]] = field(default_factory=dict)


def chosen(points: Sequence[Point], budget: int, seed: int) -> list[Aim]:
    """Return the faults to try: all of them, or so many in no order, every kind of call with every fault first."""
    everything = [(point, fault) for point in points for fault in FAULTS]
    if not budget or budget >= len(everything):
        return everything
    Random(seed).shuffle(everything)
    seen: set[tuple[str, str, str]] = set()
    first: list[Aim] = []
    rest: list[Aim] = []
    for point, fault in everything:
        sort = (point.phase, point.call, fault)
        (rest if sort in seen else first).append((point, fault))
        seen.add(sort)
    return (first + rest)[:budget]


def shared(aims: Sequence[Aim], share: int, of: int) -> list[Aim]:
    """Return one of several shares of about the same size, each of which covers the sorts that it has.

    Of sorts with many calls every share has some; what is of another sort stays together.
    """
    sizes = Counter(_sort(point) for point in {point for point, _fault in aims})
    together = [sort for sort, count in sizes.most_common() if count < ENOUGH * of]
    # To and fro, so that who gets the largest of one round gets the smallest of the next.
    mine = {sort for place, sort in enumerate(together) if (place % of, of - 1 - place % of)[place // of % 2] == share}
    many = sizes.keys() - set(together)
    return [
        (point, fault)
        for point, fault in aims
        if _sort(point) in mine or (_sort(point) in many and point.n % of == share)
    ]


class Side:
    """One end whose calls go wrong."""

    def __init__(self, name: str, stage: Stage, outcome: Outcome, seed: int) -> None:
        self.name = name
        self.stage = stage
        self.outcome = outcome
        self.seed = seed

    def measured(self) -> list[Point]:
        """Play a shift without faults and return its calls."""
        raise AssertionError(self.name)

    def try_one(self, point: Point, fault: str) -> tuple[bool, list[str]]:
        """Let one call go wrong; tell whether it came, and what is wrong afterwards."""
        raise AssertionError(self.name)

    def run(self, budget: int, share: int = 0, of: int = 1, *, most_findings: int = MOST_FINDINGS) -> None:
        """Try a share of so many faults, all for 0, and stop when so much is found."""
        points, *others = (self.measured() for _ in range(MEASURED))
        points = [point for point in points if all(point in other for other in others)]
        self.outcome.calls = len(points)
        aims = shared(chosen(points, budget, self.seed), share, of)
        if self.aim(aims, most_findings):
            self._count_uncovered(aims)

    def aim(self, aims: Iterable[Aim], most_findings: int = MOST_FINDINGS) -> bool:
        """Let one call after another go wrong; tell whether all were tried before too much was found."""
        for point, fault in aims:
            for place in (*(point.n,) * ATTEMPTS, *range(point.n - 1, 0, -1)[:ATTEMPTS], 1):
                is_hit, findings = self.try_one(replace(point, n=place), fault)
                self._note(replace(point, n=place), fault, findings)
                if is_hit or findings:
                    break
            self.outcome.not_reached += place != point.n or not is_hit
            if is_hit:
                self._cover(point, fault)
            if len(self.outcome.findings) >= most_findings:
                return False
        return True

    def _note(self, point: Point, fault: str, findings: Iterable[str]) -> None:
        replay = replay_of("calls", self.name, fault, point, self.seed)
        for finding in findings:
            sort, _, sentence = finding.partition(": ")
            self.outcome.findings.append(f"{sort}: {self.name}, {fault} at {point}: {sentence} ({replay})")

    def _cover(self, point: Point, fault: str) -> None:
        self.outcome.tried += 1
        hits = self.outcome.coverage.setdefault(fault, {})
        where = self._where(point)
        hits[where] = hits.get(where, 0) + 1

    def _where(self, point: Point) -> str:
        return f"{self.name}: {' '.join(_sort(point)).strip()}"

    def _count_uncovered(self, aims: Sequence[Aim]) -> None:
        wanted = dict.fromkeys((fault, self._where(point)) for point, fault in aims)
        self.outcome.uncovered += [
            f"{where} never met {fault}" for fault, where in wanted if where not in self.outcome.coverage.get(fault, {})
        ]
        count = self.outcome.not_reached
        if count > max(ALWAYS_MAY, MOST_NOT_REACHED * len(aims)):
            self.outcome.uncovered.append(f"{self.name}: {count} of {len(aims)} calls did not come")


def _sort(point: Point) -> tuple[str, str]:
    return (point.phase, point.call)


class TabletSide(Side):
    """The tablet's calls go wrong; the case API beside it is well."""

    def measured(self) -> list[Point]:
        path, stream = self.stage.fresh()
        board = self.stage.shim.new_board()
        told, _ = lines_of_child(lambda say: self._shift(path, stream, board, None, "", say))
        inspector.expect_whole(told)
        assert not self.stage.compared(path, told)
        return points_on(board.contents)

    def try_one(self, point: Point, fault: str) -> tuple[bool, list[str]]:
        shim = self.stage.shim
        path, stream = self.stage.fresh()
        board = shim.new_board()
        told, status = lines_of_child(lambda say: self._shift(path, stream, board, point, fault, say))
        is_hit = bool(board.contents.fired)
        shim.drop(board)
        is_stuck = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
        stuck = [f"stuck: the shift did not end in {MOST_S} s"] if is_stuck else []
        return is_hit, stuck + self.stage.compared(path, told)

    def _shift(
        self,
        path: Path,
        stream: UUID,
        board: Any,
        point: Point | None,
        fault: str,
        say: Callable[[inspector.Told], None],
    ) -> None:
        shift = inspector.Shift(path, stream, say)
        shim = self.stage.shim
        shim.use(board)
        shim.watch(path.parent)
        shim.arm(*((point.n, fault, point.call) if point else (0,)))
        shift.play()


class ServerSide(Side):
    """The case API's calls go wrong, while it starts, serves, judges or stops; the tablet is well.

    Nothing is judged while it serves: by the clock it would be so now and then. So a server that stops leaves work to
    its successor.
    """

    def measured(self) -> list[Point]:
        server = self.stage.server
        server.kill()
        assert server.start(is_counting=True)
        starting = self._counted("starting")
        # What a server does only once in its life is no part of each shift.
        self._whole_shift()
        assert server.judge()
        assert server.count()
        told, path = self._shift()
        serving = self._counted("serving")
        inspector.expect_whole(told)
        assert server.count()
        assert server.judge()
        judging = self._counted("judging")
        assert not self.stage.compared(path, told)
        self._whole_shift()
        assert server.count()
        server.stop()
        stopping = self._counted("stopping")
        server.start()
        assert server.judge()
        return [*starting, *serving, *judging, *stopping]

    def try_one(self, point: Point, fault: str) -> tuple[bool, list[str]]:
        server = self.stage.server
        is_up = True
        if point.phase == "starting":
            server.kill()
            is_up = server.start(point, fault)
        elif point.phase == "serving":
            is_up = server.arm(point, fault)
        told, path = self._shift() if is_up else ([], self.stage.fresh()[0])
        if point.phase == "judging":
            server.arm(point, fault)
            server.judge()
        elif point.phase == "stopping":
            server.arm(point, fault)
            server.stop()
        is_hit = bool(self._board.fired)
        if point.phase == "stopping" or not server.disarm():
            server.kill()
            server.start()
        return is_hit, [*self.stage.compared(path, told), *self._judged()]

    def _judged(self) -> list[str]:
        """Let the server judge without faults and return what is wrong then."""
        server = self.stage.server
        if not server.judge():
            server.kill()
            server.start()
            return ["stuck: the server does not judge any more"]
        return inspector.judged(self.stage.central)

    @property
    def _board(self) -> Board:
        return self.stage.server.board

    def _counted(self, phase: str) -> list[Point]:
        return points_on(self._board, phase)

    def _whole_shift(self) -> None:
        told, path = self._shift()
        inspector.expect_whole(told)
        assert not self.stage.compared(path, told)

    def _shift(self) -> tuple[list[inspector.Told], Path]:
        path, stream = self.stage.fresh()
        told: list[inspector.Told] = []
        try:
            # Here and not in a child: the tablet is well, and to fork costs as much as the shift.
            with in_time():
                inspector.Shift(path, stream, told.append).play()
        except Stuck:
            told.append({"what": "unexpected", "error": f"the shift did not end in {MOST_S} s"})
        return told, path


def _share(share: str = "0", of: str = "1", planted: str = "") -> tuple[int, int, str]:
    return int(share), int(of), planted


SIDES = {"tablet": TabletSide, "server": ServerSide}


def main(side: str, what: str, *words: str) -> None:
    make_ready()
    is_one = what in FAULTS
    seed = int(words[1] if is_one else words[0])
    share, of, planted = (0, 1, "") if is_one else _share(*words[1:])
    plant(planted)
    folder = scratch("points")
    outcome = Outcome()
    stage = Stage(folder, seed, holds_judging=side == "server")
    try:
        stage.prepare()
        faulty = SIDES[side](side, stage, outcome, seed)
        if is_one:
            faulty.aim([(Point.of(words[0]), what)])
        else:
            faulty.run(int(what), share, of, most_findings=1 if planted else MOST_FINDINGS)
    finally:
        stage.server.kill()
        shutil.rmtree(folder)
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
