"""Makes and opens PostgreSQL databases: schema, identity, and whether it is still the database that was made."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from sync.caseapi.errors import DatabaseMissing, DatabaseRestored, StorageFailed
from sync.caseapi.storage.postgres.connection import FAILED, PostgresConnection
from sync.caseapi.storage.postgres.migrating import migrate, shipped_steps
from sync.caseapi.storage.postgres.place import DatabasePlace

MADE_AS = (
    "(select oid::text from pg_database where datname = current_database()) || '/' ||"
    " 'database_identity'::regclass::oid::text"
)
"""The numbers of the database and of this table: others in a database that was made from a dump."""

_VERSION = "values (cast(current_setting('server_version_num') as integer))"

OLDEST_SERVER = 130_000
"""First version of PostgreSQL that tells a snapshot as `changes` needs it, and that is still looked after."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which database this is.

    Attributes:
        is_as_made: no dump was played back since it got its incarnation.
    """

    incarnation: UUID
    district: str
    is_as_made: bool


def create_database(place: DatabasePlace, *, district: str, incarnation: UUID, now_ms: int) -> None:
    """Make the tables of a district in an empty database; one that has them is brought up to date and stays as it is.

    Raises:
        StorageFailed: the server cannot be reached, or refuses.
        SchemaRefused: the database is of a newer program, or a step was edited.
    """
    with connected(place) as connection:
        migrate(connection, shipped_steps(), now_ms)
        connection.execute(
            "insert into database_identity (only_row, incarnation, district_id, created_ms, made_as)"  # noqa: S608 - our own words
            f" values (1, ?, ?, ?, {MADE_AS}) on conflict (only_row) do nothing",
            (incarnation.bytes, district, now_ms),
        )


def renew_incarnation(place: DatabasePlace, incarnation: UUID) -> None:
    """Give a database that was played back from a dump an incarnation of its own."""
    with connected(place) as connection:
        read_identity(connection)
        connection.execute(
            f"update database_identity set incarnation = ?, made_as = {MADE_AS}",  # noqa: S608 - our own words
            (incarnation.bytes,),
        )


def read_identity(connection: PostgresConnection) -> Identity:
    """Return which database this is.

    Raises:
        DatabaseMissing: it has no tables of ours.
    """
    try:
        row = connection.execute(
            f"select incarnation, district_id, made_as = {MADE_AS} from database_identity"  # noqa: S608 - our own words
        ).fetchone()
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as exc:
        raise DatabaseMissing("this database has no tables of a case API; make them with: caseapi init") from exc
    if row is None:
        raise DatabaseMissing("this database was never finished; run: caseapi init")
    return Identity(UUID(bytes=row[0]), row[1], bool(row[2]))


def refuse_restored(identity: Identity) -> None:
    """Make sure that tablets are told when a database was played back from a dump.

    Raises:
        DatabaseRestored: it was, and nobody has said so yet.
    """
    if not identity.is_as_made:
        raise DatabaseRestored


@contextmanager
def connected(place: DatabasePlace, *, is_streaming: bool = False) -> Iterator[PostgresConnection]:
    """Give a connection for a short while; whatever PostgreSQL says is told as ours.

    Raises:
        StorageFailed: it cannot be reached, or something went wrong.
    """
    connection = PostgresConnection(place, is_streaming=is_streaming)
    try:
        (version,) = connection.execute(_VERSION).fetchone()
        if version < OLDEST_SERVER:
            raise StorageFailed(f"{place} is PostgreSQL {version // 10_000}; {OLDEST_SERVER // 10_000} is the oldest")
        yield connection
    except FAILED as exc:
        raise StorageFailed(f"the database {place} cannot be used: {exc}") from exc
    finally:
        connection.close()
