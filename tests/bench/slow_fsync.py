"""A disk that is slow to say that something is on it, as worn flash memory is, for one process."""

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("slow_fsync.c")


def slow_fsync(folder: Path, delay_ms: int) -> dict[str, str]:
    """Return the variables with which each fsync of a process takes so much longer.

    Args:
        folder: where the library that does it is compiled, unless it is there already.
    """
    library = folder / "slow_fsync.so"
    if not library.exists():
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise SystemExit("this bench needs a C compiler")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "BENCH_FSYNC_MS": str(delay_ms)}
