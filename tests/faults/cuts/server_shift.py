"""A day of the case API's database, played in a child under the shim: enrolment, exchanges together, judging, receipts.

Run as ``python -m tests.faults.cuts.server_shift FOLDER LOG [PLANTED]`` over a folder with a prepared database.
"""

import asyncio
import os
import sqlite3
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from sync.caseapi.storage import receipt_log, staging
from sync.caseapi.storage.sqlite import connection
from sync.media import upload_state
from tests.faults.cuts.preload import Shim
from tests.sync.caseapi.harness import Clock, Desk, Tablet, entry, open_case_api, prepare
from tests.sync.caseapi.media_desk import name_of, patch, picture, ref

DATABASE = "central.db"
ROUNDS = 2
TABLETS = 3
CHECKPOINT_PAGES = 60
"""So that checkpoints fall into the middle of exchanges, as after 4,000 pages of a day."""
PLANTED = (
    "synchronous=NORMAL on the server",
    "receipt log without fsync",
    "answer before commit",
    "photo renamed before it is synced on the server",
)
PHOTO_BYTES = 5_000

Say = Callable[[dict[str, object]], None]


class Day:
    """Tablets that sync at the same time, again and again, and a server that is stopped between rounds."""

    def __init__(self, folder: Path, say: Say) -> None:
        self.path = folder / DATABASE
        self.say = say
        self.clock = Clock()
        self.clock.drawn = 1_000
        self.tablets: list[Tablet] = []
        self.planted: Callable[[Path], sqlite3.Connection] | None = None

    async def play(self) -> None:
        for round_number in range(ROUNDS):
            connect = self.planted or connection.connect_writing
            case_api = open_case_api(self.path, self.clock, connect=connect)
            desk = Desk(case_api, self.clock)
            async with desk.serving():
                await self._published(desk, round_number)
                if not self.tablets:
                    self.tablets = [await self._joined(desk) for _ in range(TABLETS)]
                for tablet in self.tablets:
                    tablet.client = desk.client
                await asyncio.gather(*(self._syncs(tablet, number) for number, tablet in enumerate(self.tablets)))
                judged = asyncio.create_task(desk.fold())
                await asyncio.gather(*(self._syncs(tablet, 1) for tablet in self.tablets))
                await judged
                await desk.fold()
            self.say({"what": "judged", "records": sum(len(tablet.records) for tablet in self.tablets)})
            await case_api.storage.close()

    async def _published(self, desk: Desk, round_number: int) -> None:
        if not round_number:
            await desk.import_small_district()
        changes = [entry("catalogue", "note", f"{round_number}-{number}", {"n": number}) for number in range(5)]  # type: ignore[arg-type]  # any body travels
        await desk.publish(changes)
        self.say({"what": "published", "entries": [change.id for change in changes]})

    async def _joined(self, desk: Desk) -> Tablet:
        tablet = await desk.tablet()
        self.say({"what": "joined", "device": tablet.device})
        return tablet

    async def _syncs(self, tablet: Tablet, number: int) -> None:
        for batch in range(3):
            start = len(tablet.records) + 1
            tablet.fill(2 + number)
            photo = picture(PHOTO_BYTES + 7 * number, batch)
            tablet.case(description="楼道堆物" * (1 + 20 * batch), media=(ref(photo),))
            records = [b64encode(record).decode() for record in tablet.records[start - 1 :]]
            self.say({"what": "offered", "stream": str(tablet.stream), "records": records})
            reply = await tablet.sync(start)
            assert reply.receipt is not None
            self.say(
                {
                    "what": "held",
                    "stream": str(tablet.stream),
                    "watermark": reply.watermark,
                    "head": reply.head,
                    "signed": reply.receipt.signed,
                }
            )
            await self._uploads(tablet, photo)

    async def _uploads(self, tablet: Tablet, photo: bytes) -> None:
        half = PHOTO_BYTES // 2
        for offset, part in ((0, photo[:half]), (half, photo[half:])):
            answer = await patch(tablet, name_of(photo), offset, part)
            upload = upload_state(answer.headers)
            if upload is None:
                continue
            name = name_of(photo)
            begun = sha256(photo[: upload.offset]).hexdigest()
            told = {"sha256": name, "device": tablet.device, "offset": upload.offset, "begun": begun}
            self.say({"what": "taken"} | told)


def plant(day: Day, name: str) -> None:
    """Put a named defect into the real code of this process."""
    if name == PLANTED[0]:
        day.planted = _normal
    elif name == PLANTED[1]:
        receipt_log.os = _NoSync()  # type: ignore[attr-defined,assignment]  # only the module's own name for the system changes
    elif name == PLANTED[2]:
        day.planted = _late
    elif name == PLANTED[3]:
        staging.StagedPart.sync = _not_synced  # type: ignore[method-assign]  # the defect


def _not_synced(self: staging.StagedPart, *, is_whole: bool = False) -> int:
    return self.offset


def _normal(path: Path) -> sqlite3.Connection:
    made = connection.connect_writing(path)
    made.execute("pragma synchronous = normal")
    return made


class _NoSync:
    """The operating system, with a sync that does nothing."""

    def __getattr__(self, name: str) -> object:
        return (lambda _: None) if name in ("fsync", "fdatasync") else getattr(os, name)


class _Late(sqlite3.Connection):
    """Commits when the next transaction begins: everybody is answered before."""

    is_owed = False

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if sql == "commit" and self.in_transaction:
            self.is_owed = True
            return super().execute("select 1")
        if self.is_owed and (sql.startswith(("begin", "pragma wal_checkpoint"))):
            self.is_owed = False
            super().execute("commit")
        return super().execute(sql, parameters)


def _late(path: Path) -> sqlite3.Connection:
    made = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=_Late)
    for pragma in (*connection._PRAGMAS, "journal_mode = wal", "synchronous = full"):
        made.execute(f"pragma {pragma}")
    return made


def prepared(folder: Path) -> None:
    """Make the database and the keys with which the day begins."""
    prepare(folder / DATABASE, Clock())


def main(folder: str, log: str, planted: str = "") -> None:
    connection.CHECKPOINT_PAGES = CHECKPOINT_PAGES
    shim = Shim()
    day = Day(Path(folder), lambda told: shim.mark(msgspec.json.encode(told)))
    plant(day, planted)
    shim.watch(Path(folder))
    shim.record(Path(log))
    asyncio.run(day.play())


if __name__ == "__main__":
    main(*sys.argv[1:])
