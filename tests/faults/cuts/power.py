"""Power cuts at every moment of a recorded run: the disk of that moment is built, opened by the real code, checked."""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from tests.faults.cuts import server_shift, tablet_shift
from tests.faults.cuts.disk import Disk
from tests.faults.cuts.preload import ROOT, command, environment
from tests.faults.cuts.replays import replay_of
from tests.faults.cuts.server_check import check_server
from tests.faults.cuts.tablet_check import check_tablet
from tests.faults.cuts.trace import Mark, Operation, read_trace
from tests.faults.scratch import scratch

Told = dict[str, Any]
"""One thing that was said to somebody, by its `what`."""

Check = Callable[[Path, Sequence[Told]], list[str]]
"""Opens what is left in a folder and returns what contradicts the things said; empty when nothing does."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run of which every change of the disk is known.

    Attributes:
        name: which run: ``tablet`` or ``server``.
        folder: the watched folder.
        files: what stood in it before, by absolute path.
        operations: everything after, in order.
    """

    name: str
    folder: Path
    files: dict[str, bytes]
    operations: list[Operation]


@dataclass(frozen=True, slots=True)
class State:
    """A disk as it may be after a cut.

    Attributes:
        place: how many operations had happened.
        number: which of the states of that moment.
        keeping: how much of what was not synced is there: 0 nothing, 1 all.
    """

    place: int
    number: int
    keeping: float
    files: dict[str, bytes]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """States tried, and what was wrong in which."""

    states: int
    findings: tuple[str, ...]
    calls: dict[str, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that can be recorded.

    Attributes:
        prepare: makes what stands in the folder before.
        planted: names of the defects that its module can plant.
    """

    module: str
    prepare: Callable[[Path], None]
    check: Check
    planted: tuple[str, ...]


RUNS = {
    "tablet": Run(tablet_shift.__name__, lambda _: None, check_tablet, tablet_shift.PLANTED),
    "server": Run(server_shift.__name__, server_shift.prepared, check_server, server_shift.PLANTED),
}
"""Every run, by whose database it is about."""


def recorded(name: str, module: str, folder: Path, planted: str = "") -> Recorded:
    """Play a run in a child under the shim; the folder is as it was before."""
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    log = folder.with_name(f"{folder.name}.trace")
    words = [str(folder), str(log), *([planted] if planted else [])]
    done = subprocess.run(
        command(module, *words), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"the {name} run ended with {done.returncode}: {done.stderr}")
    return Recorded(name, folder, files, read_trace(log))


def states(run: Recorded, budget: int, seed: int) -> Iterator[State]:
    """Yield so many states, spread over all moments; every moment has one before any has two more."""
    changes = [place for place, operation in enumerate(run.operations) if not isinstance(operation, Mark)]
    share, rest = divmod(budget, len(changes))
    extra = set(Random(seed).sample(changes, rest))
    disk = Disk(run.files)
    told: list[Told] = []
    for place, operation in enumerate(run.operations):
        if isinstance(operation, Mark):
            told.append(msgspec.json.decode(operation.data))
            continue
        count = share + (place in extra)
        if count:
            yield from _numbered(disk, operation, place, range(count), told, seed)
        disk.apply(operation)


def state_at(run: Recorded, place: int, number: int, seed: int) -> State:
    """Return one state by its moment and its number there.

    Raises:
        ValueError: the run has no such moment.
    """
    if not (0 <= place < len(run.operations)) or isinstance(run.operations[place], Mark):
        raise ValueError(f"nothing changes the disk at operation {place} of {len(run.operations)}")
    disk = Disk(run.files)
    told: list[Told] = []
    for operation in run.operations[:place]:
        if isinstance(operation, Mark):
            told.append(msgspec.json.decode(operation.data))
        disk.apply(operation)
    return next(_numbered(disk, run.operations[place], place, range(number, number + 1), told, seed))


def _numbered(
    disk: Disk, operation: Operation, place: int, numbers: Iterable[int], told: Sequence[Told], seed: int
) -> Iterator[State]:
    for number in numbers:
        rng = Random(f"{seed}:{place}:{number}")
        keeping = rng.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        size = disk.size_of(operation)
        disk.apply_torn(operation, rng)
        files = disk.after_cut(rng, keeping)
        disk.take_back_torn(operation, size)
        yield State(place, number, keeping, files, tuple(told))


def tried(run: Recorded, check: Check, tries: Iterable[State], *, seed: int, most_findings: int = 20) -> Found:
    """Build, open and check states; stop early when enough is found."""
    findings: list[str] = []
    calls: dict[str, int] = {}
    count = 0
    folder = scratch("state")
    try:
        for state in tries:
            count += 1
            kind = type(run.operations[state.place]).__name__.lower()
            calls[kind] = calls.get(kind, 0) + 1
            _write(run, state, folder)
            where = f"power cut, {run.name}, seed {seed}, before operation {state.place} ({kind}), {state.keeping:.0%}"
            replay = replay_of("power", run.name, state.place, state.number, seed)
            findings += [f"{where}: {finding} ({replay})" for finding in check(folder, state.told)]
            if len(findings) >= most_findings:
                break
    finally:
        shutil.rmtree(folder)
    return Found(count, tuple(findings), calls)


def power_cuts(name: str, planted: str = "", *, budget: int, seed: int, most_findings: int = 20) -> Found:
    """Record one of the runs, with a planted defect or none, and try so many states of it."""
    with _recording(name, planted) as run:
        return tried(run, RUNS[name].check, states(run, budget, seed), seed=seed, most_findings=most_findings)


def power_cut(name: str, place: int, number: int, seed: int, *, planted: str = "") -> Found:
    """Record a run and try one state of it.

    Raises:
        ValueError: the run has no such moment.
    """
    with _recording(name, planted) as run:
        return tried(run, RUNS[name].check, [state_at(run, place, number, seed)], seed=seed)


@contextmanager
def _recording(name: str, planted: str) -> Iterator[Recorded]:
    folder = scratch("power")
    watched = folder / "watched"
    watched.mkdir()
    try:
        RUNS[name].prepare(watched)
        yield recorded(name, RUNS[name].module, watched, planted)
    finally:
        shutil.rmtree(folder)


def _write(run: Recorded, state: State, folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, data in state.files.items():
        # The wal-index is no data: it is made anew by whoever opens the database first.
        if name.endswith("-shm"):
            continue
        path = folder / Path(name).relative_to(run.folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
