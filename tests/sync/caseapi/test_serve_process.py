"""The server as a process: it listens, is killed at any moment, and holds all that it acknowledged."""

import asyncio
import gc
import json
import os
import resource
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.caseapi.cli import main
from sync.caseapi.cli.administering import _qr_text
from sync.caseapi.cli.serving import COLLECT_AFTER, OPEN_FILES, TURN_S, share_interpreter
from sync.caseapi.service.case_api import wall_ms
from sync.enrolment import compare_digits
from sync.wire import PROTOCOL, EnrolReply, EnrolRequest, decode_message, encode_message
from tests.sync.caseapi import harness
from tests.sync.caseapi.harness import Clock, Tablet


class Server:
    """`caseapi serve` over a database of the synthetic district."""

    def __init__(self, folder: Path) -> None:
        self.db = f"sqlite:///{folder / 'case.db'}"
        self.process: subprocess.Popen[str] | None = None
        assert main(["init", "--db", self.db]) == 0
        assert main(["demo-data", "--db", self.db]) == 0

    def start(self) -> str:
        command = [sys.executable, "-m", "sync.caseapi", "serve", "--port", "0", "--json", "--db", self.db]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        origin: str = json.loads(self.process.stdout.readline())["origin"]
        return origin

    def stop(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop(signal.SIGKILL)


def asked(capsys: pytest.CaptureFixture[str], server: Server, *words: str) -> dict[str, object]:
    assert main([*words, "--json", "--db", server.db]) == 0
    decoded: dict[str, object] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    return decoded


async def enrolled(server: Server, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]) -> Tablet:
    from base64 import b64encode

    tablet = Tablet(Clock(wall_ms(), drawn=int.from_bytes(os.urandom(6))), client)
    code = str((await asyncio.to_thread(asked, capsys, server, "enrol", "--grid", "230108001002001"))["code"])
    public = tablet.key.public_key().public_bytes_raw()
    body = encode_message(EnrolRequest(PROTOCOL, code, b64encode(public).decode()))
    headers = {"content-type": "application/json"}
    pending = decode_message((await client.post("/v1/enrol", content=body, headers=headers)).content, EnrolReply)
    tablet.receipt_key = b64decode(pending.receipt_key)
    digits = compare_digits(code, public, tablet.receipt_key)
    await asyncio.to_thread(asked, capsys, server, "enrol", "--confirm", digits)
    reply = decode_message((await client.post("/v1/enrol", content=body, headers=headers)).content, EnrolReply)
    tablet.device = str(reply.device)
    return tablet


async def test_a_server_killed_in_the_middle_holds_all_that_it_acknowledged(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = server.start()
    monkeypatch.setattr(harness, "ORIGIN", origin)
    acknowledged = 0
    async with httpx.AsyncClient(base_url=origin) as client:
        tablet = await enrolled(server, client, capsys)
        tablet.fill(60)
        for start in range(1, 41, 5):
            acknowledged = (await tablet.sync(start, start + 4)).watermark
        server.stop(signal.SIGKILL)
    assert asked(capsys, server, "verify")["records"] == acknowledged == 40
    origin = server.start()
    monkeypatch.setattr(harness, "ORIGIN", origin)
    async with httpx.AsyncClient(base_url=origin) as client:
        tablet.client = client
        assert (await tablet.sync(36)).watermark == 60
    assert server.stop(signal.SIGTERM) == 0
    report = asked(capsys, server, "verify")
    assert (report["records"], report["stored"], report["duplicates"], report["ok"]) == (60, 60, 0, True)


def test_it_raises_its_limit_of_open_files_to_what_it_may(server: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        server.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert server.process is not None
    assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[0] == min(hard, OPEN_FILES)


def test_the_port_file_appears_once_it_listens(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sync.caseapi", "serve", "--port", "0", "--db", server.db]
    command += ["--port-file", str(tmp_path / "port")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(2)]
        process.stdout.read(0)
        address = lines[0][-1]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert (tmp_path / "port").read_text().strip() == address.rpartition(":")[2]
    assert lines[1] == ["desk", f"{address}/desk"]


def test_a_port_in_use_is_named(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--db", server.db]) == 1
    assert port in capsys.readouterr().err


def test_an_offer_fits_a_small_terminal() -> None:
    drawn = _qr_text(f"XGE1 https://case.example:8650 NB4PPJ6167E50MYJ6X28DTWBG {'A' * 43}=").splitlines()
    assert len(drawn) <= 24


def test_the_interpreter_is_shared_in_short_turns_and_seldom_stopped_for_cycles() -> None:
    before, turn_s = gc.get_threshold(), sys.getswitchinterval()
    try:
        share_interpreter()
        assert gc.get_threshold() == COLLECT_AFTER > before
        assert gc.get_freeze_count() > len(gc.get_objects())
        assert sys.getswitchinterval() == pytest.approx(TURN_S)
        assert turn_s > TURN_S
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
        sys.setswitchinterval(turn_s)
