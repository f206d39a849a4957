"""How many cases have come into each queue so far, counted in the transaction that moves a case."""

import sqlite3
from collections.abc import Collection


def count_arrivals(connection: sqlite3.Connection, district: str, queues: Collection[str]) -> None:
    """Count a case that has come into these queues, always in the same order of queues."""
    connection.executemany(
        "insert into queue_arrivals (district_id, queue, number) values (?, ?, 1)"
        " on conflict (district_id, queue) do update set number = queue_arrivals.number + 1",
        [(district, queue) for queue in sorted(queues)],
    )


def read_arrivals(connection: sqlite3.Connection, district: str, queues: Collection[str]) -> int:
    """Return how many cases have come into these queues, taken together."""
    total = 0
    for queue in queues:
        row = connection.execute(
            "select number from queue_arrivals where district_id = ? and queue = ?", (district, queue)
        ).fetchone()
        total += row[0] if row is not None else 0
    return total
