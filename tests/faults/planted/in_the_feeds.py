"""Planted defects of what goes down."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sync.caseapi.storage.sqlite import feeding
from sync.caseapi.storage.sqlite.store import SqliteFeeds

COMMIT_S = (0.0, 100.0)
"""How long publications take in turn: a slow one is overtaken by the next."""


@contextmanager
def serial_feed_cursor() -> Iterator[None]:
    """Numbers are drawn before the transaction, so that a late commit appears behind a cursor that has passed it."""
    drawn: dict[tuple[int, str], int] = {}
    turns = [0]

    async def publish(feeds: Any, changes: Any) -> int:
        numbered: list[tuple[Any, int]] = []
        for change in changes:
            at = await feeds._readers.read(lambda db, c=change: feeding.scope_head(db, feeds._district, c.scope))
            key = (id(feeds), change.scope)
            drawn[key] = max(drawn.get(key, 0), at[0]) + 1
            numbered.append((change, drawn[key]))
        turns[0] += 1
        await asyncio.sleep(COMMIT_S[turns[0] % 2])

        def work(connection: Any) -> int:
            for change, number in numbered:
                _write_as(connection, feeds._district, change, number)
            return len(numbered)

        return int(await asyncio.wrap_future(feeds._writer.submit(work, is_alone=True)))

    with patch.object(SqliteFeeds, "publish", publish):
        yield


def _write_as(connection: Any, district: str, change: Any, number: int) -> None:
    reached, running = feeding.scope_head(connection, district, change.scope)
    _, running = feeding._write(connection, district, change, (number - 1, running))
    connection.execute(
        "insert into feed_scope (district_id, scope, number, running) values (?, ?, ?, ?)"
        " on conflict (district_id, scope) do update set number = excluded.number, running = excluded.running",
        (district, change.scope, max(reached, number), running),
    )
