"""A bound program dies with its parent, even where the parent is killed and can tidy nothing up."""

import signal
import subprocess
import sys

from fieldapp.demo.bound import bound_command

SLEEP = "import time; print('sleeps', flush=True); time.sleep(600)"
PARENT = f"""
import subprocess, sys
from fieldapp.demo.bound import bound_command
child = subprocess.Popen(bound_command([sys.executable, "-c", {SLEEP!r}]))
print(child.pid, flush=True)
child.wait()
"""


def test_a_bound_program_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        said = {parent.stdout.readline().strip(), parent.stdout.readline().strip()}
        assert "sleeps" in said
        parent.kill()
        # The pipe ends when its last writer has: that is the child.
        assert parent.stdout.read() == ""


def test_a_program_whose_parent_is_gone_already_does_not_start() -> None:
    command = [sys.executable, "-m", "fieldapp.demo.bound", "1", sys.executable, "-c", SLEEP]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "sleeps" not in done.stdout


def test_the_program_keeps_its_number_and_its_exit_status() -> None:
    script = "import os, signal, sys; print(os.getpid(), flush=True); sys.exit(7)"
    with subprocess.Popen(bound_command([sys.executable, "-c", script]), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert int(child.stdout.readline()) == child.pid
        assert child.wait() == 7


def test_a_killed_program_is_known_by_its_signal() -> None:
    with subprocess.Popen(bound_command([sys.executable, "-c", SLEEP]), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
