"""What a herd made the server take is given back when it is gone, also where small things were made in between."""

import subprocess
import sys

COUNT, LARGE_BYTES, SMALL_BYTES = 400, 100_000, 1_000
LEFT_MIB = 10
"""The large ones are 38 MiB together; what may stay of them is less than a quarter."""

GROWTH = f"""
import threading
from pathlib import Path
from sync.caseapi.memory import give_back

def resident_mib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

def herd():
    large = []
    for _ in range({COUNT}):
        large.append(b"x" * {LARGE_BYTES})
        kept.append(b"y" * {SMALL_BYTES})

kept = []
SWITCH
before = resident_mib()
for _ in range(2):
    thread = threading.Thread(target=herd)
    thread.start()
    thread.join()
print(resident_mib() - before)
"""


def grown_mib(switch: str) -> float:
    words = [sys.executable, "-c", GROWTH.replace("SWITCH", switch)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def test_large_buffers_go_back_to_the_system_at_once() -> None:
    assert grown_mib("give_back()") < LEFT_MIB


def test_without_it_they_stay() -> None:
    assert grown_mib("") > LEFT_MIB
