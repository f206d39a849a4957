"""The real case API in virtual time: its ASGI application, services and SQLite storage; killed, restored, asked."""

import asyncio
import sqlite3
import struct
from base64 import b64decode
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from sync.caseapi.api.guard import Guard
from sync.caseapi.app import make_app
from sync.caseapi.errors import CaseApiError
from sync.caseapi.service.case_api import CaseApi, compose
from sync.caseapi.service.receipts import receipt_signer
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.store import SqliteOptions, SqliteStorage
from sync.wire import MAX_REPLY_BYTES, SYNC_PATH, inflate_body
from tests.faults.agenda import Agenda, SimLoop
from tests.faults.current import Current
from tests.faults.disk import Disk, Killed
from tests.faults.journey import Answered, Received, Sent
from tests.faults.seams import STAGE, SteppedWriter, database_files, learn_kinds, looking
from tests.faults.templates import DISTRICT, ORIGIN, SERVER_KEYS

FSYNC_MS = (0, 1, 10, 40)
"""How long the writer takes to its next turn; what comes meanwhile shares the transaction."""

RECEIPT_FIELDS = struct.Struct(">16sI32s")
"""Stream, watermark and head within a receipt, behind version and incarnation (9 bytes)."""


class Around(Protocol):
    """The world as the case API sees it."""

    agenda: Agenda
    random: Random

    def note(self, who: str, what: str) -> None:
        """Write into the trace."""
        ...

    def cover(self, kind: str, point: str) -> None:
        """Count a fault."""
        ...

    def false_receipt(self, sentence: str) -> None:
        """Hear of a receipt that was untrue when it was signed."""
        ...


class _SignedOnly(msgspec.Struct):
    signed: str


class _ReceiptOnly(msgspec.Struct):
    receipt: _SignedOnly | None = None


_CURRENT = Current()
_APPS: list[Guard] = []


class Central:
    """One server with its disk; `start`, `kill` and `restore` as often as needed."""

    def __init__(self, around: Around, path: Path) -> None:
        self.path = path
        self.skew_ms = 0
        self.is_up = False
        self.disk = Disk("server", around.cover)
        self.loop = SimLoop(around.agenda)
        self._around = around
        self._storage: SqliteStorage | None = None
        self._truth: sqlite3.Connection | None = None
        self._answers: dict[int, Answered] = {}
        self._asked = 0
        self._is_turn_due = False
        self.is_up_to_date = False
        self.has_lost_photos = False
        self.media = path.with_suffix(".media")

    @property
    def api(self) -> CaseApi:
        """Return the services that run."""
        return _CURRENT.api

    def now_ms(self) -> int:
        """Return the server's wall clock."""
        return self._around.agenda.now_ms + self.skew_ms

    def start(self) -> None:
        """Start the process; a disk that fails at once ends it again."""
        if self.is_up:
            return
        self.disk = Disk("server", self._around.cover)
        STAGE.disks[str(self.path)] = STAGE.server_disk = self.disk
        STAGE.on_file_kill = self._dies_at_a_file
        learn_kinds(is_up_to_date=self.is_up_to_date)
        self.loop = SimLoop(self._around.agenda)
        STAGE.on_submit = self._take_turn
        STAGE.monotonic_s = self.loop.time
        options = SqliteOptions(
            path=self.path,
            receipt_log=self.path.with_suffix(".receipts.log"),
            sign=receipt_signer(SERVER_KEYS.receipt),
            now_ms=self.now_ms,
        )
        self._storage = SqliteStorage(options)
        _CURRENT.api = compose(
            self._storage,
            SERVER_KEYS,
            name="Simulated district",
            origin=ORIGIN,
            zone=ZoneInfo("Asia/Shanghai"),
            now_ms=self.now_ms,
            random_bytes=self._around.random.randbytes,
        )
        if not _APPS:
            _APPS.append(make_app(_CURRENT, spread=int))  # type: ignore[arg-type]  # stands for each of them in turn
        self.is_up = True
        self._truth = looking(self.path)
        self._around.note("server", f"starts, incarnation {self._storage.incarnation}")
        self.loop.create_task(_CURRENT.api.judging.run())

    def kill(self) -> None:
        """End the process without a word."""
        if not self.is_up:
            return
        self._around.note("server", "is killed")
        self.disk.is_dead = True
        self._leave()

    def stop(self) -> None:
        """End the process as an administrator does."""
        if not self.is_up:
            return
        self._around.note("server", "is stopped")
        assert self._storage is not None
        for _ in range(10_000):
            if not self._write_once():
                break
        if self.is_up:
            self._leave()

    def _leave(self) -> None:
        assert self._storage is not None
        assert self._truth is not None
        self.is_up = False
        self.loop.is_dead = True
        self._is_turn_due = False
        for task in asyncio.all_tasks(self.loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # a dead process does not complain
            task.get_coro().close()  # type: ignore[union-attr]  # every task here is of a coroutine
        self._truth.close()
        self._truth = None
        for reader in self._storage._readers._connections:
            reader.close()
        connection: Any = self._storage._writer._connection
        connection.pull()
        self._storage._lock.release()
        answers, self._answers = self._answers, {}
        for answered in answers.values():
            self._around.agenda.after(0, answered, None)

    def back_up(self, target: Path, incarnation: UUID) -> None:
        """Copy the database as `caseapi backup` does."""
        with SqliteInspection(self.path) as inspection:
            inspection.back_up(target, incarnation=incarnation)

    def restore(self, backup: Path) -> None:
        """Put a copy in the database's place and start over it."""
        self.kill()
        for file in database_files(self.path):
            file.unlink(missing_ok=True)
        self.path.write_bytes(backup.read_bytes())
        self.start()

    def held(self) -> set[bytes]:
        """Return the digests of all records that are durably held now."""
        return {digest for (digest,) in self.query("select digest from inbox")}

    def query(self, sql: str) -> list[Any]:
        """Read what is committed, beside the program."""
        if self._truth is not None:
            return self._truth.execute(sql).fetchall()
        with closing(looking(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def receive(self, sent: Sent, answered: Answered) -> None:
        """Take a request off a line."""
        if not self.is_up:
            answered(None)
            return
        self._asked += 1
        number = self._asked
        self._answers[number] = answered
        self.loop.create_task(self._serve(number, sent))

    def ask(self, work: Callable[[CaseApi], Coroutine[Any, Any, Any]], done: Callable[[Any], None]) -> None:
        """Let the desk do something; `done` gets its result, or None when it came to nothing."""
        if not self.is_up:
            done(None)
            return
        self._asked += 1
        number = self._asked
        self._answers[number] = done
        self.loop.create_task(self._work(number, work))

    async def _work(self, number: int, work: Callable[[CaseApi], Coroutine[Any, Any, Any]]) -> None:
        try:
            result = await work(_CURRENT.api)
        except CaseApiError as exc:
            self._around.note("desk", f"{exc.code}")
            result = None
        done = self._answers.pop(number, None)
        if done is not None:
            self._around.agenda.after(0, done, result)

    async def _serve(self, number: int, sent: Sent) -> None:
        status, headers, body = 0, {}, bytearray()
        waiting = _pieces(sent, self._around.random)

        async def receive() -> Any:
            if not waiting:
                return {"type": "http.disconnect"}
            delay_s, message = waiting.pop(0)
            if delay_s:
                await asyncio.sleep(delay_s)
            return message

        async def send(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                body.extend(message.get("body", b""))

        await _APPS[0](_scope(sent), receive, send)
        # A real server sends no body in answer to this.
        received = Received(status, headers, b"" if sent.method == "HEAD" else bytes(body))
        self._check(sent, received)
        self._around.note("server", f"{sent.kind}: {status}, {len(body)} bytes")
        answered = self._answers.pop(number, None)
        if answered is not None:
            answered(received if status else None)

    def _check(self, sent: Sent, received: Received) -> None:
        if sent.path != SYNC_PATH or received.status != 200:
            return
        body = inflate_body(received.body, received.headers.get("content-encoding", ""), limit_bytes=MAX_REPLY_BYTES)
        reply = msgspec.json.decode(body, type=_ReceiptOnly)
        if reply.receipt is None:
            return
        # Whether it is signed by our key is judged by the tablets, and by `verify` in the end.
        stream, watermark, head = RECEIPT_FIELDS.unpack_from(b64decode(reply.receipt.signed), 9)
        assert self._truth is not None
        if not _is_held(self._truth, stream, watermark, head):
            self._around.false_receipt(f"a receipt says {stream.hex()} to {watermark}, which is not held")

    def _take_turn(self, writer: SteppedWriter) -> None:
        if not self._is_turn_due:
            self._is_turn_due = True
            self._around.agenda.after(self._around.random.choice(FSYNC_MS), self._turn, self.loop)

    def _turn(self, loop: SimLoop) -> None:
        if loop is not self.loop or loop.is_dead:
            return
        self._is_turn_due = False
        if self._write_once() and not self._is_turn_due:
            self._is_turn_due = True
            self._around.agenda.after(self._around.random.choice(FSYNC_MS), self._turn, self.loop)

    def _write_once(self) -> bool:
        assert self._storage is not None
        writer = self._storage._writer
        assert isinstance(writer, SteppedWriter)
        try:
            return writer.step()
        except Killed:
            self._around.note("server", "dies in a transaction")
            self._leave()
            self._around.agenda.after(self._around.random.choice((50, 3_000, 60_000)), self.start)
            return False

    def _dies_at_a_file(self) -> None:
        dying = self.loop
        dying.is_dead = True

        def leave() -> None:
            if dying is self.loop and self.is_up:
                self._around.note("server", "dies over a photo")
                self._leave()
                self._around.agenda.after(self._around.random.choice((50, 3_000, 60_000)), self.start)

        self._around.agenda.after(0, leave)


def _pieces(sent: Sent, random: Random) -> list[tuple[float, dict[str, Any]]]:
    """Return a body as it arrives: in one piece, or the part of a photo in several with pauses between."""
    body, pieces = sent.body[: sent.cut_at], list[tuple[float, dict[str, Any]]]()
    if sent.method == "PATCH" and len(body) > 1 and random.random() < 0.5:
        place = random.randrange(1, len(body))
        pieces.append((0.0, {"type": "http.request", "body": body[:place], "more_body": True}))
        body = body[place:]
    is_cut = sent.cut_at is not None
    pieces.append((sent.pause_s, {"type": "http.request", "body": body, "more_body": is_cut}))
    return pieces


def _scope(sent: Sent) -> dict[str, Any]:
    path, _, query = sent.path.partition("?")
    headers = {"host": "127.0.0.1", "content-length": str(len(sent.body))} | dict(sent.headers)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def _is_held(truth: sqlite3.Connection, stream: bytes, watermark: int, head: bytes) -> bool:
    """Tell whether what is committed now are the records 1 to a watermark, with this head there."""
    counted, found = truth.execute(
        "select count(*), max(case when n = ? then head end) from inbox"
        " where district_id = ? and stream = ? and n <= ?",
        (watermark, DISTRICT, stream, watermark),
    ).fetchone()
    return bool(counted >= watermark and found == head)
