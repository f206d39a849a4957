"""A case API over a real SQLite file or a PostgreSQL database, and tablets that speak to it in-process, over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync.caseapi.service.case_api import CaseApi
from tests.sync.caseapi.harness import Clock, Desk, composed, open_case_api, open_postgres, prepare, prepare_postgres


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine() -> str:
    """Name the engine that stores; a test that runs over several says so by its parameter."""
    return "sqlite"


@pytest.fixture
def database(tmp_path: Path, clock: Clock, engine: str) -> Path:
    path = tmp_path / "case.db"
    return prepare(path, clock) if engine == "sqlite" else path


@pytest.fixture
async def case_api(request: pytest.FixtureRequest, database: Path, clock: Clock, engine: str) -> AsyncIterator[CaseApi]:
    if engine == "sqlite":
        opened = open_case_api(database, clock)
    else:
        place = prepare_postgres(request.getfixturevalue("postgres").emptied(), database.parent, clock)
        opened = composed(open_postgres(place, database.parent, clock), database, clock)
    yield opened
    await opened.storage.close()


@pytest.fixture
async def desk(case_api: CaseApi, clock: Clock) -> AsyncIterator[Desk]:
    """The desk's side: lets tablets in; a small district of two grids is imported."""
    opened = Desk(case_api, clock)
    await opened.import_small_district()
    async with opened.serving():
        yield opened
