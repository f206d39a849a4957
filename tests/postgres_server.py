"""A PostgreSQL server for the tests: thrown away after the run, reached over a socket in its own folder.

PostgreSQL refuses to run as the administrator, so that then it runs as nobody. Most tests use one database after the
other, emptied each time: a copy of a template takes three times as long.

`python -m tests.postgres_server` keeps one for other processes, until its input ends: it prints its folder, and whoever
finds that in `KEPT` starts none, but takes a copy of the tables that were made there.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

from sync.caseapi.storage.postgres.connection import PostgresConnection
from sync.caseapi.storage.postgres.migrating import migrate, shipped_steps
from sync.caseapi.storage.postgres.opening import connected
from sync.caseapi.storage.postgres.place import DatabasePlace

USER = "xunge"
SHARED = "district"
"""The database that one test after the other finds empty."""

MADE = "district_made"
"""The database of a server that is kept of which each process has a copy for its own `SHARED`."""

KEPT = "XUNGE_TEST_POSTGRES"
"""Environment variable: the folder of a server that is kept by another process, for one user after the other."""

MEMORY = Path("/dev/shm")
"""Where a folder costs no disk."""

SETTINGS = {
    "listen_addresses": "''",
    "synchronous_commit": "on",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "deadlock_timeout": "100ms",
}

FORGETFUL = {"fsync": "off", "full_page_writes": "off"}
"""What is lost with the machine is of no use here; what is committed is waited for as ever."""


@dataclass
class PostgresServer:
    """A server that runs.

    Attributes:
        folder: of its socket.
    """

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _tables: list[str] = field(default_factory=list)

    def place(self, database: str) -> DatabasePlace:
        """Return where a database is."""
        return DatabasePlace(f"postgresql://{USER}@/{database}?host={self.folder}")

    def new_database(self) -> DatabasePlace:
        """Make a database with nothing in it that nobody else uses."""
        name = f"other_{next(self._numbers)}"
        self.run(f"create database {name} template template0 strategy file_copy")
        return self.place(name)

    def emptied(self) -> DatabasePlace:
        """Return the shared database with its tables and nothing in them, as if it had just been made."""
        # Also what the program itself may never delete.
        emptying = ["set session_replication_role = replica", *(f"delete from {table}" for table in self._tables)]  # noqa: S608 - our own tables
        self.run("; ".join(emptying), SHARED)
        return self.place(SHARED)

    def share(self) -> "PostgresServer":
        """Make the shared database, and return this server."""
        self.run(f"create database {SHARED} template template0")
        with connected(self.place(SHARED)) as connection:
            migrate(connection, shipped_steps(), 0)
            self._name_tables(connection)
        return self

    def take_over(self) -> "PostgresServer":
        """Make the shared database from the one that was made before, let all others go, and return this server."""
        with connected(self.place("postgres")) as connection:
            others = "select datname from pg_database where not datistemplate and datname not in ('postgres', ?)"
            for (name,) in connection.execute(others, (MADE,)).fetchall():
                connection.script(f"drop database {name} with (force)")
            connection.script(f"create database {SHARED} template {MADE} strategy file_copy")
        with connected(self.place(SHARED)) as connection:
            self._name_tables(connection)
        return self

    def cut_connections(self) -> None:
        """End every connection to the shared database, as a restart of the server does."""
        ended = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{SHARED}'"  # noqa: S608 - our name
        self.run(ended)

    def run(self, sql: str, database: str = "postgres") -> None:
        """Run statements on a connection of their own."""
        connection = PostgresConnection(self.place(database))
        try:
            connection.script(sql)
        finally:
            connection.close()

    def _name_tables(self, connection: PostgresConnection) -> None:
        # What refers to a stream goes before it.
        named = connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and relname <> 'schema_step' order by relname <> 'inbox', relname"
        )
        self._tables += [table for (table,) in named]


@contextmanager
def running(programs: Path, *, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server that ends with the context; its folder goes, too.

    Args:
        is_durable: on the disk, with every commit forced there, as a measurement needs it.
    """
    in_memory = MEMORY.is_dir() and not is_durable
    folder = Path(tempfile.mkdtemp(prefix="xunge-pg-", dir=MEMORY if in_memory else None))
    try:
        account = _account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _ask(programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        settings = {**SETTINGS, **({} if is_durable else FORGETFUL), "unix_socket_directories": f"'{folder}'"}
        given = " ".join(f"-c {name}={value}" for name, value in settings.items())
        _ask(programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", given, "start")
        try:
            yield PostgresServer(folder)
        finally:
            _ask(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ask(program: Path, *words: object) -> None:
    account = _account()
    user, group = (account.pw_uid, account.pw_gid) if account is not None else (None, None)
    done = subprocess.run(
        [str(program), *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        user=user,
        group=group,
        extra_groups=None if account is None else [],
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


@cache
def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


def keep() -> None:
    """Keep a server until the input ends."""
    from tests.conftest import found

    initdb = found("postgres")
    if initdb is None:
        sys.exit("PostgreSQL is absent; to get it: make system")
    with running(Path(initdb).parent) as server:
        server.share().run(f"alter database {SHARED} rename to {MADE}")
        print(server.folder, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    keep()
