"""Brings a database to the newest schema, and refuses what it cannot understand.

A start compares one number and the checksums of what was applied, with the plain driver; sqlite-utils is loaded only
when a step is due.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sync.tablet.errors import MigrationEdited, SchemaNewer, StoreCorrupt
from sync.tablet.store.connections import Connection, Error, copy_database, translated
from sync.tablet.store.schema import APPLICATION_ID, STEPS, Step

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATION_SET = "xunge-tablet"
"""Name under which sqlite-utils remembers the steps."""

_REMEMBERED_IN = "_sqlite_migrations"


def migrate(connection: Connection, path: Path, *, steps: Sequence[Step] = STEPS) -> None:
    """Bring the database to the newest schema, each step in one transaction, a copy of an older one kept beside it.

    Args:
        path: where the database lies; the copy is ``PATH.before-N``, N being the number of steps it had.
        steps: every step there is, in order.

    Raises:
        SchemaNewer: the database has had more steps than there are.
        MigrationEdited: an applied step no longer has its text.
        StoreCorrupt: the file is another program's database.
        StoreError: a step could not be applied; the database is as it was after the last one that could.
    """
    try:
        applied = _applied_steps(connection, path)
        _check_applied(connection, applied, steps)
        if applied < len(steps):
            if applied:
                copy_database(connection, path.with_name(f"{path.name}.before-{applied}"))
            _apply(connection, steps)
    except Error as exc:
        raise translated(exc, "migrating the database") from exc


def _applied_steps(connection: Connection, path: Path) -> int:
    (version,) = connection.execute("pragma user_version").fetchone()
    (application,) = connection.execute("pragma application_id").fetchone()
    # A first start that ended early may have left the table in which sqlite-utils remembers the steps, and no step yet.
    (tables,) = connection.execute(
        "select count(*) from sqlite_schema where tbl_name <> ?", (_REMEMBERED_IN,)
    ).fetchone()
    if (version or tables) and application != APPLICATION_ID:
        raise StoreCorrupt(f"{path} is a database, but not one of this program; it is left as it is")
    return int(version)


def _check_applied(connection: Connection, applied: int, steps: Sequence[Step]) -> None:
    if applied > len(steps):
        raise SchemaNewer(
            f"the database has schema {applied}, this program knows {len(steps)}: install the newer program again"
        )
    if not applied:
        return
    rows = connection.execute("select name, checksum from migration_steps order by number").fetchall()
    for step, row in zip(steps[:applied], rows, strict=False):
        if row != (step.name, step.checksum):
            raise MigrationEdited(f"migration step {step.name!r} was changed after it was applied to this database")
    if len(rows) != applied:
        raise StoreCorrupt(f"the database says it has had {applied} steps and lists {len(rows)}")


def _apply(connection: Connection, steps: Sequence[Step]) -> None:
    from sqlite_utils import Database, Migrations

    migrations = Migrations(MIGRATION_SET)
    for number, step in enumerate(steps, start=1):
        migrations(name=step.name)(_Applier(number, step))
    # Plugins of other packages would be handed the connection.
    migrations.apply(Database(connection, execute_plugins=False))


class _Applier:
    """One step in the shape sqlite-utils calls: it runs inside the transaction that also records the step."""

    def __init__(self, number: int, step: Step) -> None:
        self._number = number
        self._step = step
        self.__name__ = step.name

    def __call__(self, db: "Database", /) -> None:
        for statement in self._step.statements:
            db.conn.execute(statement)
        db.conn.execute(
            "insert into migration_steps (number, name, checksum) values (?, ?, ?)",
            (self._number, self._step.name, self._step.checksum),
        )
        db.conn.execute(f"pragma user_version = {self._number:d}")
