"""Brings a database to this program's schema, step by step; refuses a newer one and an edited step."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from sync.caseapi.errors import SchemaRefused

_STEPS_TABLE = """
create table if not exists schema_step (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_ms integer not null
)
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered schema step and its SQL."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """Return what is recorded of the step, so that an edit is noticed."""
        return sha256(self.sql.encode()).hexdigest()


def shipped_steps() -> tuple[Step, ...]:
    """Return the steps this program knows, in order."""
    folder = files("sync.caseapi.storage.migrations.sqlite")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(Step(int(entry.name[:4]), entry.name, entry.read_text("utf-8")) for entry in found)


def migrate(connection: sqlite3.Connection, steps: tuple[Step, ...], now_ms: int) -> int:
    """Apply the steps that are due, each in its own transaction, and return how many.

    Raises:
        SchemaRefused: the database is newer, or an applied step differs from the shipped one.
    """
    connection.execute(_STEPS_TABLE)
    due = check_schema(connection, steps)
    for step in due:
        _apply(connection, step, now_ms)
    return len(due)


def check_schema(connection: sqlite3.Connection, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that are due; change nothing.

    Raises:
        SchemaRefused: as in `migrate`.
    """
    applied: dict[int, tuple[str, str]] = {
        number: (name, digest)
        for number, name, digest in connection.execute("select number, name, sha256 from schema_step order by number")
    }
    known = {step.number: step for step in steps}
    for number, (name, digest) in applied.items():
        if number not in known:
            raise SchemaRefused(f"the database has schema step {name}, which this program does not know: update it")
        if known[number].digest != digest:
            raise SchemaRefused(f"schema step {name} was edited after it was applied to this database")
    return tuple(step for step in steps if step.number not in applied)


def _apply(connection: sqlite3.Connection, step: Step, now_ms: int) -> None:
    connection.execute("begin immediate")
    try:
        for statement in _statements(step.sql):
            connection.execute(statement)
        connection.execute(
            "insert into schema_step (number, name, sha256, applied_ms) values (?, ?, ?, ?)",
            (step.number, step.name, step.digest, now_ms),
        )
        connection.execute("commit")
    except sqlite3.Error:
        connection.execute("rollback")
        raise


def _statements(sql: str) -> Iterator[str]:
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
