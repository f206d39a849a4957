"""A share of one processor for a process: by the kernel where it lets us, else by stopping and letting go in turn."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PERIOD_MS = 100
"""Length of a turn, the kernel's usual one and what systemd's CPUQuota= takes."""

_ROOT = Path("/sys/fs/cgroup")


@contextmanager
def held_to(pid: int, share: float) -> Iterator[str]:
    """Hold a process to a share of one processor; give back by what means."""
    group = _group(share)
    if group is not None:
        try:
            _write(group / "cgroup.procs", str(pid))
            yield "the kernel's quota"
        finally:
            # Who is in the group must leave it, or must have ended, before it can go; the process has started others.
            for member in (group / "cgroup.procs").read_text().split():
                with suppress(ProcessLookupError):
                    _write(group.parent / "cgroup.procs", member)
            group.rmdir()
        return
    done = threading.Event()
    turns = threading.Thread(target=_stop_and_go, args=(pid, share, done))
    turns.start()
    try:
        yield "stopping and letting go"
    finally:
        done.set()
        turns.join()


def _group(share: float) -> Path | None:
    """Return a fresh control group with that quota, None where the kernel lets nobody make one here."""
    quota_us, period_us = round(share * PERIOD_MS * 1000), PERIOD_MS * 1000
    ways = {
        _ROOT: {"cpu.max": f"{quota_us} {period_us}"},
        _ROOT / "cpu": {"cpu.cfs_period_us": str(period_us), "cpu.cfs_quota_us": str(quota_us)},
    }
    for root, settings in ways.items():
        group = root / f"xunge-bench-{os.getpid()}"
        if not (root / "cgroup.procs").exists():
            continue
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            for setting, value in settings.items():
                _write(group / setting, value)
        except OSError:
            group.rmdir()
            continue
        return group
    return None


def _write(setting: Path, value: str) -> None:
    # The kernel's files are there or not; none is made.
    with setting.open("r+") as file:
        file.write(value)


def _stop_and_go(pid: int, share: float, done: threading.Event) -> None:
    while not done.wait(share * PERIOD_MS / 1000):
        os.kill(pid, signal.SIGSTOP)
        done.wait((1 - share) * PERIOD_MS / 1000)
        os.kill(pid, signal.SIGCONT)
