"""A case API over a real SQLite file, and tablets that speak to it in-process, over its HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync.caseapi.service.case_api import CaseApi
from tests.sync.caseapi.harness import Clock, Desk, open_case_api, prepare


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    return prepare(tmp_path / "case.db", clock)


@pytest.fixture
async def case_api(database: Path, clock: Clock) -> AsyncIterator[CaseApi]:
    opened = open_case_api(database, clock)
    yield opened
    await opened.storage.close()


@pytest.fixture
async def desk(case_api: CaseApi, clock: Clock) -> AsyncIterator[Desk]:
    """The desk's side: lets tablets in; a small district of two grids is imported."""
    opened = Desk(case_api, clock)
    await opened.import_small_district()
    async with opened.serving():
        yield opened
