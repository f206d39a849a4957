"""Nothing heavy is loaded before it is asked for: screens by headless commands, the network by the first paint."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

RUN_AND_LIST = """
import json, sys
command = json.loads(sys.argv[1])
sys.argv = command
try:
    from fieldapp.cli import main
    code = main(command[1:])
except SystemExit as stopped:
    code = stopped.code
sys.stdout.flush()
print("\\n" + json.dumps({"code": code, "modules": sorted({name.split(".")[0] for name in sys.modules})}))
"""
"""Runs a command as the console script does, then prints which packages it loaded."""

IMPORT_AND_LIST = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print("\\n" + json.dumps({"code": 0, "modules": sorted({name.split(".")[0] for name in sys.modules})}))
"""

SCREENS = {"textual", "rich"}
LATE = {
    *("httpx", "cryptography", "sqlite_utils", "PIL", "pypinyin", "babel", "numpy", "serial", "qrcode", "zxingcpp"),
    *("argparse", "tomllib", "zoneinfo"),
}
"""What the app loads on first use, never before the first paint."""
SERVER = {"litestar", "uvicorn", "jinja2", "structlog", "prometheus_client"}
"""What a tablet has no use for."""


def loaded(script: str, argument: list[str], home: Path) -> tuple[int, set[str]]:
    """Run a script in a fresh interpreter with an empty home; return (exit status, top-level packages loaded)."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(home)}
    command = [sys.executable, "-c", script, json.dumps(argument)]
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout.splitlines()[-1])
    return answer["code"], set(answer["modules"])


@pytest.mark.parametrize("command", ["sync", "export", "doctor", "devices decode"])
def test_help_of_a_headless_command_loads_no_screens(command: str, tmp_path: Path) -> None:
    code, modules = loaded(RUN_AND_LIST, ["fieldapp", *command.split(), "--help"], tmp_path)
    assert code == 0
    assert not modules & SCREENS, f"`fieldapp {command}` loads {modules & SCREENS}: import it where it is used"


@pytest.mark.parametrize("command", ["sync", "sync --json", "export --to out", "doctor"])
def test_a_headless_command_on_an_empty_tablet_loads_no_screens(command: str, tmp_path: Path) -> None:
    code, modules = loaded(RUN_AND_LIST, ["fieldapp", *command.replace("out", str(tmp_path)).split()], tmp_path)
    assert code in {0, 1}, "an empty tablet is no wrong usage"
    assert not modules & SCREENS, f"`fieldapp {command}` loads {modules & SCREENS}: import it where it is used"


def test_the_app_is_imported_without_what_only_later_work_needs(tmp_path: Path) -> None:
    names = ["fieldapp.cli", "fieldapp.cli.app_command", "fieldapp.bootstrap", "fieldapp.app"]
    _, modules = loaded(IMPORT_AND_LIST, names, tmp_path)
    assert "textual" in modules
    heavy = modules & (LATE | SERVER)
    assert not heavy, f"importing the app loads {sorted(heavy)}: import it in the function that uses it"


def test_the_plain_mode_loads_no_screens_and_nothing_that_only_later_work_needs(tmp_path: Path) -> None:
    code, modules = loaded(RUN_AND_LIST, ["fieldapp", "--plain"], tmp_path)
    assert code == 0, "the input has ended at once"
    assert not modules & (SCREENS | SERVER)
    _, modules = loaded(RUN_AND_LIST, ["fieldapp", "--plain"], tmp_path)
    heavy = modules & (SCREENS | SERVER | LATE)
    assert not heavy, f"over a database that is there the plain mode loads {sorted(heavy)}"


def test_a_headless_command_loads_nothing_of_the_case_api(tmp_path: Path) -> None:
    _, modules = loaded(RUN_AND_LIST, ["fieldapp", "sync"], tmp_path)
    assert not modules & SERVER


def test_a_sync_loads_the_http_client_without_its_command_line(tmp_path: Path) -> None:
    _, modules = loaded(IMPORT_AND_LIST, ["sync.tablet.client", "sync.tablet.session"], tmp_path)
    assert "httpx" in modules
    assert not modules & {"click", "pygments", "rich"}


def test_an_exchange_through_a_process_apart_loads_neither_network_nor_cryptography(tmp_path: Path) -> None:
    names = ["sync.tablet.apart.client", "sync.tablet.session", "sync.tablet.media_session", "sync.tablet.beside"]
    _, modules = loaded(IMPORT_AND_LIST, names, tmp_path)
    heavy = modules & {"httpx", "cryptography", "ssl", "_ssl", "http"}
    assert not heavy, f"the app's side loads {sorted(heavy)}: what costs its memory belongs to the process apart"


def test_nothing_is_loaded_before_the_pack_is_in_use(tmp_path: Path) -> None:
    _, modules = loaded(IMPORT_AND_LIST, ["fieldapp.__main__"], tmp_path)
    early = modules & {"contextlib", "logging", "msgspec", "pathlib", "sqlite3", "gettext", "asyncio"}
    assert not early, f"the command loads {sorted(early)} file by file: the pack has them"


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    _, modules = loaded(IMPORT_AND_LIST, ["textual.app", "httpx"], tmp_path)
    assert {"textual", "rich", "httpx"} <= modules
