"""Small facts that outlive the program: the app's settings, and what the exchange itself remembers."""

from sync.tablet.store.connections import Connection
from sync.tablet.store.database import Database

CLOCK_FACT = "clock"
"""Fact from which the clock knows the server's time again."""

INCARNATION_FACT = "incarnation"
"""Fact: hex of the incarnation that the newest receipt names."""

RESTORED_FACT = "server_restored"
"""Fact: the server's database is a new one and does not hold everything again yet."""

PROVEN_AT_FACT = "proven_at_ms"
"""Fact: the tablet's wall time of the last proven exchange, Unix milliseconds."""

ERASED_FACT = "erased"
"""Fact: a proven `erase` was carried out, and the server has not been proven to know."""

CODING_FACT = "request_coding"
"""Fact: the best coding of request bodies that the server says it reads."""

WARNING_FACT = "warning"
"""Fact: code of what was not as it should be at the last sync, although it went on."""


class Settings:
    """The app's own values by name: language, theme, PIN throttle, who is signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str | None:
        """Return a stored value, or None."""
        with self._database.reading("reading a setting") as db:
            row = db.execute("select value from settings where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, name: str, value: str | None) -> None:
        """Store a value, or forget it when it is None."""
        self._database.write("storing a setting", lambda db: _put(db, name, value))


class Facts:
    """What the exchange remembers between syncs; kept apart from the settings so that neither can spoil the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str | None:
        """Return a remembered fact, or None."""
        with self._database.reading("reading a fact") as db:
            return fact(db, name)

    def put(self, name: str, value: str | None) -> None:
        """Remember a fact, or forget it when it is None."""
        self._database.write("remembering a fact", lambda db: put_fact(db, name, value))


def fact(connection: Connection, name: str) -> str | None:
    """Return a remembered fact, or None."""
    row = connection.execute("select value from facts where name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put_fact(connection: Connection, name: str, value: str | None) -> None:
    """Remember a fact, or forget it, inside the caller's transaction."""
    if value is None:
        connection.execute("delete from facts where name = ?", (name,))
    else:
        connection.execute(
            "insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, value),
        )


def _put(connection: Connection, name: str, value: str | None) -> None:
    if value is None:
        connection.execute("delete from settings where name = ?", (name,))
    else:
        connection.execute(
            "insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, value),
        )
