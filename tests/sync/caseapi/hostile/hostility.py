"""What the tests of hostile requests share: the state before and after, and what a refusal must look like."""

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from sync.caseapi.api.problems import PROBLEM_TYPE
from sync.clock import parse_time
from sync.wire import SyncReply, decode_message, encode_message
from tests.sync.caseapi.dumping import rows_of
from tests.sync.caseapi.harness import Tablet

UNTOLD = frozenset({500, 501, 502, 504})
"""Statuses that would say that the server itself has failed."""

OURS = frozenset({"work_failed", "record_set_apart"})
"""What is logged where the program failed in a piece of work, or by a record."""


def state_of(database: Path) -> str:
    """Return a digest over every row of every table."""
    digest = sha256()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for line in rows_of(connection):
            digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


@asynccontextmanager
async def unchanged(database: Path) -> AsyncIterator[None]:
    """Assert that the database holds afterwards exactly what it held before."""
    before = state_of(database)
    yield
    assert state_of(database) == before, "a refused request has changed something"


def refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """Return the problem of an answer, after checking that it is a proper one of these statuses."""
    assert not UNTOLD.intersection(statuses)
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == PROBLEM_TYPE
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"].startswith("E-")
    assert problem["title"]
    assert parse_time(problem["time"])
    assert "Traceback" not in answer.text
    if answer.status_code == 422:
        assert problem["path"].startswith("$"), problem
        assert problem["detail"], problem
    return problem


async def works_on(tablet: Tablet) -> SyncReply:
    """Assert that the tablet's next honest exchange is stored and answered."""
    tablet.check_in()
    answer = await tablet.post(encode_message(tablet.request()))
    assert answer.status_code == 200, answer.text
    reply = decode_message(answer.content, SyncReply)
    assert (reply.state, reply.watermark) == ("ok", len(tablet.records))
    return reply


async def all_refused(tablet: Tablet, database: Path, bodies: Iterable[bytes], *statuses: int, **headers: str) -> None:
    """Send signed bodies, assert that each is refused, none changes anything, and work goes on."""
    async with unchanged(database):
        for body in bodies:
            refused(await tablet.post(body, **headers), *statuses)
    await works_on(tablet)
