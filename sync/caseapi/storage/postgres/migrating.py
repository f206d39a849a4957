"""Brings a PostgreSQL database to this program's schema; of several processes at once, one does."""

from importlib.resources import files
from typing import Any, cast

from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.session import LEASE_CLASS, signed32
from sync.caseapi.storage.sqlite.migrating import Step, check_schema

_STEPS_TABLE = """
create table if not exists schema_step (
    number bigint primary key,
    name text collate "C" not null,
    sha256 text collate "C" not null,
    applied_ms bigint not null
)
"""

_ONE_AT_A_TIME = f"select pg_advisory_xact_lock({LEASE_CLASS}, {signed32('schema')})"


def shipped_steps() -> tuple[Step, ...]:
    """Return the steps this program knows, in order."""
    folder = files("sync.caseapi.storage.migrations.postgres")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(Step(int(entry.name[:4]), entry.name, entry.read_text("utf-8")) for entry in found)


def migrate(connection: PostgresConnection, steps: tuple[Step, ...], now_ms: int) -> int:
    """Apply the steps that are due, all in one transaction, and return how many.

    Raises:
        SchemaRefused: the database is newer, or an applied step differs from the shipped one.
    """
    connection.script("begin")
    try:
        connection.script(_ONE_AT_A_TIME)
        connection.script(_STEPS_TABLE)
        due = check_schema(cast(Any, connection), steps)
        for step in due:
            connection.script(step.sql)
            connection.execute(
                "insert into schema_step (number, name, sha256, applied_ms) values (?, ?, ?, ?)",
                (step.number, step.name, step.digest, now_ms),
            )
        connection.script("commit")
    finally:
        if connection.in_transaction:
            connection.script("rollback")
    return len(due)
