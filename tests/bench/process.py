"""What a process uses, as the kernel counts it."""

from pathlib import Path


def cpu_ms(pid: int) -> float:
    """Return the processor time of all threads of a process."""
    times = [path.read_text().split()[0] for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(map(int, times)) / 1e6


def resident_mb(pid: int, kind: str = "VmRSS") -> float:
    """Return the resident memory of a process in MiB: now, or with `VmHWM` the most it ever had."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) / 1024
