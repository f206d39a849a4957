"""A storage of every engine, a device in it, and a sender of made-up records."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.storage.base import Storage
from tests.contracts.storages import ENGINES, Sender, enrolled, opened
from tests.sync.caseapi.harness import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=ENGINES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    storage = opened(request, request.param, tmp_path, clock)
    yield storage
    await storage.close()


@pytest.fixture
async def device(storage: Storage, clock: Clock) -> UUID:
    return await enrolled(storage, clock, key=b"\1" * 32)


@pytest.fixture
def sender(device: UUID, clock: Clock) -> Sender:
    return Sender(device, clock.uuid())
