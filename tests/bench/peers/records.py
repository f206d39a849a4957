"""Records a second until they are at the server, durable there, beside two other ways. Installs them for the run.

PouchDB replicates to express-pouchdb at default settings. It carries revision trees and syncs both ways, which records
that are only appended do not need; and its files are not flushed to the disk at each write, as ours are. The naive
way is FastAPI with pydantic and SQLAlchemy over SQLite, 100 records a request, durable on both ends. Neither signs,
chains, judges, folds or gives receipts. Before a clock starts, the programs of each way are loaded and have spoken with
each other once.
"""

import json
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.end_to_end import RECORDS, product
from tests.bench.pair import Pair, prepare_pair
from tests.bench.peers.installing import python_with
from tests.bench.rounds import Figures, in_turn, ratio_said
from tests.bench.served import POLL_S

NPM = ("pouchdb@9.0.0", "express-pouchdb@4.2.0", "express@4.21.2")
PIP = ("fastapi==0.115.12", "uvicorn[standard]==0.34.2", "sqlalchemy==2.0.40", "httpx==0.28.1")
HERE = Path(__file__).parent
LEAST_OVER_POUCH = 8.0
"""Least gain over PouchDB at default settings; 12 is aimed at."""

START_S = 30.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xunge-peers-") as name:
        folder = Path(name)
        python = _installed(folder)
        pair = prepare_pair(folder / "ours", RECORDS, time.time_ns() // 1_000_000)
        records = _exported(pair, folder / "records.jsonl")
        folded: list[float] = []
        figures = in_turn(
            {
                "whole product": lambda: product(pair, folded),
                "PouchDB to express-pouchdb": lambda: _pouch(folder, records),
                "FastAPI and SQLAlchemy": lambda: _naive(folder, python, records),
            }
        )
    ours, pouch, naive = figures.values()
    is_kept = ratio_said("whole product over PouchDB", ours.median / pouch.median, least=LEAST_OVER_POUCH)
    all_folded = Figures(tuple(folded))
    ratio_said("whole product, all folded, over PouchDB", all_folded.median / pouch.median)
    ratio_said("whole product over FastAPI and SQLAlchemy", ours.median / naive.median)
    for name, each in {**figures, "whole product, all folded": all_folded}.items():
        print(f"{name}: {each.said('records/s')}")
    return 0 if is_kept else 1


def _installed(folder: Path) -> Path:
    (folder / "package.json").write_text('{"private": true}', encoding="ascii")
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *NPM], cwd=folder, check=True)
    return python_with(folder, *PIP)


def _exported(pair: Pair, target: Path) -> Path:
    source = sqlite3.connect(pair.journal)
    with target.open("wb") as file:
        for (record,) in source.execute("select record from records order by n"):
            file.write(record + b"\n")
    source.close()
    return target


def _pouch(folder: Path, records: Path) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        (Path(name) / "server").mkdir()
        command = ["node", _beside(folder, "pouch_server.cjs"), f"{name}/server"]
        with _running(command) as server:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            return _rate(["node", _beside(folder, "pouch_client.cjs"), name, port, str(records)])


def _naive(folder: Path, python: Path, records: Path) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        port = _free_port()
        command = [str(python), str(HERE / "naive_server.py"), f"{name}/server.db", str(port)]
        with _running(command):
            _wait_for(port)
            origin = f"http://127.0.0.1:{port}"
            return _rate([str(python), str(HERE / "naive_client.py"), f"{name}/outbox.db", origin, str(records)])


def _beside(folder: Path, script: str) -> str:
    """Copy a script beside the installed packages, where node looks for them."""
    target = folder / script
    target.write_bytes((HERE / script).read_bytes())
    return str(target)


def _rate(command: list[str]) -> float:
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    assert told["held"] == RECORDS, told
    return RECORDS / float(told["seconds"])


@contextmanager
def _running(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(POLL_S)
        else:
            return
    raise SystemExit("the naive server did not start")
