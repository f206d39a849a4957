"""Defects that can be planted into the real code of the process whose calls go wrong, by name."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sync.caseapi.errors import CaseApiError
from sync.caseapi.service.judging_loop import JudgingLoop
from sync.caseapi.storage.base import Judge
from sync.caseapi.storage.judged import Unjudged
from sync.caseapi.storage.sqlite import judging
from sync.caseapi.storage.sqlite.store import SqliteJudging
from sync.tablet.store import media_files
from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database


@dataclass(frozen=True, slots=True)
class Defect:
    """A piece of code in the place of another.

    Attributes:
        side: whose calls must fail for it to be noticed.
        where: the class or module.
        name: what of it is replaced.
    """

    side: Literal["tablet", "server"]
    where: object
    name: str
    code: Callable[..., object]


def _written_later(self: Database, name: str, change: Callable[[Connection], object]) -> object:
    if name == "saving a record":
        return self.writer.submit(name, change)
    return self.writer.run(name, change)


def _written_once(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _judged_until_refused(self: JudgingLoop) -> None:
    with contextlib.suppress(CaseApiError):
        await self._follow()


async def _counted_first(self: SqliteJudging, judge: Judge, limit: int) -> int:
    district = self._district

    def count(connection: sqlite3.Connection) -> Sequence[Unjudged]:
        records = judging._waiting(connection, district, limit)
        judging._mark_judged(connection, district, records)
        return records

    records = await self._writer.run(count, is_alone=True)
    await self._writer.run(lambda connection: judging._judge(connection, district, judge, records), is_alone=True)
    return len(records)


PLANTED = {
    "saved is said before the commit": Defect("tablet", Database, "write", _written_later),
    "a photo's write is not gone on with": Defect("tablet", media_files, "_write_synced", _written_once),
    "judging is given up when the disk refuses": Defect("server", JudgingLoop, "run", _judged_until_refused),
    "records count as judged before they are": Defect("server", SqliteJudging, "judge_waiting", _counted_first),
}


def plant(name: str) -> None:
    """Put a named defect into this process; no name plants none."""
    if name:
        defect = PLANTED[name]
        setattr(defect.where, defect.name, defect.code)
