"""The reference shift as `make demo` plays it: through the screens, two cuts and a kill, counted on both sides."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fieldapp.demo.demo_terminal import processes_naming

pytestmark = pytest.mark.timeout(300)

FIGURES = {
    "recorded": 34,
    "stored": 34,
    "duplicates": 0,
    "lost": 0,
    "receipt_valid": True,
    "verified": True,
    "check_ins": 24,
    "problems": 4,
    "visits": 4,
    "kills": 1,
    "network_cuts": 2,
    "photos_recorded": 8,
    "photos_stored": 8,
}


def demo(folder: Path, *words: str, language: str = "zh_CN.UTF-8", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the demo where there is no terminal."""
    environment = {**os.environ, "LANG": language, "TMPDIR": str(folder), **more}
    for name in ("LC_ALL", "LC_MESSAGES"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "fieldapp", "demo", *words]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
    )


def test_a_shift_of_34_records_survives_two_cuts_and_a_kill(tmp_path: Path) -> None:
    done = demo(tmp_path, "--headless", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert {name: figures[name] for name in FIGURES} == FIGURES
    # A position and a scan come through two ports: now and then the scan is first.
    assert figures["at_the_building"] > figures["check_ins"] // 2
    assert len(figures["receipt"]) == 6
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.count("\n") > 34, "every step is narrated"
    assert list(tmp_path.iterdir()) == []
    assert processes_naming(tmp_path) == []


def test_without_a_terminal_it_plays_the_narrated_shift_in_the_language_of_the_system(tmp_path: Path) -> None:
    done = demo(tmp_path, language="en_US.UTF-8")
    assert done.returncode == 0, done.stderr
    assert "34" in done.stdout
    narration = [line for line in done.stderr.splitlines() if not line.lstrip()[:1].isdecimal()]
    assert any("the app is killed (SIGKILL)" in line for line in narration)
    assert any("the network is cut" in line for line in narration)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_a_case_api_that_cannot_start_is_a_sentence_and_leaves_nothing(tmp_path: Path, language: str) -> None:
    broken = tmp_path / "broken" / "litestar"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('litestar is broken here')")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = demo(scratch, "--headless", language=language, PYTHONPATH=str(broken.parent))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "litestar is broken here" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert list(scratch.iterdir()) == []


def test_a_shift_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "fieldapp", "demo", "--headless"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(" 3 "):
                process.send_signal(signal.SIGTERM)
                break
        process.stderr.read()
        assert process.wait(60) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
    assert processes_naming(tmp_path) == []
