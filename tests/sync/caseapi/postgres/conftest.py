"""A PostgreSQL database with nothing in it, and storages that are open on it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.store import PostgresStorage
from tests.postgres_server import PostgresServer
from tests.sync.caseapi.harness import Clock, open_postgres, prepare_postgres

Open = Callable[[], PostgresStorage]


@pytest.fixture
def place(postgres: PostgresServer, tmp_path: Path, clock: Clock) -> DatabasePlace:
    return prepare_postgres(postgres.emptied(), tmp_path, clock)


@pytest.fixture
async def open_another(place: DatabasePlace, tmp_path: Path, clock: Clock) -> AsyncIterator[Open]:
    """Open a storage on the database as one more server process does; all are closed at the end."""
    opened: list[PostgresStorage] = []

    def another() -> PostgresStorage:
        opened.append(open_postgres(place, tmp_path, clock))
        return opened[-1]

    yield another
    for storage in opened:
        await storage.close()
