"""The settings, units and scripts of the central server fit one another and the program."""

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.config import load_config
from tests.house.tree import ROOT

CENTRAL = ROOT / "deploy" / "central"
CASEAPI = Path(sys.executable).with_name("caseapi")


def test_the_shipped_settings_are_valid() -> None:
    config = load_config(CENTRAL / "caseapi.toml", {})
    assert config.host == "127.0.0.1"
    assert not config.desk_open


def test_proxy_and_unit_use_the_port_that_the_program_listens_on() -> None:
    port = load_config(CENTRAL / "caseapi.toml", {}).port
    assert f"server 127.0.0.1:{port};" in CENTRAL.joinpath("nginx-xunge.conf").read_text(encoding="utf-8")
    assert f"SocketBindAllow=tcp:{port}\n" in CENTRAL.joinpath("xunge-caseapi.service").read_text(encoding="utf-8")


def test_everything_the_program_writes_lies_where_the_unit_lets_it() -> None:
    config = load_config(CENTRAL / "caseapi.toml", {})
    unit = CENTRAL.joinpath("xunge-caseapi.service").read_text(encoding="utf-8")
    state = Path("/var/lib") / re.findall(r"^StateDirectory=(\S+)$", unit, re.MULTILINE)[0]
    written = (config.database, config.receipt_key_path, config.seal_key_path, config.receipts_log_path)
    assert {path.parent for path in written} == {state}


@pytest.fixture
def server(tmp_path: Path) -> dict[str, str]:
    """The environment of the backup script over a new database in a folder of the test."""
    settings = CENTRAL.joinpath("caseapi.toml").read_text(encoding="utf-8").replace("/var/lib/xunge", str(tmp_path))
    tmp_path.joinpath("caseapi.toml").write_text(settings, encoding="utf-8")
    subprocess.run([CASEAPI, "init", "--config", tmp_path / "caseapi.toml"], check=True, capture_output=True)
    tmp_path.joinpath("backups").mkdir()
    return os.environ | {
        "XUNGE_BIN": str(CASEAPI.parent),
        "XUNGE_CONFIG": str(tmp_path / "caseapi.toml"),
        "XUNGE_RECEIPTS_LOG": str(tmp_path / "receipts.log"),
        "XUNGE_BACKUPS": str(tmp_path / "backups"),
    }


def back_up(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = CENTRAL / "backup-caseapi"
    return subprocess.run([script], env=environment, capture_output=True, text=True, check=False)


def test_the_backup_script_makes_a_copy_that_verifies(server: dict[str, str]) -> None:
    result = back_up(server)
    assert result.returncode == 0, result.stderr
    copy = Path(result.stdout.strip())
    assert copy.parent == Path(server["XUNGE_BACKUPS"])
    assert copy.stat().st_mode & 0o077 == 0


def test_the_backup_script_fails_when_the_copy_does_not_verify(server: dict[str, str]) -> None:
    given = {"code": "AAAAAA", "stream": str(UUID(int=1)), "watermark": 7, "time_s": 0, "incarnation": str(UUID(int=2))}
    line = json.dumps(given | {"device": str(UUID(int=3)), "signed": b64encode(bytes(129)).decode()})
    Path(server["XUNGE_RECEIPTS_LOG"]).write_text(f"{line}\n", encoding="utf-8")
    assert back_up(server).returncode == 1


def test_the_backup_script_lets_old_copies_go_and_nothing_else(server: dict[str, str]) -> None:
    old, other = (Path(server["XUNGE_BACKUPS"]) / name for name in ("caseapi-2020-01-01T000000Z.db", "notes.txt"))
    for path in (old, other):
        path.touch()
        os.utime(path, (0, 0))
    assert back_up(server).returncode == 0
    assert not old.exists()
    assert other.exists()
