"""What a process uses, as the kernel counts it."""

import time
from collections.abc import Iterator
from pathlib import Path


def cpu_ms(pid: int) -> float:
    """Return the processor time of all threads of a process."""
    times = [path.read_text().split()[0] for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(map(int, times)) / 1e6


def resident_mb(pid: int, kind: str = "VmRSS") -> float:
    """Return the resident memory of a process in MiB: now, or with `VmHWM` the most it ever had."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) / 1024


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it has started, and they in turn, as far as they have not ended."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            yield from family(int(child))


def family_mb(pid: int) -> float:
    """Return the resident memory of a process and of all that it has started in MiB."""
    return sum(map(_resident_or_ended, family(pid)))


def most_family_mb(pid: int, seconds: float, *, every_s: float = 0.05) -> float:
    """Watch a process and all that it starts for a while; return the most memory that they had together."""
    end_s, most_mb = time.monotonic() + seconds, 0.0
    while time.monotonic() < end_s:
        most_mb = max(most_mb, family_mb(pid))
        time.sleep(every_s)
    return most_mb


def wait_alone(pid: int, patience_s: float) -> None:
    """Wait until nothing is left of what a process has started.

    Raises:
        TimeoutError: something still is.
    """
    end_s = time.monotonic() + patience_s
    while len(list(family(pid))) > 1:
        if time.monotonic() > end_s:
            raise TimeoutError(f"process {pid} is not alone after {patience_s} s")
        time.sleep(0.1)


def _resident_or_ended(pid: int) -> float:
    try:
        return resident_mb(pid)
    except (OSError, StopIteration):
        return 0.0
