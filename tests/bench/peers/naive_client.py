"""The device of the naive way: an outbox table, batches of 100, marked as sent. Runs in the peers' own venv."""

import json
import sqlite3
import sys
import time

import httpx

BATCH_RECORDS = 100


def main(database: str, origin: str, records: str) -> None:
    outbox = sqlite3.connect(database, isolation_level=None)
    outbox.execute("pragma journal_mode = wal")
    outbox.execute("pragma synchronous = full")
    outbox.execute("create table outbox (n integer primary key, id text unique, data text, sent integer default 0)")
    outbox.execute("begin")
    with open(records, encoding="utf-8") as lines:
        rows = [(json.loads(line)["id"], line.strip()) for line in lines]
    outbox.executemany("insert into outbox (id, data) values (?, ?)", rows)
    outbox.execute("commit")
    with httpx.Client(base_url=origin, trust_env=False) as client:
        client.get("/count").raise_for_status()
        begun = time.perf_counter()
        _sent(outbox, client)
        seconds = time.perf_counter() - begun
        print(json.dumps({"seconds": seconds, "held": client.get("/count").json()}))


def _sent(outbox: sqlite3.Connection, client: httpx.Client) -> None:
    while batch := outbox.execute(
        "select n, data from outbox where sent = 0 order by n limit ?", (BATCH_RECORDS,)
    ).fetchall():
        body = "[" + ",".join(data for _, data in batch) + "]"
        client.post("/records", content=body.encode(), headers={"Content-Type": "application/json"}).raise_for_status()
        outbox.execute("begin")
        outbox.executemany("update outbox set sent = 1 where n = ?", [(n,) for n, _ in batch])
        outbox.execute("commit")


main(*sys.argv[1:])
