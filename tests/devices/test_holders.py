"""Who holds a port: found by open files, else by the lock, else nobody."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.holders import Holder, holder_of

HOLD = "import sys; file = open(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@contextmanager
def held(path: Path) -> Iterator[int]:
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        yield process.pid
        process.stdin.close()


def test_a_process_that_has_the_port_open_is_named_also_through_a_link(tmp_path: Path) -> None:
    port, link = tmp_path / "port", tmp_path / "link"
    port.touch()
    link.symlink_to(port)
    with held(port) as number:
        holder = holder_of(str(link))
    assert holder is not None
    assert holder.number == number
    assert holder.name.startswith("python")


def test_nobody_holds_a_port_that_is_free_absent_or_only_held_here(tmp_path: Path) -> None:
    port = tmp_path / "port"
    assert holder_of(str(port)) is None
    port.touch()
    assert holder_of(str(port)) is None
    with port.open():
        assert holder_of(str(port)) is None


def test_of_a_process_of_somebody_else_the_lock_is_seen(tmp_path: Path) -> None:
    port, processes = tmp_path / "port", tmp_path / "proc"
    port.touch()
    (processes / "4242").mkdir(parents=True)
    (processes / "4242" / "comm").write_text("ModemManager\n")
    facts = port.stat()
    name = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}:{facts.st_ino}"
    rows = [
        "1: POSIX  ADVISORY  WRITE 1 00:18:1 0 EOF",
        f"2: FLOCK  ADVISORY  WRITE 4242 {name} 0 EOF",
        f"2: -> FLOCK  ADVISORY  WRITE 77 {name} 0 EOF",
        "broken",
    ]
    (processes / "locks").write_text("\n".join(rows))
    assert holder_of(str(port), processes) == Holder(4242, "ModemManager")
    (processes / "4242" / "comm").unlink()
    assert holder_of(str(port), processes) == Holder(4242, "")
    (processes / "locks").unlink()
    assert holder_of(str(port), processes) is None
